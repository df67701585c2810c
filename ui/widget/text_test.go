package widget

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// foreignText draws text as it comes from other people: narrow and wide characters, accents, controls, escape
// sequences and bytes that are no UTF-8.
func foreignText() *rapid.Generator[string] {
	parts := rapid.SampledFrom([]string{
		"a", "workflow.started", " ", "ü", "日", "本語", "👍", "e\u0301", "…", "│", "\t", "\n", "\r", "\x00", "\x1b", "\x1b[31m", "\x1b]0;t\a",
		"\x7f", "\xff", "\xc3", "\u009b", "\u200b", "\u200d", "\u202e", "\ufeff", "\ufe0f", "\u00ad", "🇩", "🏽", "👩", "❤", "ﾊ", "ก", "한", "�",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(parts, 0, 30).Draw(t, "parts"), "")
	})
}

// cleanText is foreignText made safe.
func cleanText() *rapid.Generator[string] {
	return rapid.Map(foreignText(), Clean)
}

func TestCleanTextIsSafeAndStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := cleanText().Draw(t, "text")
		if !utf8.ValidString(got) {
			t.Fatalf("%q is no UTF-8", got)
		}
		for rest := got; rest != ""; {
			cluster, cells := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			rest = rest[len(cluster):]
			if strings.ContainsFunc(cluster, unsafeRune) && (!isFlag(cluster) || cells != 2) {
				t.Fatalf("%q holds %q", got, cluster)
			}
		}
		if alone := ansi.StringWidthWc(got); alone != Width(got) {
			t.Fatalf("%q is %d cells wide, and %d where each character stands alone", got, Width(got), alone)
		}
		if again := Clean(got); again != got {
			t.Fatalf("cleaned again, %q is %q", got, again)
		}
	})
}

func TestCleanShowsADotForWhatCantBeShown(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"plain", "plain"},
		{"naïve 日本語", "naïve 日本語"},
		{"a\nb\tc", "a·b·c"},
		{"\x1b[31mred\x1b[0m", "·[31mred·[0m"},
		{"\x1b]0;title\a", "·]0;title·"},
		{"\u009b31m", "·31m"},
		{"bad\xffbyte", "bad·byte"},
		{"right\u202eto left", "right·to left"},
		{"zero\u200bwidth", "zero·width"},
		{"e\u0301", "e\u0301"},
		{"👍\U0001F3FD", "👍"},
		{"👩\u200d👩\u200d👧", "👩👩👧"},
		{"👩\U0001F3FD\u200d💻", "👩💻"},
		{"❤\ufe0f\u200d🔥!", "❤🔥!"},
		{"1\ufe0f\u20e3", "1\u20e3"},
		{"🇩🇪🇫🇷", "🇩🇪🇫🇷"},
		{"🇩🇪🇫", "🇩🇪·"},
		{"🇩", "·"},
		{"a\U0001F3FD", "a·"},
		{"👩\u200dx", "👩·x"},
		{"a\u200d👩", "a·👩"},
		{"a\ufe0f", "a·"},
		{"👍\ufe0f\ufe0f\ufe01", "👍··"},
		{"🏴\U000E0067\U000E007F", "🏴··"},
		{"👩\u200d\u202e👩", "👩··👩"},
		{"soft\u00adhyphen", "soft·hyphen"},
		{"\u3164", "·"},
	} {
		if got := Clean(c.text); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCutsNeverExceedAndPadsAlwaysFill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := cleanText().Draw(t, "text")
		if rapid.Bool().Draw(t, "painted") {
			text = "\x1b[1;31m" + text + "\x1b[0m"
		}
		width := rapid.IntRange(-2, 60).Draw(t, "width")
		for name, got := range map[string]string{"Cut": Cut(text, width), "CutLeft": CutLeft(text, width)} {
			if w := Width(got); w > max(width, 0) {
				t.Fatalf("%s(%q, %d) = %q: %d cells", name, text, width, got, w)
			}
			if width > 0 && Width(text) <= width && got != text {
				t.Fatalf("%s(%q, %d) = %q, though it fits", name, text, width, got)
			}
		}
		for name, got := range map[string]string{"Pad": Pad(text, width), "PadLeft": PadLeft(text, width)} {
			if w := Width(got); w != max(width, 0) {
				t.Fatalf("%s(%q, %d) = %q: %d cells", name, text, width, got, w)
			}
		}
		if Width(text) != ansi.StringWidth(text) {
			t.Fatalf("Width(%q) = %d", text, Width(text))
		}
	})
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text        string
		width       int
		right, left string
	}{
		{"", 5, "", ""},
		{"abcdef", 0, "", ""},
		{"abcdef", -1, "", ""},
		{"abcdef", 1, "…", "…"},
		{"abcdef", 3, "ab…", "…ef"},
		{"abcdef", 6, "abcdef", "abcdef"},
		{"日本語", 6, "日本語", "日本語"},
		{"日本語", 5, "日本…", "…本語"},
		{"日本語", 4, "日…", "…語"},
		{"日本語", 2, "…", "…"},
		{"naïve", 4, "naï…", "…ïve"},
	} {
		if got := Cut(c.text, c.width); got != c.right {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.width, got, c.right)
		}
		if got := CutLeft(c.text, c.width); got != c.left {
			t.Errorf("CutLeft(%q, %d) = %q, want %q", c.text, c.width, got, c.left)
		}
	}
}

func TestSpacesOfAnyNumber(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 99, 100, 101, 1000} {
		if got := Spaces(n); got != strings.Repeat(" ", max(n, 0)) {
			t.Errorf("Spaces(%d) has %d cells", n, len(got))
		}
	}
}

func TestWhatIsCutTwiceEndsInOneEllipsis(t *testing.T) {
	for width := range 12 {
		if got := Cut(Cut("abcdefgh", 5)+" more", width); strings.Contains(got, "……") || Width(got) > width {
			t.Errorf("at %d it is %q", width, got)
		}
	}
	if got := Cut("abcd……", 6); got != "abcd……" {
		t.Errorf("what fits is changed: %q", got)
	}
}

func TestATextOfTooManyLinesEndsInOneEllipsis(t *testing.T) {
	for _, text := range []string{"aaaa bbbb cccc dddd", "aaaaaaaaaaaaaaaaaa", "aaaa … … … cccc", "工作工作工作工作工作"} {
		for width := 1; width < 12; width++ {
			for most := range 4 {
				lines := FoldMost(width, most, text)
				if len(lines) > most {
					t.Fatalf("%q has %d lines, not %d", text, len(lines), most)
				}
				for i, line := range lines {
					cut := i == most-1 && len(Fold(width, text)) > most
					if Width(line) > width || strings.Contains(line, "……") || cut && !strings.HasSuffix(line, Ellipsis) && width > 1 {
						t.Errorf("%q folded at %d, %d lines: %q", text, width, most, lines)
					}
				}
			}
		}
	}
}
