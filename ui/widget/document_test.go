package widget

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// rowsOf are all rows of a document as plain text.
func rowsOf(t testing.TB, text string, l Layout, column int) []string {
	t.Helper()
	d := NewDocument(text)
	rows := d.Draw(testTheme(t, "none"), l, d.Rows(l), 0, column, Found{})
	for i := range rows {
		rows[i] = ansi.Strip(rows[i])
	}
	return rows
}

func TestADocumentIsWrappedBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"one line", 10, "one line"},
		{"the stack is too deep", 10, "the stack|is too|deep"},
		{"reentrancyguarded", 10, "reentrancy|guarded"},
		{"a reentrancyguarded call", 10, "a|reentrancy|guarded|call"},
		{"exactly te", 10, "exactly te"},
		{"exactly te n", 10, "exactly te|n"},
		{"    indented line", 10, "    indent|ed line"},
		{"first\nsecond", 12, "1  first|2  second"},
		{"first\n\nthird one is long\n", 12, "1  first|2  |3  third one|   is long"},
		{"\n\n", 12, "1  |2  "},
		{"\tx\n a\tb", 12, "1      x|2   a  b"},
		{"naïve 日本語 text", 8, "naïve|日本語|text"},
		{"日本語日本語", 5, "日本|語日|本語"},
		{"é\u0301 \x1b[31mred\x07", 30, "é\u0301 \\x1b[31mred\\x07"},
		{"\u202eab\xff\xfe", 40, `\xe2\x80\xaeab\xff\xfe`},
		{"a\r\nb", 12, `1  a\x0d|2  b`},
		{strings.Repeat("e"+strings.Repeat("\u0301", 40), 1), 400, "e" + strings.Repeat(`\xcc\x81`, 40)},
	} {
		if got := strings.Join(rowsOf(t, c.text, Layout{c.width, true}, 0), "|"); got != c.want {
			t.Errorf("%q at %d:\n%s\nwant\n%s", c.text, c.width, got, c.want)
		}
	}
}

func TestADocumentRunsOutOfSightWhereItIsNotWrapped(t *testing.T) {
	for _, c := range []struct {
		text          string
		width, column int
		want          string
	}{
		{"contract Vault is Ownable", 12, 0, "contract Va…"},
		{"contract Vault is Ownable", 12, 4, "…act Vault …"},
		{"contract Vault is Ownable", 12, 13, "… is Ownable"},
		{"contract Vault is Ownable", 12, 90, "…"},
		{"contract\nVault is Ownable", 12, 0, "1  contract|2  Vault is…"},
		{"contract\nVault is Ownable", 12, 9, "1  …|2  …wnable"},
		{"日本語日本語", 6, 0, "日本 …"},
		{"日本語日本語", 7, 3, "…語日 …"},
		{"日本語日本語", 9, 3, "…語日本語"},
	} {
		if got := strings.Join(rowsOf(t, c.text, Layout{c.width, false}, c.column), "|"); got != c.want {
			t.Errorf("%q at %d from %d:\n%s\nwant\n%s", c.text, c.width, c.column, got, c.want)
		}
	}
}

func TestADocumentMarksWhatIsFoundAndWhatCantBeSeen(t *testing.T) {
	th := testTheme(t, "none")
	text := "call data\nCALL \x1b"
	d, l := NewDocument(text), Layout{40, true}
	rows := d.Draw(th, l, 9, 0, 0, Found{NewNeedle("call").All(text, 9), 1})
	for i, want := range []string{th.Mark.Paint("call") + " data", th.Match.Paint("CALL") + " " + th.Warn.Paint(`\x1b`)} {
		if !strings.HasSuffix(rows[i], want) {
			t.Errorf("%q, want %q", rows[i], want)
		}
	}
}

