package events

import (
	"fmt"
	"strings"
	"time"

	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// pastLine returns the line above the first entry: the progress of the reading, or where the streams begin. It is empty
// when there is nothing to say.
func (p *Pane) pastLine(v pane.View, log *live.Log) string {
	s := &p.past
	_, whole, _ := log.Past()
	switch {
	case log.Following():
		return ""
	case s.running:
		what := "older"
		if s.newer {
			what = "newer"
		}
		text := fmt.Sprintf("  … %s: %s looked at", what, words.Grouped(s.scanned))
		if !log.Filter().Empty() {
			text += fmt.Sprintf(", %s found", words.Grouped(s.found))
		}
		if !s.reached.IsZero() {
			text += ", at " + stamp(s.reached, v)
		}
		return v.Theme.Accent.Paint(widget.Cut(text+" · esc stops", v.Width))
	case s.err != nil:
		return v.Theme.Bad.Paint(widget.Cut("  ✗ older entries couldn't be read: "+widget.Clean(s.err.Error()), v.Width))
	case whole && s.unreadable > 0:
		return rule(v, fmt.Sprintf(" beginning of all streams but %d that can't be read ", s.unreadable))
	case whole && log.Filter().Stream() != "":
		return rule(v, " beginning of the stream ")
	case whole:
		return rule(v, " beginning of all streams ")
	case log.Len() == 0:
		return ""
	case s.stopped:
		return rule(v, " stopped · ↑ goes on ")
	default:
		return rule(v, " ↑ reads older entries ")
	}
}

// stamp returns a time, with its date when that isn't today.
func stamp(t time.Time, v pane.View) string {
	t = t.In(v.Location)
	if now := v.Now.In(v.Location); t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("15:04:05")
}

// rule returns a text in the middle of a line.
func rule(v pane.View, text string) string {
	line := strings.Repeat("─", max((v.Width-widget.Width(text))/2-2, 0))
	return v.Theme.Dim.Paint(widget.Cut("  "+line+text+line, v.Width))
}

// historyNote says that what is in view isn't the newest; empty when it is.
func (p *Pane) historyNote(v pane.View, log *live.Log) string {
	if _, _, detached := log.Past(); !detached || log.Len() == 0 {
		return ""
	}
	return "history, " + stamp(log.At(log.Len()-1).ID.Time(), v)
}

// undecidedNote says which entries the filter couldn't decide; empty when there are none.
func undecidedNote(log *live.Log) string {
	var parts []string
	if n, why, missed := log.Undecided(); n > 0 {
		parts = append(parts, fmt.Sprintf("%s not decided: %s", words.Grouped(int64(n)), why))
		if missed > 0 {
			parts = append(parts, words.Grouped(int64(missed))+" passed over")
		}
	} else if missed > 0 {
		parts = append(parts, words.Grouped(int64(missed))+" passed over: more came than the filter could look at")
	}
	if n := log.Unjudged(); n > 0 {
		parts = append(parts, "filtering, "+words.Grouped(int64(n))+" left")
	}
	return strings.Join(parts, " · ")
}
