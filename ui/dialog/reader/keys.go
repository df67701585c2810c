package reader

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/dialog"
	"streamdesk/ui/widget"
)

// Keys returns the keys of the window, for the help.
func Keys() []dialog.HelpKey {
	return []dialog.HelpKey{
		{Key: "enter", Title: "enter a string, a number; fold"},
		{Key: "esc", Title: "back to the row it was entered from"},
		{Key: "/", Title: "search; a capital letter minds the case"},
		{Key: "n N", Title: "the next found, the one before"},
		{Key: "V", Title: "opened, as stored, in hex"},
		{Key: "w", Title: "wrap lines, or not: h l go sideways"},
		{Key: "y", Title: "copy the value"},
		{Key: "Y", Title: "copy its path"},
		{Key: "q", Title: "close, from any depth"},
	}
}

// key handles a key.
func (w *Window) key(key string) (cmd tea.Cmd, done bool) {
	switch key {
	case "esc":
		return nil, w.back()
	case "q", "ctrl+c":
		return nil, true
	}
	b := w.body()
	if b == nil {
		return nil, false
	}
	if by, ok := w.moves()[key]; ok {
		b.move(by)
		return nil, false
	}
	switch key {
	case "h", "left":
		b.aside(-1)
	case "l", "right":
		b.aside(1)
	case "enter":
		return w.deeper(), false
	case "/":
		w.typing = true
		w.typed.Set("")
		w.look("")
	case "n":
		w.next(1)
	case "N":
		w.next(-1)
	case "V":
		w.nextView()
	case "w":
		w.wrap = !w.wrap
		w.said = "lines run out at the right: h l go sideways"
		if w.wrap {
			w.said = "lines are wrapped"
		}
	case "y":
		return copied(b.text(), "the value"), false
	case "Y":
		return copied(w.level().pathOf(b), "the path"), false
	default:
		w.said = key + " does nothing here: esc goes back"
	}
	return nil, false
}

// moves returns the keys that move, with the number of rows.
func (w *Window) moves() map[string]int {
	const far = 1 << 30
	page, half := max(w.height-1, 1), max(w.height/2, 1)
	return map[string]int{
		"j": 1, "down": 1, "k": -1, "up": -1, "ctrl+d": half, "ctrl+u": -half,
		"pgdown": page, " ": page, "pgup": -page, "g": -far, "home": -far, "G": far, "end": far,
	}
}

func copied(text, what string) tea.Cmd {
	return func() tea.Msg { return dialog.Copy{Text: text, What: what} }
}

// nextView switches to the next view of the value.
func (w *Window) nextView() {
	l := w.level()
	l.view = (l.view + 1) % len(l.views)
	w.search()
}

// typeKey handles a key in the search field. Every change of the text searches at once.
func (w *Window) typeKey(k tea.KeyMsg) {
	switch k.String() {
	case "enter":
		w.typing = false
	case "esc", "ctrl+c":
		w.typing = false
		w.look("")
	default:
		if w.typed.Key(k) {
			w.look(w.typed.Text())
		}
	}
}

// look searches for the typed text, and goes to the nearest place.
func (w *Window) look(typed string) {
	w.needle = widget.NewNeedle(typed)
	w.search()
	if w.found > 0 {
		w.body().goTo(w.at)
	}
}

// foundMost is the max number of places found. Nobody goes through more, and a one-letter search of a megabyte would find
// far more.
const foundMost = 100_000

// search searches for the needle in the current view.
func (w *Window) search() {
	w.found, w.at = 0, 0
	if b := w.body(); b != nil {
		w.found = b.search(w.needle)
		if w.found > 0 {
			w.at = b.nearest()
		}
	}
}

// next goes to the next or the previous place. After the last place comes the first.
func (w *Window) next(by int) {
	switch {
	case w.needle.String() == "":
		w.said = "nothing is searched for: / does"
	case w.found > 0:
		w.at = (w.at + by + w.found) % w.found
		w.body().goTo(w.at)
	}
}

// position returns which of the places is in sight: "3 of 17".
func (w *Window) position() string {
	switch text := widget.Clean(w.needle.String()); {
	case text == "":
		return ""
	case w.found == 0:
		return "no " + strconv.Quote(text)
	case w.found == foundMost:
		return strconv.Itoa(w.at+1) + " of " + strconv.Itoa(w.found) + "+"
	default:
		return strconv.Itoa(w.at+1) + " of " + strconv.Itoa(w.found)
	}
}
