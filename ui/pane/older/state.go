// Package older is the search for those events of a workflow that are older than what the desk has seen come in: through all streams,
// page by page, for whichever pane wants them. Start reading at [Search].
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

// State is how far the search for a workflow's older events has got.
type State struct {
	// Running says that it is under way, Done that there is nothing older left to search. Neither: it never began, or was
	// stopped on the way.
	Running, Done bool
	// Scanned is how many entries were looked at, Found how many of them are the workflow's.
	Scanned, Found int64
	// Oldest is how far back everything was searched; zero when that isn't known yet.
	Oldest time.Time
	// Err is what stopped it; nil when nothing did.
	Err error
}

// mostLines bounds what the state of the search takes.
const mostLines = 2

// Lines say how the search goes, or how it ended; none before there was one.
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

// back is how far the search has got, with its date when that isn't today's.
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
