package jsontext_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"streamdesk/model/jsontext"
)

type inner struct {
	Group *string `json:"group"`
}

type row struct {
	inner
	Stream  string   `json:"stream"`
	Skipped string   `json:"skipped,omitempty"`
	List    []string `json:"list"`
	N       int      `json:"n"`
	Rows    []nested `json:"rows"`
}

type nested struct {
	Name string `json:"name"`
}

func TestEveryByteOfATextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 6).Draw(t, "bytes")) })
		group := text.Draw(t, "group")
		want := row{inner: inner{&group}, Stream: text.Draw(t, "stream"), List: rapid.SliceOfN(text, 1, 3).Draw(t, "list"), N: 7}
		b, err := jsontext.Marshal(want)
		if err != nil || !json.Valid(b) || !utf8.Valid(b) {
			t.Fatalf("%q: %v", b, err)
		}
		var got row
		if err := jsontext.Unmarshal(b, &got, true); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s became %+v, want %+v: %v", b, got, want, err)
		}
	})
}

func TestWhatIsUTF8IsWrittenAsEver(t *testing.T) {
	group := "g<1>"
	plain, err := jsontext.Marshal(row{inner: inner{&group}, Stream: "s"})
	if want := `{"group":"g<1>","stream":"s","list":null,"n":0,"rows":null}`; err != nil || string(plain) != want {
		t.Errorf("%s, %v, want %s", plain, err, want)
	}
	odd, err := jsontext.Marshal([]row{{Stream: "s\xff", List: []string{"a", "\x80"}, Rows: []nested{{"n\xfe"}}}})
	want := `[{"group":null,"stream":"s\ufffd","stream_base64":"c/8=","list":["a","\ufffd"],"list_base64":["YQ==","gA=="],"n":0,"rows":[{"name":"n\ufffd","name_base64":"bv4="}]}]`
	if err != nil || string(odd) != want {
		t.Errorf("%s, %v, want %s", odd, err, want)
	}
}

func TestWhatWouldLoseSomethingIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{"stream":"a","stream":"b"}`:     `"stream" stands twice`,
		`{"stream":"\ud800"}`:             "half of a surrogate pair",
		`{"stream":"a"} {}`:               "something follows the object",
		`{"stream":"a"}x`:                 "something follows the object",
		`{"stream":"a","nothing":1}`:      "unknown field",
		`{"stream":"a","stream_base64":1`: "EOF",
		`{"stream_base64":"!"}`:           "illegal base64",
		`{"n_base64":"YQ=="}`:             "beside no text",
		`[]`:                              "want a JSON object",
	} {
		var r row
		if err := jsontext.Unmarshal([]byte(text), &r, true); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", text, err, says)
		}
	}
	for text, want := range map[string]bool{
		`"\ud83d\ude00"`: false, `"\ud83d"`: true, `"\ude00"`: true, `"\\ud83d"`: false, `"\ufffd"`: false, `"a\n\u00e9"`: false, `"\ud83d\u0041"`: true, `"\`: false, `"\u12`: false,
	} {
		if got := jsontext.LoneSurrogate(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
