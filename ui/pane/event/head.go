package event

import (
	"errors"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

const (
	// wideDetail is the min width for an envelope in two columns and times with milliseconds.
	wide = 64
	// problemLines is the max number of lines of a problem.
	problemLines = 3
	// skewShown is the min difference between a producer's timestamp and the entry's that is shown: less is the time of the
	// journey.
	skewShown = time.Second
	// skewWarned is the min difference that is too long for a journey.
	skewWarned = time.Minute
)

// drawHead draws what is above the body: the summary, the envelope, the deliveries, the problem. bodyMost is the max number
// of lines of the body. Beyond its share, the height goes to the deliveries first, then to the envelope, which a tree shows
// as well.
func (p *Pane) drawHead(v pane.View, bodyMost int) []string {
	head := []string{p.summary(v)}
	problem := p.problem(v)
	room := v.Height - len(head) - len(problem)
	deliveries := p.delivery.draw(v, room-min(bodyMost, max(v.Height/2, 4)))
	room -= len(deliveries)
	head = append(head, p.envelope(v, room-min(bodyMost, v.Height*2/3))...)
	head = append(head, deliveries...)
	return append(head, problem...)
}

// summary returns the line that says what the entry is, when it was added, and how large it is.
func (p *Pane) summary(v pane.View) string {
	r, th := p.record, v.Theme
	tail := words.Bytes(r.Size())
	if r.Fields == nil {
		tail = "gone"
	}
	added := "?" // when its ID tells no date
	if r.ID.Dated() {
		added = p.clock(v, r.ID.Time())
	}
	tail = " " + added + " " + tail
	ink := th.Strong
	switch r.Event.Type.Outcome() {
	case model.OutcomeFailed:
		ink = th.Bad
	case model.OutcomeDone:
		ink = th.Good
	default:
	}
	w := widget.NewLineWriter(v.Width, false)
	w.Put(th.Text, " ")
	w.Put(ink, widget.Cut(widget.Clean(string(r.Event.Type)), max(w.Room()-widget.Width(tail), w.Room()/3)))
	w.Put(th.Dim, tail)
	if skew, warn := p.skew(); skew != "" && w.Room() > widget.Width(skew)+2 {
		w.Put(inkIf(warn, th.Warn, th.Dim), "  "+skew)
	}
	return w.String()
}

// clock writes a time of day, with its date when that isn't today's.
func (*Pane) clock(v pane.View, t time.Time) string {
	t, now := t.In(v.Location), v.Now.In(v.Location)
	layout, dated := "15:04:05", "15:04"
	if v.Width >= wide {
		layout, dated = "15:04:05.000", "15:04:05.000"
	}
	switch {
	case t.Year() != now.Year():
		layout = "2006-01-02 " + dated
	case t.YearDay() != now.YearDay():
		layout = "Jan 02 " + dated
	}
	return t.Format(layout)
}

// skew says how far the producer's own timestamp is from the time the entry was added, when the difference is large.
func (p *Pane) skew() (text string, warn bool) {
	stamp := p.record.Event.Timestamp
	if stamp.IsZero() || !p.record.ID.Dated() {
		return "", false
	}
	switch by := p.record.ID.Time().Sub(stamp); {
	case by >= skewShown:
		return "stamped " + words.Age(by) + " earlier", by >= skewWarned
	case by <= -skewShown:
		return "stamped " + words.Age(-by) + " later", true // events from the future: a clock is wrong
	default:
		return "", false
	}
}

// envelopeRow is one part of the envelope, or of where the entry came from.
type envelopeRow struct {
	name, value string
	tail        string // of the value, which isn't cut
	ink         theme.Ink
	whole       bool // it has a line of its own when half of one would cut it
}

// shareLine returns how many of the first rows share a line of so many columns, and the width of each.
func shareLine(rows []envelopeRow, width, columns int) (n, each int) {
	n, each = min(columns, len(rows)), (width-1)/columns
	for i := range rows[:n] {
		if row := &rows[i]; columns > 1 && row.whole && labelWidth+2+widget.Width(row.value+row.tail) > each {
			if i == 0 {
				return 1, width - 1
			}
			return i, each
		}
	}
	return n, each
}

// labelWidth is the width of the column of names: the longest is "workflow".
const labelWidth = 8

// envelope returns as many lines of the envelope as fit, the most important first.
func (p *Pane) envelope(v pane.View, room int) []string {
	th, r := v.Theme, p.record
	rows := make([]envelopeRow, 0, 8)
	add := func(ink theme.Ink, name, value string) {
		if value != "" {
			whole := name == model.FieldReason || name == "see"
			rows = append(rows, envelopeRow{name: name, value: value, ink: ink, whole: whole})
		}
	}
	provenance := func(ink theme.Ink, field string) {
		value, _ := r.Field(field)
		add(ink, field, value)
	}
	provenance(th.Warn, model.FieldReason)
	if p.fit.unfit {
		rows = append(rows, envelopeRow{"schema", p.fit.text, p.fit.more, th.Warn, true})
	}
	add(th.Text, "id", r.Event.ID)
	add(th.Text, "workflow", r.Event.WorkflowID)
	add(th.Text, "agent", r.Event.SourceAgent)
	add(th.Text, "trace", r.Trace)
	add(th.Text, "entry", r.ID.String()+" in "+r.Stream)
	if !p.fit.unfit {
		add(th.Text, "schema", p.fit.text)
	}
	if stamp := r.Event.Timestamp; !stamp.IsZero() {
		if skew, warn := p.skew(); skew != "" {
			add(inkIf(warn, th.Warn, th.Text), "stamped", p.clock(v, stamp)+strings.TrimPrefix(skew, "stamped"))
		}
	}
	provenance(th.Text, model.FieldOrigin)
	provenance(th.Text, model.FieldAttempt)
	add(th.Text, "span", r.TraceContext.Span())
	add(th.Text, "see", p.address(r.Trace))
	columns := 1
	if v.Width >= wide {
		columns = 2
	}
	var lines []string
	for len(rows) > 0 && len(lines) < room {
		w := widget.NewLineWriter(v.Width, false)
		n, each := shareLine(rows, v.Width, columns)
		w.Put(th.Text, " ")
		for _, row := range rows[:n] {
			w.Put(th.Dim, widget.Pad(row.name, labelWidth)+" ")
			w.Put(row.ink, widget.Pad(widget.CleanCut(row.value, each-labelWidth-2-widget.Width(row.tail))+row.tail, each-labelWidth-1))
		}
		lines, rows = append(lines, w.String()), rows[n:]
	}
	return lines
}

// problem says in a few lines what is wrong with the entry.
func (p *Pane) problem(v pane.View) []string {
	var text string
	switch err := p.record.Err; {
	case p.record.Fields == nil:
		text = "The entry is gone: it was trimmed or deleted, and nothing of it was kept."
	case p.gone:
		text = "The entry is gone from the stream: this is what it held when it was read."
	case err == nil:
		if _, ok := p.payload(); !ok || p.view != viewTree || p.parse().err == nil {
			return nil
		}
		text = "No tree: " + p.parse().err.Error() + "."
	case errors.Is(err, model.ErrNoPayload):
		text = strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + ": the entry is just fields."
	default:
		text = err.Error()
		if p.parse().err != nil { // says more than the search for the envelope: where, and why
			text = "The payload is no event: " + p.parse().err.Error()
		}
	}
	lines := strings.Split(ansi.Wrap(widget.Clean(text), max(v.Width-3, 1), ""), "\n")
	lines = lines[:min(len(lines), problemLines)]
	for i, line := range lines {
		sign := "   "
		if i == 0 {
			sign = " ✗ "
		}
		lines[i] = v.Theme.Bad.Paint(widget.Cut(sign+line, v.Width))
	}
	return lines
}

func inkIf(condition bool, yes, no theme.Ink) theme.Ink {
	if condition {
		return yes
	}
	return no
}
