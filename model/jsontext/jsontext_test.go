package jsontext_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"streamdesk/model/jsontext"
)

func TestTokensAreWhatEncodingJSONTakesThemFor(t *testing.T) {
	steps := map[string]func(*jsontext.Scanner) error{
		"quoted": (*jsontext.Scanner).Quoted, "number": (*jsontext.Scanner).Number, "word": (*jsontext.Scanner).Word,
	}
	for token, texts := range map[string][]string{
		"quoted": {`""`, `"a"`, `"\u00e9\n"`, `"\x"`, `"\u12"`, `"`, `"a`, "\"\n\"", `a`},
		"number": {"0", "-0", "10", "01", "1.5", "1.", ".5", "1e9", "1E+9", "1e", "-", "--1"},
		"word":   {"true", "false", "null", "nul", "True", ""},
	} {
		for _, text := range texts {
			s := jsontext.Scanner{Text: text}
			err := steps[token](&s)
			if err == nil {
				err = s.End()
			}
			if got, want := err == nil, json.Valid([]byte(text)); got != want {
				t.Errorf("%s %q: valid %v, want %v (%v)", token, text, got, want, err)
			}
			if syntax, ok := errors.AsType[*jsontext.SyntaxError](err); err != nil && (!ok || syntax.Offset > len(text)) {
				t.Errorf("%s %q: %#v is no place in the text", token, text, err)
			}
		}
	}
}

func FuzzUnquoteReadsWhatEncodingJSONReads(f *testing.F) {
	for _, s := range []string{`a`, `\u00e9`, `\ud83d\ude00`, `\ud83d`, `\ude00\ud83d`, `\ud83dx`, "\xff", `\"\\\/\b\f\n\r\t`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, inner string) {
		quoted := `"` + inner + `"`
		s := jsontext.Scanner{Text: quoted}
		err := s.Quoted()
		if err == nil {
			err = s.End()
		}
		var want string
		if invalid := json.Unmarshal([]byte(quoted), &want); (invalid == nil) != (err == nil) {
			t.Fatalf("%s: %v, and encoding/json says %v", strconv.Quote(quoted), err, invalid)
		}
		if err == nil && jsontext.Unquote(quoted) != want {
			t.Errorf("%s: %q, want %q", strconv.Quote(quoted), jsontext.Unquote(quoted), want)
		}
	})
}
