// Package filterbar is the line for typing a filter: it completes the text, shows errors, and recalls earlier filters.
// Its owner applies the filters. Start reading at [Bar].
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

// Bar is the line for typing a filter.
type Bar struct {
	input   widget.Line
	width   int // of the visible text, without the cursor after it
	typing  bool
	before  string // the filter that esc restores
	err     *filter.Error
	past    []string // filters that were in force, newest last
	at      int      // index in past that the arrow keys have reached
	saved   map[string]string
	offered completion // the completions of the word at the cursor
}

// Known is the source of completions.
type Known struct {
	Data *live.Data
	// Prefix is the prefix of the bus's stream keys.
	Prefix string
}

// Outcome is the result of a key.
type Outcome uint8

// The outcomes: the text is still being typed, it is to be applied, or the earlier filter is to be restored.
const (
	Typed Outcome = iota
	Applied
	Cancelled
)

const (
	// limit is the max length of a filter: far more than a line, and far too little to slow matching down.
	limit = 500
	// pastMost is the max number of filters that the arrow keys recall.
	pastMost = 50
	// SavedMark is the prefix of a saved filter's name in place of the filter itself.
	SavedMark = "@"
)

// New returns a bar with named filters, and with earlier filters, newest last.
func New(saved map[string]string, past []string) Bar {
	b := Bar{input: widget.Line{Most: limit}, saved: saved}
	for _, text := range past {
		b.Remember(text)
	}
	return b
}

// Check returns an error for a saved filter that can't be parsed.
func Check(saved map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(saved)) {
		if _, err := filter.Parse(saved[name]); err != nil {
			return &savedFilterError{name: name, err: err}
		}
	}
	return nil
}

// savedFilterError names a wrong saved filter and its error.
type savedFilterError struct {
	name string
	err  error
}

func (e *savedFilterError) Error() string {
	return "the saved filter " + e.name + " ([filters] in the config): " + e.err.Error()
}

func (e *savedFilterError) Unwrap() error { return e.err }

// Open begins typing on a line of that width, with the filter in force.
func (b *Bar) Open(before string, width int, k Known) {
	b.typing, b.err, b.before, b.at = true, nil, before, len(b.past)
	b.width = max(width-margin, 1)
	if before != "" {
		before += " "
	}
	b.input.Set(before, len(before))
	b.offer(k)
}

// Key handles a key while the filter is typed. An applied filter is always valid.
func (b *Bar) Key(msg tea.KeyMsg, k Known) Outcome {
	switch msg.String() {
	case "enter":
		if b.err != nil {
			return Typed // the error is shown beside it; the text is kept
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

// Parse returns the typed filter. It returns false for an invalid filter, and the bar shows the error.
func (b *Bar) Parse() (filter.Filter, bool) {
	if b.err = b.savedProblem(); b.err != nil {
		return filter.Filter{}, false
	}
	parsed, err := filter.Parse(b.Text())
	return parsed, !errors.As(err, &b.err)
}

// Typing reports whether a filter is being typed.
func (b *Bar) Typing() bool { return b.typing }

// Before returns the filter that was in force when the bar was opened.
func (b *Bar) Before() string { return b.before }

// Past returns the filters that were in force, newest last.
func (b *Bar) Past() []string { return slices.Clone(b.past) }

// Saved returns the named filters.
func (b *Bar) Saved() map[string]string { return b.saved }

// Text returns the typed text, or the saved filter that it names.
func (b *Bar) Text() string {
	text := strings.TrimSpace(b.input.Text())
	if name, ok := strings.CutPrefix(text, SavedMark); ok && len(b.saved) > 0 {
		if saved, known := b.saved[name]; known {
			return saved
		}
	}
	return text
}

// savedProblem returns an error when the typed name isn't that of a saved filter.
func (b *Bar) savedProblem() *filter.Error {
	text := strings.TrimSpace(b.input.Text())
	name, ok := strings.CutPrefix(text, SavedMark)
	if _, known := b.saved[name]; !ok || known || len(b.saved) == 0 {
		return nil
	}
	return &filter.Error{Problem: "there is no saved filter " + name + ": there are " +
		strings.Join(slices.Sorted(maps.Keys(b.saved)), ", ") + "; for the text put it in quotes"}
}

// Remember adds a filter as the newest for the arrow keys, without duplicates. It reports whether it wasn't the newest
// already.
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
