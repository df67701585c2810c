package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

// comparedMsg holds two events as they stand now.
type comparedMsg struct {
	asked
	left, right dialog.EventSide
}

// needPair returns why nothing can be compared; empty when two workflows or two events can, or an event can be marked.
func needPair(d *Desk) string {
	if comparer, ok := d.focused().(pane.Comparer); ok {
		_, _, why := comparer.Pair(d.data)
		if why != "" && comparer.Retried(d.data) != nil {
			return ""
		}
		return why
	}
	if picker, ok := d.focused().(pane.Picker); ok {
		_, why := picker.Pick()
		return why
	}
	return needSubject(d)
}

// compare shows two workflows beside each other, the attempts at the stages of one, or two events. The first of two events is marked; the second may be the same one, which
// is then compared with the entry that it was made from.
func (d *Desk) compare() tea.Cmd {
	if comparer, ok := d.focused().(pane.Comparer); ok {
		left, right, why := comparer.Pair(d.data)
		if why != "" {
			return d.open(dialog.NewAttempts(comparer.Retried(d.data), d.data.Workflows.Course), nil)
		}
		return d.open(dialog.NewCompare(left, right, d.data.Workflows.Course), nil)
	}
	if picker, ok := d.focused().(pane.Picker); ok {
		entry, _ := picker.Pick()
		return d.compareWith(d.options.Bus.Reader().Decode(entry))
	}
	return d.compareWith(*d.subject.record)
}

// compareWith marks an event, or compares it with the marked one.
func (d *Desk) compareWith(right model.Record) tea.Cmd {
	left := d.subject.marked
	origin, made := right.Origin()
	switch {
	case left == nil:
		d.subject.marked = &right
		text := right.ID.String() + " is marked: = on another event compares the two"
		if made {
			text += ", = again compares it with its origin"
		}
		d.notes.Say(notes.Good, text)
		return nil
	case left.Key() != right.Key():
	case made:
		left = &model.Record{Entry: model.Entry{Stream: origin.Stream, ID: origin.ID}}
	default:
		d.subject.marked = nil
		d.notes.Say(notes.Warn, right.ID.String()+" isn't marked any more")
		return nil
	}
	d.subject.marked = nil
	return d.askPair(*left, right)
}

// askPair reads two entries as they stand now. One that is gone by now stays as it was shown.
func (d *Desk) askPair(left, right model.Record) tea.Cmd {
	b := d.options.Bus
	look := func(r model.Record) func() dialog.EventSide {
		ask := d.lookUp(r.Key(), true)
		return func() dialog.EventSide {
			found, _ := ask().(subjectMsg)
			if found.entry != nil && found.entry.Fields != nil {
				r = b.Reader().Decode(*found.entry)
			}
			return dialog.EventSide{Record: r, Delivery: found.delivery, Err: found.err}
		}
	}
	l, r := look(left), look(right)
	return func() tea.Msg { return comparedMsg{asked: asked{b}, left: l(), right: r()} }
}

// gotPair shows two events beside each other.
func (d *Desk) gotPair(msg comparedMsg) tea.Cmd {
	d.drawn.all()
	for _, side := range []*dialog.EventSide{&msg.left, &msg.right} {
		if side.Record.Fields == nil {
			d.notes.Say(notes.Warn, side.Record.Stream+" "+side.Record.ID.String()+" is gone from its stream: there is nothing to compare")
			return nil
		}
	}
	return d.open(dialog.NewCompareEvents(msg.left, msg.right), nil)
}
