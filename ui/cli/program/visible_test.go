package program

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"streamdesk/model"
)

func TestWhatATerminalWouldObeyIsWrittenVisibly(t *testing.T) {
	for text, want := range map[string]string{
		"a\x1b[2J":           `a\x1b[2J`,
		"\x00\r\x07":         `\x00\x0d\x07`,
		"\x7f\u009b\u202e":   `\u007f\u009b\u202e`,
		"\x9b\xe2\x82":       `\x9b\xe2\x82`,
		"工作\t\"é\"\n🙂\uFFFD": "工作\t\"é\"\n🙂\uFFFD",
	} {
		for cut := range len(text) + 1 {
			var b bytes.Buffer
			v := &visible{to: &b}
			for _, part := range []string{text[:cut], text[cut:]} {
				if n, err := io.WriteString(v, part); n != len(part) || err != nil {
					t.Fatalf("%d, %v", n, err)
				}
			}
			if err := v.end(); err != nil || b.String() != want {
				t.Errorf("%q cut at %d is %q, %v; want %q", text, cut, b.String(), err, want)
			}
		}
	}
}

func TestOnlyTheProgramGoesToTheBeginningOfALine(t *testing.T) {
	var b bytes.Buffer
	Rewrite(&visible{to: &b}, "50% of a\r\x1b[Kb")
	if want := "\r\x1b[K" + `50% of a\x0d\x1b[Kb`; b.String() != want {
		t.Errorf("it is %q, want %q", b.String(), want)
	}
}

// FuzzVisible writes any bytes in pieces of a size.
func FuzzVisible(f *testing.F) {
	for _, text := range []string{"a\x1b]52;c;ZXZpbA==\x07b", "a\u009b31mb", "a\x9b31mb", "a\u202egpj.exe", "a\xe2\x82", "a\xc0\x9bb"} {
		f.Add([]byte(text), uint8(1))
		f.Add([]byte(text), uint8(3))
	}
	f.Add([]byte("工作 é 🙂\t\n"), uint8(2))
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		var b bytes.Buffer
		v := &visible{to: &b}
		for rest := text; len(rest) > 0; {
			n := min(int(size%16)+1, len(rest))
			if _, err := v.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := v.end(); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		for _, r := range out {
			if model.Obeyed(r) {
				t.Errorf("%q lets %U through", text, r)
			}
		}
		if !utf8.ValidString(out) {
			t.Errorf("%q comes out as no UTF-8: %q", text, out)
		}
		if want := model.AppendVisible(nil, text); out != string(want) {
			t.Errorf("%q is %q in pieces and %q whole", text, out, want)
		}
		if _, size := model.NextObeyed(text); size == 0 && out != string(text) {
			t.Errorf("plain %q is changed: %q", text, out)
		}
	})
}

// BenchmarkVisible writes what a tail writes, beside writing it as it is.
func BenchmarkVisible(b *testing.B) {
	text := []byte(strings.Repeat("12:00:00.000  workflow.started  wf-8f31  coordinator  {\"attempt\":1,\"name\":\"工作\"}\n", 700))
	for name, to := range map[string]io.Writer{"as it is": io.Discard, "visible": &visible{to: io.Discard}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = to.Write(text)
			}
		})
	}
}

func TestSignsAreASCIIWhereTheLocaleHasNoOthers(t *testing.T) {
	const text, piped = "✓ 3 – … 工\n", "+ 3 - ~ 工\n"
	for _, c := range []struct {
		locale, output, want string
	}{
		{"C", outputText, piped}, {"", outputText, piped}, {"en_US.UTF-8", outputText, text}, {"C", OutputJSON, text}, {"C", OutputCSV, text},
	} {
		for cut := range len(text) + 1 {
			var b bytes.Buffer
			p := &Program{Streams: Streams{Env: func(name string) (string, bool) { return c.locale, name == "LANG" }}}
			v := &visible{to: &b}
			v.signs = p.signs(v, func() bool { return p.Flags.Output == outputText })
			p.Flags.Output = c.output
			for _, part := range []string{text[:cut], text[cut:]} {
				if n, err := io.WriteString(v, part); n != len(part) || err != nil {
					t.Fatalf("%d, %v", n, err)
				}
			}
			if err := v.end(); err != nil || b.String() != c.want {
				t.Errorf("in %q, as %s, cut at %d it is %q, %v; want %q", c.locale, c.output, cut, b.String(), err, c.want)
			}
		}
	}
}
