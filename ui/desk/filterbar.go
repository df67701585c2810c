package desk

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/pane"
)

// filterBar is the line in which a filter is typed. The filter applies while it is typed, as far as it can be read.
type filterBar struct {
	input   textinput.Model
	typing  bool
	before  string        // what esc goes back to
	anchor  *model.Moment // the entry of the past under the cursor when the bar was opened
	err     *filter.Error
	past    []string // filters that were in force, newest last
	at      int      // which of them the arrow keys have reached
	saved   map[string]string
	offered completion // what the word at the cursor could become
	// standing is what the filter in force is told of how entries stand.
	standing standing
}

const (
	// filterLimit bounds a filter's text: far more than a line, far less than what matching would feel.
	filterLimit = 500
	// filterHistory bounds what the arrow keys go back to.
	filterHistory = 50
	// savedMark begins the name of a saved filter where it stands for the filter itself.
	savedMark = "@"
)

func newFilterBar(o *Options) filterBar {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = filterLimit
	input.Cursor.SetMode(cursor.CursorStatic) // a blinking cursor would wake the program twice a second
	f := filterBar{input: input, saved: o.Config.Filters}
	for _, text := range o.PastFilters {
		f.remember(text)
	}
	return f
}

// checkFilters says which of the saved filters can't be read.
func checkFilters(saved map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(saved)) {
		if _, err := filter.Parse(saved[name]); err != nil {
			return &savedFilterError{name: name, err: err}
		}
	}
	return nil
}

// savedFilterError says which saved filter is wrong, and how.
type savedFilterError struct {
	name string
	err  error
}

func (e *savedFilterError) Error() string {
	return "the saved filter " + e.name + " ([filters] in the config): " + e.err.Error()
}

func (e *savedFilterError) Unwrap() error { return e.err }

func (d *Desk) openFilter() tea.Cmd {
	f := &d.filter
	f.typing, f.err = true, nil
	f.before = d.data.Log.Filter().String()
	f.anchor = d.panes.tail().Anchor(d.data)
	f.at = len(f.past)
	f.input.Width = max(d.tiles.layout.Width-filterMargin, 1)
	f.input.SetValue(f.before)
	if f.before != "" {
		f.input.SetValue(f.before + " ")
	}
	f.input.CursorEnd()
	d.offer()
	return f.input.Focus()
}

// filterMargin is what stands beside the text in the filter's line.
const filterMargin = 5

// typeFilter takes a key while the filter is typed.
func (d *Desk) typeFilter(msg tea.KeyMsg) tea.Cmd {
	f := &d.filter
	switch msg.String() {
	case "enter":
		if f.err != nil {
			return nil // the error stands beside it; what was typed is kept
		}
		anchor := f.anchor
		d.closeFilter()
		d.rememberFilter(f.expanded())
		return d.returnTo(anchor)
	case "esc":
		anchor := f.anchor
		d.closeFilter()
		if d.data.Log.Filter().String() == f.before {
			return nil
		}
		return tea.Batch(d.setFilter(f.before), d.returnTo(anchor))
	case "ctrl+c":
		return tea.Quit
	case "up", "down":
		f.recall(msg.String() == "up")
		f.offered = completion{}
	case "tab":
		f.complete(1)
	case "shift+tab":
		f.complete(-1)
	default:
		f.input, _ = f.input.Update(msg)
		f.offered = completion{}
	}
	if !f.offered.cycling {
		d.offer()
	}
	return d.tryFilter()
}

// tryFilter puts what is typed in force, or says what is wrong with it.
func (d *Desk) tryFilter() tea.Cmd {
	f := &d.filter
	f.err = f.savedProblem()
	if f.err != nil {
		return nil
	}
	parsed, err := filter.Parse(f.expanded())
	if errors.As(err, &f.err) {
		return nil
	}
	if parsed.String() == d.data.Log.Filter().String() {
		return nil // a key that changed nothing doesn't take what was read away
	}
	d.apply(parsed)
	return tea.Batch(d.askStates(), d.settle())
}

// expanded is what was typed, or the saved filter that was named.
func (f *filterBar) expanded() string {
	text := strings.TrimSpace(f.input.Value())
	if name, ok := strings.CutPrefix(text, savedMark); ok && len(f.saved) > 0 {
		if saved, known := f.saved[name]; known {
			return saved
		}
	}
	return text
}

// savedProblem says that there is no saved filter of the name that is typed.
func (f *filterBar) savedProblem() *filter.Error {
	text := strings.TrimSpace(f.input.Value())
	name, ok := strings.CutPrefix(text, savedMark)
	if _, known := f.saved[name]; !ok || known || len(f.saved) == 0 {
		return nil
	}
	return &filter.Error{Problem: "there is no saved filter " + name + ": there are " +
		strings.Join(slices.Sorted(maps.Keys(f.saved)), ", ") + "; for the text put it in quotes"}
}

func (d *Desk) closeFilter() {
	d.filter.typing, d.filter.err = false, nil
	d.filter.offered = completion{}
	d.filter.input.Blur()
}

// rememberFilter keeps a filter for the arrow keys, and tells whoever saves them.
func (d *Desk) rememberFilter(text string) {
	if d.filter.remember(text) && d.options.RememberFilters != nil {
		d.options.RememberFilters(slices.Clone(d.filter.past))
	}
}

// remember keeps a filter as the newest, once.
func (f *filterBar) remember(text string) bool {
	if text == "" || len(f.past) > 0 && f.past[len(f.past)-1] == text {
		return false
	}
	f.past = append(slices.DeleteFunc(f.past, func(s string) bool { return s == text }), text)
	if len(f.past) > filterHistory {
		f.past = f.past[1:]
	}
	return true
}

func (f *filterBar) recall(older bool) {
	if older {
		f.at = max(f.at-1, 0)
	} else {
		f.at = min(f.at+1, len(f.past))
	}
	text := ""
	if f.at < len(f.past) {
		text = f.past[f.at]
	}
	f.input.SetValue(text)
	f.input.CursorEnd()
}

// setFilter puts a filter in force that is known to be well formed.
func (d *Desk) setFilter(text string) tea.Cmd {
	parsed, err := filter.Parse(text)
	if err != nil {
		d.notes.status.say(levelBad, err.Error())
		return nil
	}
	anchor := d.panes.tail().Anchor(d.data)
	d.rememberFilter(text)
	d.apply(parsed)
	return tea.Batch(d.askStates(), d.returnTo(anchor), d.settle())
}

// useSaved puts the saved filter of that name in force.
func (d *Desk) useSaved(name string) tea.Cmd {
	_, id := the[pane.Tail](&d.panes)
	cmd := d.setFilter(d.filter.saved[name])
	return tea.Batch(cmd, d.focusOn(id))
}

func (d *Desk) dropFilter() tea.Cmd { return d.setFilter("") }

func needFilter(d *Desk) string {
	if d.data.Log.Filter().Empty() {
		return "no filter is in force"
	}
	return ""
}

func (d *Desk) apply(parsed filter.Filter) {
	d.data.Log.Enough = d.patience()
	d.data.Log.SetFilter(d.informed(parsed), d.data.Now(d.now))
	d.panes.tail().Refilter(d.data)
	d.drawn.all()
}

// returnTo goes back to a place of the past with the filter that is in force now.
func (d *Desk) returnTo(anchor *model.Moment) tea.Cmd {
	if anchor == nil || d.data.Log.Covers(anchor.ID) {
		return nil
	}
	return d.jump(*anchor)
}
