package wire

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// reply draws a reply of any kind, as a server writes it.
func reply(t *rapid.T, depth int) string {
	kinds := []string{"+OK\r\n", "-ERR no\r\n", ":12\r\n", ":-1\r\n", ",1.5\r\n", "#t\r\n", "_\r\n", "(12345678901234567890123\r\n", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n"}
	switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
	case what < 3:
		return rapid.SampledFrom(kinds).Draw(t, "plain")
	case what < 6 || depth == 0:
		text := rapid.SampledFrom([]string{"data", "", "*1\r\n", "\r\n$5\r\n", strings.Repeat("x", 300)}).Draw(t, "text")
		return fmt.Sprintf("%s%d\r\n%s\r\n", rapid.SampledFrom([]string{"$", "=", "!"}).Draw(t, "string"), len(text), text)
	case what == 6:
		return "$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n"
	case what == 7:
		var b strings.Builder
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			b.WriteString(reply(t, depth-1))
		}
		return "*?\r\n" + b.String() + ".\r\n"
	}
	kind := rapid.SampledFrom([]string{"*", "~", "%", "|"}).Draw(t, "array")
	n := rapid.IntRange(0, 4).Draw(t, "elements")
	out := fmt.Sprintf("%s%d\r\n", kind, n)
	if kind == "%" || kind == "|" {
		n *= 2
	}
	for range n {
		out += reply(t, depth-1)
	}
	if kind == "|" { // it is about the item that follows
		out += reply(t, depth-1)
	}
	return out
}

func scanInPieces(t *rapid.T, s *Scanner, text string) error {
	for text != "" {
		n := rapid.IntRange(1, len(text)).Draw(t, "piece")
		if err := s.Scan([]byte(text[:n])); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

func TestARepliesEndIsFoundHoweverItIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewScanner(Limits{})
		for range rapid.IntRange(1, 5).Draw(t, "replies") {
			text := reply(t, 4)
			if err := scanInPieces(t, s, text); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if len(s.open) != 0 || s.owed != 0 || s.size != 0 || s.state != atKind {
				t.Fatalf("after %q: %d arrays are open, %d elements owed, %d bytes counted", text, len(s.open), s.owed, s.size)
			}
		}
	})
}

func TestAReplyThatCostsTooMuchIsRefusedBeforeItIsRead(t *testing.T) {
	for reply, says := range map[string]string{
		"$1000000000000\r\n":                "a string of 931.3 GB, and the limit is 512 MB",
		"$536870913\r\n":                    "a string of 512 MB, and the limit is 512 MB",
		"*1000000000\r\n":                   "an array of 1000000000 elements, and the limit is 1048576",
		"%600000\r\n":                       "an array of 1200000 elements, and the limit is 1048576",
		"|9223372036854775807\r\n":          "an array of 9223372036854775807 elements",
		"*1000000\r\n*1000000\r\n":          "an array of 1000000 elements, and the limit is 1048576",
		"*99999999999999999999999999999999": "a length that is none: \"*999999999",
		"$12x\r\n":                          `a length that is none: "$12x"`,
		"$-7\r\n":                           `a length that is none: "$-7"`,
		strings.Repeat("*1\r\n", 200):       "arrays in arrays, 129 deep, and the limit is 128",
		strings.Repeat("*?\r\n", 200):       "arrays in arrays, 129 deep, and the limit is 128",
		"+" + strings.Repeat("x", 70_000):   "a line of more than 65536 bytes without an end, and the limit is 64 KB",
		"*2\r\n$3\r\nabc\r\n-" + strings.Repeat("x", 70_000): "a line of more than 65536 bytes",
		"HTTP/1.1 400 Bad Request\r\n":                       `the reply is none that Redis gives: it begins with "HTTP/1.1 400 Bad Request"`,
		"\x1b]0;x\x07":                                       `it begins with "\x1b]0;x\a"`,
		"*2\r\n$1\r\na\r\n\x15\x03\x01":                      `it begins with "\x15\x03\x01"`,
	} {
		err := NewScanner(Limits{}).Scan([]byte(reply))
		var refused *ReplyError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %s", reply, err, says)
		}
	}
	large := "*3\r\n" + strings.Repeat("$400\r\n"+strings.Repeat("x", 400)+"\r\n", 3)
	if err := NewScanner(Limits{Bytes: 1000}).Scan([]byte(large)); err == nil || !strings.Contains(err.Error(), "the limit is 1000 bytes") {
		t.Errorf("three strings that are too large together: %v", err)
	}
	lines := "*?\r\n" + strings.Repeat("+"+strings.Repeat("x", 90)+"\r\n", 20)
	if err := NewScanner(Limits{Bytes: 1000}).Scan([]byte(lines)); err == nil {
		t.Error("an array without end is read for ever")
	}
}

// However a text is cut, it is refused or taken alike.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{"+OK\r\n", "*2\r\n$1\r\na\r\n:1\r\n", "$?\r\n;1\r\na\r\n;0\r\n", "*?\r\n.\r\n", "|1\r\n+a\r\n+b\r\n$1\r\nx\r\n", ".\r\n", ";0\r\n", "$5\nhello\r\n", "*1\r\n$9\r\n"} {
		f.Add(seed, uint8(3))
	}
	limits := Limits{Bytes: 4096, Elements: 64, Depth: 8, Line: 100}
	f.Fuzz(func(t *testing.T, text string, piece uint8) {
		whole, cut := NewScanner(limits), NewScanner(limits)
		wholeErr := whole.Scan([]byte(text))
		var cutErr error
		for rest := text; rest != "" && cutErr == nil; {
			n := min(int(piece)%7+1, len(rest))
			cutErr = cut.Scan([]byte(rest[:n]))
			rest = rest[n:]
		}
		if (wholeErr == nil) != (cutErr == nil) {
			t.Fatalf("%q: whole %v, cut %v", text, wholeErr, cutErr)
		}
		if wholeErr == nil && (whole.state != cut.state || whole.owed != cut.owed || whole.size != cut.size || len(whole.open) != len(cut.open) || whole.skip != cut.skip) {
			t.Fatalf("%q: whole %+v, cut %+v", text, whole, cut)
		}
		if whole.owed > limits.Elements || len(whole.open) > limits.Depth {
			t.Fatalf("%q: %d elements owed, %d arrays open", text, whole.owed, len(whole.open))
		}
	})
}

// BenchmarkScanner scans what XREADGROUP answers for 500 events.
func BenchmarkScanner(b *testing.B) {
	const event = "*2\r\n$15\r\n1762344000000-0\r\n*2\r\n$4\r\ndata\r\n$211\r\n"
	text := []byte("*1\r\n*2\r\n$24\r\nevents:workflow.progress\r\n*500\r\n" + strings.Repeat(event+strings.Repeat("x", 211)+"\r\n", 500))
	s := NewScanner(Limits{})
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for at := 0; at < len(text); at += 32 << 10 {
			if err := s.Scan(text[at:min(at+32<<10, len(text))]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500, "ns/event")
}
