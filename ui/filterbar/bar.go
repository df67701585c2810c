// Package filterbar is the line in which a filter is typed: it completes what is typed, says what is wrong with it, and goes
// back to earlier ones. Who has it puts filters in force. Start reading at [Bar].
package filterbar

import (
	"errors"
	"maps"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model/filter"
	"streamdesk/ui/live"
	"streamdesk/ui/widget"
)

// Bar is the line in which a filter is typed.
type Bar struct {
	input   widget.Line
	width   int // of the text in sight, the cursor behind it aside
	typing  bool
	before  string // what esc goes back to
	err     *filter.Error
	past    []string // filters that were in force, newest last
	at      int      // which of them the arrow keys have reached
	saved   map[string]string
	offered completion // what the word at the cursor could become
}

// Known is what completions are taken from.
type Known struct {
	Data *live.Data
	// Prefix begins the keys of the bus's streams.
	Prefix string
}

// Outcome is what a key came to.
type Outcome uint8

// The outcomes: what is typed has changed or not, it is to stay in force, or what was in force before is to come back.
const (
	Typed Outcome = iota
	Applied
	Cancelled
)

const (
	// limit bounds a filter's text: far more than a line, far less than what matching would feel.
	limit = 500
	// pastMost bounds what the arrow keys go back to.
	pastMost = 50
	// SavedMark begins the name of a saved filter where it stands for the filter itself.
	SavedMark = "@"
)

// New makes a bar with filters that have names, and those that were in force earlier, newest last.
func New(saved map[string]string, past []string) Bar {
	b := Bar{input: widget.Line{Most: limit}, saved: saved}
	for _, text := range past {
		b.Remember(text)
	}
	return b
}

// Check says which of the saved filters can't be read.
func Check(saved map[string]string) error {
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

// Open begins to type on a line of that width, with the filter that is in force.
func (b *Bar) Open(before string, width int, k Known) {
	b.typing, b.err, b.before, b.at = true, nil, before, len(b.past)
	b.width = max(width-margin, 1)
	if before != "" {
		before += " "
	}
	b.input.Set(before, len(before))
	b.offer(k)
}

// Key takes a key while the filter is typed. A filter that is applied can be read.
func (b *Bar) Key(msg tea.KeyMsg, k Known) Outcome {
	switch msg.String() {
	case "enter":
		if b.err != nil {
			return Typed // the error stands beside it; what was typed is kept
		}
		b.close()
		return Applied
	case "esc":
		b.close()
		return Cancelled
	case "up", "down":
		b.recall(msg.String() == "up")
		b.offered = completion{}
	case "tab":
		b.complete(1)
	case "shift+tab":
		b.complete(-1)
	default:
		b.input.Key(msg)
		b.offered = completion{}
	}
	if !b.offered.cycling {
		b.offer(k)
	}
	return Typed
}

func (b *Bar) close() {
	b.typing, b.err, b.offered = false, nil, completion{}
}

// Parse is the filter that is typed; false when it can't be read, which the bar says from then on.
func (b *Bar) Parse() (filter.Filter, bool) {
	if b.err = b.savedProblem(); b.err != nil {
		return filter.Filter{}, false
	}
	parsed, err := filter.Parse(b.Text())
	return parsed, !errors.As(err, &b.err)
}

// Typing says whether a filter is typed.
func (b *Bar) Typing() bool { return b.typing }

// Before is the filter that was in force when the bar was opened.
func (b *Bar) Before() string { return b.before }

// Past are the filters that were in force, newest last.
func (b *Bar) Past() []string { return slices.Clone(b.past) }

// Saved are the filters that have a name.
func (b *Bar) Saved() map[string]string { return b.saved }

// Text is what was typed, or the saved filter that was named.
func (b *Bar) Text() string {
	text := strings.TrimSpace(b.input.Text())
	if name, ok := strings.CutPrefix(text, SavedMark); ok && len(b.saved) > 0 {
		if saved, known := b.saved[name]; known {
			return saved
		}
	}
	return text
}

// savedProblem says that there is no saved filter of the name that is typed.
func (b *Bar) savedProblem() *filter.Error {
	text := strings.TrimSpace(b.input.Text())
	name, ok := strings.CutPrefix(text, SavedMark)
	if _, known := b.saved[name]; !ok || known || len(b.saved) == 0 {
		return nil
	}
	return &filter.Error{Problem: "there is no saved filter " + name + ": there are " +
		strings.Join(slices.Sorted(maps.Keys(b.saved)), ", ") + "; for the text put it in quotes"}
}

// Remember keeps a filter for the arrow keys as the newest, once, and says whether it wasn't that.
func (b *Bar) Remember(text string) bool {
	if text == "" || len(b.past) > 0 && b.past[len(b.past)-1] == text {
		return false
	}
	b.past = append(slices.DeleteFunc(b.past, func(s string) bool { return s == text }), text)
	if len(b.past) > pastMost {
		b.past = b.past[1:]
	}
	return true
}

func (b *Bar) recall(older bool) {
	if older {
		b.at = max(b.at-1, 0)
	} else {
		b.at = min(b.at+1, len(b.past))
	}
	text := ""
	if b.at < len(b.past) {
		text = b.past[b.at]
	}
	b.input.Set(text, len(text))
}
