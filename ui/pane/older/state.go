// Package older is the search for the events of a workflow that are older than those the desk has received. It searches all
// streams, page by page, for any pane that needs them. Start reading at [Search].
package older

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// State is the progress of the search for a workflow's older events.
type State struct {
	// Running reports that it is running, Done that nothing older is left to search. When both are false, it never began or was
	// stopped.
	Running, Done bool
	// Scanned is the number of entries examined, Found the number of them that belong to the workflow.
	Scanned, Found int64
	// Oldest is the time back to which everything was searched; zero when that isn't known yet.
	Oldest time.Time
	// Err is what stopped it; nil when nothing did.
	Err error
}

// mostLines is the max number of lines of the search's state.
const mostLines = 2

// Lines returns how the search goes, or how it ended; nothing before the first search.
func (s State) Lines(v pane.View) []string {
	ink := v.Theme.Dim
	var text string
	found, entries := words.Grouped(s.Found)+" found", words.Short(s.Scanned)+" entries"
	switch {
	case s.Err != nil:
		ink = v.Theme.Bad
		text = "✗ searching older events: " + widget.Clean(s.Err.Error())
	case s.Running:
		ink = v.Theme.Accent
		far := fmt.Sprintf("%s, %s%s", entries, found, s.back(v, ", back to "))
		text = "searching older events: " + far + " · esc stops"
		if widget.Width(text) > v.Width-2 {
			text = "searching (esc stops): " + far
		}
	case s.Done:
		text = fmt.Sprintf("all searched: %s, %s", entries, found)
	case s.Scanned > 0:
		text = fmt.Sprintf("search stopped%s: %s, %s", s.back(v, " at "), entries, found)
	default:
		return nil
	}
	lines := strings.Split(ansi.Wrap(text, max(v.Width-2, 1), ""), "\n")
	if len(lines) > mostLines {
		lines = lines[:mostLines]
		lines[mostLines-1] += widget.Ellipsis
	}
	for i := range lines {
		lines[i] = ink.Paint(widget.Cut(" "+lines[i], v.Width))
	}
	return lines
}

// back returns how far back the search has got, with its date when that isn't today's.
func (s State) back(v pane.View, before string) string {
	if s.Oldest.IsZero() {
		return ""
	}
	t, now := s.Oldest.In(v.Location), v.Now.In(v.Location)
	layout := "15:04"
	switch {
	case t.Year() != now.Year():
		layout = "2006-01-02 15:04"
	case t.YearDay() != now.YearDay():
		layout = "Jan 02 15:04"
	}
	return before + t.Format(layout)
}
