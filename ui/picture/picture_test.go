package picture_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"streamdesk/ui/picture"
)

// screen has what screens are made of: frames, styles, wide letters, a link, text that would be markup.
var screen = []string{
	"╭─\x1b[1mTitle\x1b[0m ─╮ \x1b[31mred\x1b[0m \x1b[38;5;208;48;2;1;2;3mboth\x1b[m",
	"│ \x1b[7mchosen\x1b[0m  │ \x1b[2mdim\x1b[0m \x1b[3;4mlean\x1b[0m 部分",
	"╰─────────╯ <b>&amp; \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\  ",
}

func TestPictures(t *testing.T) {
	t.Parallel()
	for _, f := range []picture.Format{picture.Text, picture.SVG, picture.HTML} {
		for name, dark := range map[string]bool{"dark": true, "light": false} {
			t.Run(name+string(f), func(t *testing.T) {
				t.Parallel()
				golden.RequireEqual(t, picture.Draw(f, screen, dark))
			})
		}
	}
}

func TestEveryLetterOfAScreenIsInItsPictures(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOf(rapid.OneOf(
			rapid.SampledFrom([]string{"\x1b[0m", "\x1b[1;31m", "\x1b[7m", "\x1b[38;2;9;8;7m", "│", "部", "<", "&amp;", "\"", "'", "e\u0301", " "}),
			rapid.StringMatching(`[a-z <>&]{0,9}`),
		)).Draw(rt, "pieces")
		line := strings.Join(pieces, "")
		for _, f := range []picture.Format{picture.SVG, picture.HTML} {
			text := ""
			for d := xml.NewDecoder(strings.NewReader(strings.ReplaceAll(string(picture.Draw(f, []string{line}, true)), `<meta charset="utf-8">`, ""))); ; {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					rt.Fatalf("%s can't be read: %v", f, err)
				}
				if letters, ok := token.(xml.CharData); ok {
					text += string(letters)
				}
			}
			compact := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if got, want := strings.TrimPrefix(compact(text), "streamdesk"), compact(ansi.Strip(line)); got != want && !strings.HasSuffix(compact(text), want) {
				rt.Fatalf("%s holds %q, want %q", f, got, want)
			}
		}
	})
}

func TestTheFormatIsTheNamesEnd(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]picture.Format{"a.svg": picture.SVG, "/b/c.HTML": picture.HTML, "x.y.txt": picture.Text, "a": "", "a.png": "", "": ""} {
		f, err := picture.FormatOf(name)
		if f != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", name, f, err)
		}
	}
}
