package tty

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pieces hands out one piece a read.
type pieces [][]byte

func (p *pieces) Read(b []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	n := copy(b, (*p)[0])
	if (*p)[0] = (*p)[0][n:]; len((*p)[0]) == 0 {
		*p = (*p)[1:]
	}
	return n, nil
}

func readAll(t interface{ Fatal(...any) }, r *replies, in io.Reader) []byte {
	var keys []byte
	for buffer := make([]byte, 256); ; {
		n, err := r.read(in, buffer)
		keys = append(keys, buffer[:n]...)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return append(keys, r.held...)
		default:
			t.Fatal(err)
		}
	}
}

func TestAnAnswerOfTheTerminalIsNeverTakenForKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"j", "/", "G", "\x1b[A", "\x1b[<0;3;4M", "]", "é", "11;", "rgb:"}), 0, 12).Draw(t, "keys")
		at := rapid.IntRange(0, len(keys)).Draw(t, "at")
		given := rapid.SampledFrom([]string{
			"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]11;rgb:ff/ff/ff\x07", "\x1b]11;rgba:ffff/ffff/ffff/ffff\x07", "\x1b]11;#ffffff\x07",
		}).Draw(t, "answer")
		stream := []byte(string(bytes.Join(asBytes(keys[:at]), nil)) + given + string(bytes.Join(asBytes(keys[at:]), nil)))
		var in pieces
		afterEscape := false // a read ends between the escape and the rest of the answer
		begin := len(bytes.Join(asBytes(keys[:at]), nil))
		for start := 0; start < len(stream); {
			end := start + rapid.IntRange(1, len(stream)-start).Draw(t, "piece")
			afterEscape = afterEscape || end == begin+1
			in = append(in, stream[start:end])
			start = end
		}
		told := 0
		r := &replies{told: func(dark bool) {
			told++
			if dark {
				t.Error("white is called dark")
			}
		}}
		r.asked.Store(true)
		got := readAll(t, r, &in)
		want := bytes.Join(asBytes(keys), nil)
		if afterEscape { // it can't be told from the key
			want = slices.Insert(want, begin, '\x1b')
		}
		if !bytes.Equal(got, want) || told != 1 {
			t.Fatalf("keys %q, want %q; told %d times", got, want, told)
		}
	})
}

func asBytes(keys []string) [][]byte {
	all := make([][]byte, len(keys))
	for i, key := range keys {
		all[i] = []byte(key)
	}
	return all
}

// What only looks like an answer reaches the desk with the next key, or at once when nothing was asked.
func TestKeysThatLookLikeAnAnswerAreKept(t *testing.T) {
	for _, keys := range []string{"\x1b]", "\x1b]1", "\x1b]11;rgb:", "\x1b]11;nonsense\x07", "\x1b", "]11;rgb:ffff/ffff/ffff\x07"} {
		for _, asked := range []bool{false, true} {
			r := &replies{told: func(bool) { t.Errorf("%q is taken for an answer", keys) }}
			r.asked.Store(asked)
			if got := readAll(t, r, &pieces{[]byte(keys), []byte("j")}); string(got) != keys+"j" {
				t.Errorf("asked %v: %q became %q", asked, keys, got)
			}
		}
	}
}

func TestABackgroundIsDarkOrLight(t *testing.T) {
	for colour, want := range map[string]bool{
		"rgb:0000/0000/0000": true, "rgb:1e1e/1e1e/2e2e": true, "rgb:ffff/ffff/ffff": false, "rgb:fd/f6/e3": false, "rgb:0/0/f": true,
		"#fdf6e3": false, "#002b36": true, "rgba:ffff/ffff/0000/8000": false,
	} {
		if dark, ok := isDark(colour); !ok || dark != want {
			t.Errorf("%s: dark %v, understood %v", colour, dark, ok)
		}
	}
	for _, colour := range []string{"", "rgb:", "rgb:1/2", "rgb:x/y/z", "#", "#12", "rgb:11111111111/0/0"} {
		if _, ok := isDark(colour); ok {
			t.Errorf("%q is understood", colour)
		}
	}
	for colours, want := range map[string]bool{"": true, "15;0": true, "0;15": false, "0;7": false, "0;default;15": false, "15;8": true, "x": true, "0;x": true} {
		if got := DarkByEnvironment(colours); got != want {
			t.Errorf("COLORFGBG=%q: dark %v", colours, got)
		}
	}
}
