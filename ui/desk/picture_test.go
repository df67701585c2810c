package desk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/model/config"
	"streamdesk/ui/dialog"
)

func TestTheScreenIsSaved(t *testing.T) {
	for _, theme := range []config.Theme{"dark", "light", "none"} {
		b := withTraffic(t, 120, 40, func(o *Options) { o.Config.Desk.Theme, o.Save = theme, dialog.WriteNew })
		shown := stripped(b.screen())
		path := filepath.Join(t.TempDir(), "a screen.txt")
		b.press("ctrl+s")
		b.sees("╭─Save the screen")
		b.press("ctrl+u")
		b.typing(path[:len(path)-len("txt")] + "png")
		b.press("enter")
		b.sees("end the name in .svg, .html or .txt, not in .png")
		b.press("backspace backspace backspace")
		b.typing("txt")
		b.press("enter")
		b.sees("the screen is saved in ")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
			if want := strings.TrimRight(strings.Split(shown, "\n")[i], " "); line != want {
				t.Errorf("%s: line %d is %q, want %q", theme, i, line, want)
			}
		}
		b.press("ctrl+s ctrl+u")
		b.typing(path)
		b.press("enter")
		b.sees("already: type another name")
		b.press("esc")
		b.fits()
	}
}
