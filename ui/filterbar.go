package ui

import (
	"errors"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// filterBar is the line in which a filter is typed. The filter applies while it is typed, as far as it can be read.
type filterBar struct {
	input  textinput.Model
	typing bool
	before string // what esc goes back to
	err    *model.FilterError
	past   []string // filters that were in force, newest last
	at     int      // which of them the arrow keys have reached
}

const (
	// filterLimit bounds a filter's text: far more than a line, far less than what matching would feel.
	filterLimit = 500
	// filterHistory bounds what the arrow keys go back to.
	filterHistory = 50
)

func newFilterBar() filterBar {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = filterLimit
	input.Cursor.SetMode(cursor.CursorStatic) // a blinking cursor would wake the program twice a second
	return filterBar{input: input}
}

func (d *Desk) openFilter() tea.Cmd {
	f := &d.filter
	f.typing, f.err = true, nil
	f.before = d.data.Log.Filter().String()
	f.at = len(f.past)
	f.input.SetValue(f.before)
	if f.before != "" {
		f.input.SetValue(f.before + " ")
	}
	f.input.CursorEnd()
	return f.input.Focus()
}

// typeFilter takes a key while the filter is typed.
func (d *Desk) typeFilter(msg tea.KeyMsg) tea.Cmd {
	f := &d.filter
	switch msg.String() {
	case "enter":
		if f.err != nil {
			return nil // the error stands beside it; what was typed is kept
		}
		d.closeFilter()
		f.remember(f.input.Value())
		return nil
	case "esc":
		d.closeFilter()
		return d.setFilter(f.before)
	case "ctrl+c":
		return tea.Quit
	case "up", "down":
		f.recall(msg.String() == "up")
	default:
		f.input, _ = f.input.Update(msg)
	}
	filter, err := model.ParseFilter(f.input.Value())
	if f.err = nil; errors.As(err, &f.err) {
		return nil
	}
	d.apply(filter)
	return d.settle()
}

func (d *Desk) closeFilter() {
	d.filter.typing, d.filter.err = false, nil
	d.filter.input.Blur()
}

func (f *filterBar) remember(text string) {
	if text == "" || len(f.past) > 0 && f.past[len(f.past)-1] == text {
		return
	}
	if f.past = append(f.past, text); len(f.past) > filterHistory {
		f.past = f.past[1:]
	}
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
	filter, err := model.ParseFilter(text)
	if err != nil {
		d.status.say(levelBad, err.Error())
		return nil
	}
	d.filter.remember(text)
	d.apply(filter)
	return d.settle()
}

func (d *Desk) apply(filter model.Filter) {
	d.data.Log.SetFilter(filter, d.data.Now(d.now))
	d.events.Refilter(d.data)
	d.drawn.all()
}
