package widget

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestASCIISaysTheSameAndIsAsWide(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		"plain":                         "plain",
		"╭─ 1 Streams ─╮":               "+- 1 Streams -+",
		"\x1b[31m✗ failed\x1b[0m · 3 …": "\x1b[31mx failed\x1b[0m . 3 ~",
		"▸ ✓ café":                      "> + caf?",
		"cafe\u0301!":                   "cafe!",
		"日本":                            "????",
		"a👍b":                           "a??b",
		"\x1b[1m\u00e9\x1b[0m":          "\x1b[1m?\x1b[0m",
		"▁▂▃▄▅▆▇█":                      "_.:-=+*#",
	} {
		if got := ASCII(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.String().Draw(t, "text"))
		got := ASCII("\x1b[1m" + text + "\x1b[0m")
		if Width(got) != Width(text) {
			t.Fatalf("%q is %d cells wide, %q %d", text, Width(text), got, Width(got))
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r >= utf8.RuneSelf }) {
			t.Fatalf("%q is no ASCII", got)
		}
	})
}

// TestEverySignHasItsASCII finds what the desk draws, or the bus and the model say, beyond ASCII. One that is missing belongs in signs.
func TestEverySignHasItsASCII(t *testing.T) {
	for _, folder := range []string{"..", "../../model", "../../bus/fault", "../../bus/change", "../../bus/observe", "../../bus/doctor"} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING && literal.Kind != token.CHAR {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range text {
					if _, known := signs[r]; !known && r >= utf8.RuneSelf && r != utf8.RuneError && ansi.StringWidth(string(r)) > 0 {
						t.Errorf("%s: %q has no sign of ASCII", path, r)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for sign := range signs {
		if Width(string(sign)) != 1 {
			t.Errorf("%q is wider than what stands for it", sign)
		}
	}
}

func TestOnlyTheProgramsOwnSignsChangeInTextForPrograms(t *testing.T) {
	if got := ASCIISigns("✓ naïve … 工作 ▓"); got != "+ naïve ~ 工作 %" {
		t.Errorf("it is %q", got)
	}
}
