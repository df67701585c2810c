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

// PastState is how far the reading of older entries has got, or of those behind a place that was jumped to.
type PastState struct {
	// Running: it goes on; Newer says that it goes towards the newest.
	Running, Newer bool
	// Scanned and Found are how many entries were read and how many of them passed the filter; Reached is the time of
	// the entry it has got to.
	Scanned, Found int64
	Reached        time.Time
	// Unreadable is how many streams had to be left out.
	Unreadable int
	// Stopped says that the person stopped it, Err why it stopped otherwise.
	Stopped bool
	Err     error
}

// SetPast says how far the reading has got.
func (p *Pane) SetPast(s PastState) { p.past = s }

// AtStart says whether the cursor is on the first entry in view, or nothing is in view; AtEnd whether it is on the last.
func (p *Pane) AtStart(d *live.Data) bool {
	return d.Log.Len() == 0 || !d.Log.Following() && p.pinned != nil && d.Log.At(0).Key() == p.pinned.Key()
}

// AtEnd says whether the cursor is on the last entry in view.
func (p *Pane) AtEnd(d *live.Data) bool {
	n := d.Log.Len()
	return n == 0 || p.pinned != nil && d.Log.At(n-1).Key() == p.pinned.Key()
}

// Pinned says whether the cursor is on an entry of its own, rather than on whichever is the newest.
func (p *Pane) Pinned() bool { return p.pinned != nil }

// InPast says whether the cursor is on an entry of the past.
func (p *Pane) InPast(d *live.Data) bool {
	if p.pinned == nil {
		return false
	}
	at := d.Log.Find(p.pinned.Key(), p.place)
	return at >= 0 && at < d.Log.PastLen()
}

// Shifted says that rows came in before the first one in view, or with a negative number have gone from there: what is in
// sight stays where it is.
func (p *Pane) Shifted(rows int) {
	p.first = max(p.first+rows, 0)
	p.place = max(p.place+rows, 0)
}

// Goto puts the cursor on the i-th entry in view.
func (p *Pane) Goto(i int, d *live.Data) {
	d.Log.Hold()
	p.place = i
	p.pin(d)
}

// Leave takes the cursor off its entry, for what is still to be read; the view is held.
func (p *Pane) Leave(d *live.Data) {
	d.Log.Hold()
	p.pinned, p.first, p.place = nil, 0, 0
}

// pastLine is the line above the first entry: how far the reading has got, or where the streams begin. It is empty
// where there is nothing to say.
func (p *Pane) pastLine(v pane.View, log *live.Log) string {
	s := &p.past
	_, whole, _ := log.Past()
	switch {
	case log.Following():
		return ""
	case s.Running:
		what := "older"
		if s.Newer {
			what = "newer"
		}
		text := fmt.Sprintf("  … %s: %s looked at", what, words.Grouped(s.Scanned))
		if !log.Filter().Empty() {
			text += fmt.Sprintf(", %s found", words.Grouped(s.Found))
		}
		if !s.Reached.IsZero() {
			text += ", at " + stamp(s.Reached, v)
		}
		return v.Theme.Accent.Paint(widget.Cut(text+" · esc stops", v.Width))
	case s.Err != nil:
		return v.Theme.Bad.Paint(widget.Cut("  ✗ older entries couldn't be read: "+widget.Clean(s.Err.Error()), v.Width))
	case whole && s.Unreadable > 0:
		return rule(v, fmt.Sprintf(" beginning of all streams but %d that can't be read ", s.Unreadable))
	case whole:
		return rule(v, " beginning of all streams ")
	case log.Len() == 0:
		return ""
	case s.Stopped:
		return rule(v, " stopped · ↑ goes on ")
	default:
		return rule(v, " ↑ reads older entries ")
	}
}

// stamp is a time, with its date when that isn't today.
func stamp(t time.Time, v pane.View) string {
	t = t.In(v.Location)
	if now := v.Now.In(v.Location); t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("15:04:05")
}

// rule is a text in the middle of a line.
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

// undecidedNote says what the filter couldn't tell; empty when it could.
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