// Every character stands in one row, in order, whatever the text and the width are; and any part is drawn as the whole is.
func TestADocumentLosesNothing(t *testing.T) {
	dark := testTheme(t, "dark")
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(foreignText(), rapid.SampledFrom([]string{" ", "\n", "\t", "word", "   ", "宽宽宽", "é\u0301"})), 0, 60).Draw(t, "parts"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		text := text.Draw(t, "text")
		d := NewDocument(text)
		l := Layout{rapid.IntRange(1, 90).Draw(t, "width"), rapid.Bool().Draw(t, "wrap")}
		rows, column := d.Rows(l), 0
		if !l.Wrap {
			column = rapid.IntRange(0, 100).Draw(t, "column")
		}
		lines := d.Draw(dark, l, rows, 0, column, Found{})
		if len(lines) != rows {
			t.Fatalf("%d lines of %d rows", len(lines), rows)
		}
		for _, line := range lines {
			requirePlain(t, "document", line)
			if ansi.StringWidth(line) > l.Width {
				t.Fatalf("%q is wider than %d", line, l.Width)
			}
		}
		if rows > 0 {
			from := rapid.IntRange(0, rows-1).Draw(t, "first")
			if part := d.Draw(dark, l, 5, from, column, Found{}); strings.Join(part, "\n") != strings.Join(lines[from:min(from+5, rows)], "\n") {
				t.Fatalf("from %d on: %q, want %q", from, part, lines[from:min(from+5, rows)])
			}
			at := rapid.IntRange(0, len(text)-1).Draw(t, "byte")
			row, _ := d.Row(l, at)
			if start := d.find(l, row).at; start > at || row+1 < rows && d.find(l, row+1).at <= at {
				t.Fatalf("byte %d is said to stand on row %d, which begins at %d", at, row, start)
			}
			if want := strings.Count(text[:d.find(l, row).at], "\n") + 1; d.Number(l, row) != want {
				t.Fatalf("row %d is of line %d, want %d", row, d.Number(l, row), want)
			}
		}
		if plain := ansi.Strip(strings.Join(lines, "")); l.Wrap && d.Count() == 1 && l.Width >= 4*4 {
			if got := strings.ReplaceAll(plain, " ", ""); strings.ReplaceAll(got, `\x`, "") != strings.ReplaceAll(escaped(text), `\x`, "") {
				t.Fatalf("%q shows %q", text, got)
			}
		}
	})
}

// escaped is a text as a document writes it, without its blanks.
func escaped(text string) string {
	var b strings.Builder
	for text != "" {
		size, _, seen := glyph(text, 0)
		if strings.Trim(text[:size], " \t\n") != "" {
			b.WriteString(shape(text[:size], 0, seen))
		}
		text = text[size:]
	}
	return b.String()
}

func TestLettersAreAsWideAsTheTerminalMakesThem(t *testing.T) {
	for r := rune(0x80); r < 0xE000; r++ {
		if cells := letterCells(r); cells > 0 && (cells != ansi.StringWidth(string(r)) || unsafeRune(r)) {
			t.Errorf("%q is said to take %d cells", r, cells)
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	dark := testTheme(b, "dark")
	for name, text := range map[string]string{
		"lines": strings.Repeat("    require(balances[msg.sender] >= amount, \"insufficient\"); // naïve\n", 64<<20/72),
		"plain": strings.Repeat("require(balances[msg.sender] >= amount) ", 64<<20/40), "wide": strings.Repeat("日本語のテキスト", 64<<20/24),
		"feeds": strings.Repeat("\n", 64<<20),
	} {
		for _, wrap := range []bool{true, false} {
			l := Layout{120, wrap}
			b.Run(fmt.Sprintf("%s/lay out, wrapped %v", name, wrap), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					NewDocument(text).Rows(l)
				}
			})
			d := NewDocument(text)
			rows := d.Rows(l)
			b.Run(fmt.Sprintf("%s/draw, wrapped %v", name, wrap), func(b *testing.B) {
				for b.Loop() {
					d.Draw(dark, l, 50, rows/2, 0, Found{})
				}
			})
		}
	}
}
