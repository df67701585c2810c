package cli

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"streamdesk/bus/redistest"
	"streamdesk/ui/theme"
)

// TestEveryTerminalIsServedAsItIs has four people at once at terminals of other kinds, sizes, backgrounds and characters.
func TestEveryTerminalIsServedAsItIs(t *testing.T) {
	t.Parallel()
	s := startServing(t, redistest.Start(t))
	dark, light := accent(t, termenv.TrueColor, true), accent(t, termenv.ANSI256, false)
	if dark == accent(t, termenv.TrueColor, false) || light == accent(t, termenv.ANSI256, true) {
		t.Fatal("the themes are drawn alike")
	}
	const onWhite, onBlack = "\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:0000/0000/0000\x07"
	people := []struct {
		at       terminal
		answers  string
		has, not []string
		columns  int // of the widest line, at least
		g        *guest
	}{
		{
			at:      terminal{kind: "xterm-256color", columns: 200, rows: 60, env: map[string]string{"COLORTERM": "truecolor"}},
			answers: onBlack, has: []string{dark}, not: []string{"38;5;", accent(t, termenv.TrueColor, false)}, columns: 199,
		},
		{
			at:      terminal{kind: "xterm-256color", columns: 80, rows: 24},
			answers: onWhite, has: []string{light, "2 Groups│"}, not: []string{"38;2;"},
		},
		{
			at:  terminal{kind: "xterm-256color", columns: 130, rows: 40, env: map[string]string{"NO_COLOR": "1", "LC_ALL": "C"}},
			has: []string{"RO"}, not: []string{"38;", "│", "─"}, columns: 129,
		},
		{
			at:      terminal{kind: "xterm", columns: 100, rows: 30},
			answers: onWhite, has: []string{"─"}, not: []string{"38;"},
		},
	}
	for i := range people {
		people[i].g = s.letInAt(t, "otto", people[i].at)
	}
	for round := range 2 { // once more when all of them draw everything anew
		for i := range people {
			p := &people[i]
			if round == 0 && p.answers != "" {
				p.g.sees(t, ansi.RequestBackgroundColor)
				p.g.press(t, p.answers)
			} else if round == 1 {
				p.g.press(t, "?")
			}
		}
		for i := range people {
			p := &people[i]
			for _, what := range p.has {
				redistest.Eventually(t, patience, func() bool {
					shown := p.g.screen.String()
					return strings.Contains(shown, what) || strings.Contains(ansi.Strip(shown), what)
				}, "terminal ", i, " doesn't show ", what)
			}
			if round == 1 {
				p.g.sees(t, "esc")
			}
			shown := p.g.screen.String()
			if at := slices.IndexFunc(p.not, func(what string) bool { return strings.Contains(shown, what) }); at >= 0 {
				t.Errorf("terminal %d shows %q", i, p.not[at])
			}
			widest := 0
			for line := range strings.Lines(shown) {
				widest = max(widest, ansi.StringWidth(line))
			}
			if widest < p.columns {
				t.Errorf("terminal %d is drawn %d columns wide", i, widest)
			}
		}
	}
}

// accent returns the sequence of the accent's colour.
func accent(t *testing.T, profile termenv.Profile, dark bool) string {
	t.Helper()
	th, err := theme.New("auto", theme.Settings{Profile: profile, Dark: dark})
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`38;[25][0-9;]+`).FindString(th.Accent.Paint("x"))
	if code == "" {
		t.Fatal("the accent has no colour")
	}
	return code
}
