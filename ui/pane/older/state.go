package workflow

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// HistoryState is how far the search for a workflow's older events has got.
type HistoryState struct {
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

// historyLines bounds what the state of the search takes.
const historyLines = 2

// lines say how the search goes, or how it ended; none before there was one.
func (h HistoryState) lines(v pane.View) []string {
	ink := v.Theme.Dim
	var text string
	found, entries := words.Grouped(h.Found)+" found", words.Short(h.Scanned)+" entries"
	switch {
	case h.Err != nil:
		ink = v.Theme.Bad
		text = "✗ searching older events: " + widget.Clean(h.Err.Error())
	case h.Running:
		ink = v.Theme.Accent
		far := fmt.Sprintf("%s, %s%s", entries, found, h.back(v, ", back to "))
		text = "searching older events: " + far + " · esc stops"
		if widget.Width(text) > v.Width-2 {
			text = "searching (esc stops): " + far
		}
	case h.Done:
		text = fmt.Sprintf("all searched: %s, %s", entries, found)
	case h.Scanned > 0:
		text = fmt.Sprintf("search stopped%s: %s, %s", h.back(v, " at "), entries, found)
	default:
		return nil
	}
	lines := strings.Split(ansi.Wrap(text, max(v.Width-2, 1), ""), "\n")
	if len(lines) > historyLines {
		lines = lines[:historyLines]
		lines[historyLines-1] += widget.Ellipsis
	}
	for i := range lines {
		lines[i] = ink.Paint(widget.Cut(" "+lines[i], v.Width))
	}
	return lines
}

// back is how far the search has got, with its date when that isn't today's.
func (h HistoryState) back(v pane.View, before string) string {
	if h.Oldest.IsZero() {
		return ""
	}
	t, now := h.Oldest.In(v.Location), v.Now.In(v.Location)
	layout := "15:04"
	switch {
	case t.Year() != now.Year():
		layout = "2006-01-02 15:04"
	case t.YearDay() != now.YearDay():
		layout = "Jan 02 15:04"
	}
	return before + t.Format(layout)
}
