package desk

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/feed"
	"streamdesk/ui/pane"
)

// subject is the event that the event's pane shows and that actions apply to: the one under the cursor of the pane of entries
// that had the focus last.
type subject struct {
	source  layout.PaneID
	key     model.Key
	record  *model.Record
	shownAt time.Time
	// countedAt is when the newer entries were last counted, while the person reads this one.
	countedAt time.Time
	// asked is the entry that was last looked up, askedAt the time of that; asking is set until the answer comes.
	asked   model.Key
	askedAt time.Time
	asking  bool
	// marked is the event that the next one is compared with; nil while there is none.
	marked *model.Record
	// deferred is an action that waits for the entry to be read.
	deferred deferred
}

// compared returns the key of the marked event; the zero Key while there is none.
func (s *subject) compared() model.Key {
	if s.marked == nil {
		return model.Key{}
	}
	return s.marked.Key()
}

// deliveryEvery is how often the delivery of the same entry is read again: as often as the snapshot's figures.
const deliveryEvery = time.Second

// followPace is how often the detail changes to the newest event while following: faster changes can't be read, and would only load
// the server.
const followPace = time.Second

// settleTime is the min time between looking up two entries: a key held down repeats faster.
const settleTime = 120 * time.Millisecond

// takeFrom makes a pane the source of the subject, if its cursor is on entries.
func (d *Desk) takeFrom(id layout.PaneID) {
	if _, ok := d.panes.pane(id).(pane.Subjecter); ok {
		d.subject.source, d.subject.shownAt = id, time.Time{}
	}
}

// subjectMsg is the result of looking up an entry.
type subjectMsg struct {
	asked
	key      model.Key
	entry    *model.Entry // nil when it wasn't asked for
	delivery model.Delivery
	err      error
}

// askSubject finds out which event is the subject now, shows what is known about it, and looks up the rest.
func (d *Desk) askSubject() tea.Cmd {
	s := &d.subject
	viewer, view := the[pane.Viewer](&d.panes)
	needEntry := false
	if w := d.windows.Current(); w != nil {
		if s.key != w.Record.Key() {
			s.key, s.record = w.Record.Key(), &w.Record
			viewer.Show(s.record)
			d.drawn.pane(view)
		}
	} else {
		key, record, ok := d.pointedAt()
		switch {
		case !ok:
			s.key, s.record = model.Key{}, nil
			viewer.Show(nil)
			return nil
		case record == nil:
			if key != s.key {
				s.key, s.record = key, nil
				viewer.Await()
			}
			needEntry = s.record == nil
		case s.record == nil || key != s.key && d.goesOn():
			s.key, s.record, s.shownAt = key, record, d.now
			viewer.Show(record)
			d.drawn.pane(view)
		case key != s.key && d.focusedDetail() != nil && d.now.Sub(s.countedAt) >= followPace:
			s.countedAt = d.now
			viewer.Behind(d.data.Log.Len() - 1 - d.data.Log.Find(s.key, d.data.Log.Len()-1))
			d.drawn.pane(view)
		}
	}
	due := s.asked != s.key || d.now.Sub(s.askedAt) >= deliveryEvery || needEntry
	if s.asking || !due || !d.tiles.Layout.Panes[view].Shown() && !needEntry {
		return nil
	}
	if s.asked != s.key && d.now.Sub(s.askedAt) < settleTime {
		return nil // the cursor moves fast: ask when it slows down
	}
	s.asking, s.asked, s.askedAt = true, s.key, d.now
	return d.lookUp(s.key, needEntry)
}

// goesOn reports whether the entry under the cursor replaces the shown one. While the list follows the newest event, that is once per
// [followPace], and never while the keys go to the shown event: the person reads it.
func (d *Desk) goesOn() bool {
	since := d.subject.shownAt
	switch {
	case !d.data.Log.Following() || since.IsZero():
		return true
	case d.focusedDetail() != nil:
		return false
	default:
		return d.now.Sub(since) >= followPace
	}
}

// holdSubject stops the list of events at the shown entry, when it follows the newest.
func (d *Desk) holdSubject() {
	if tail, id := the[pane.Tail](&d.panes); d.subject.source == id && d.data.Log.Following() {
		tail.Hold(d.subject.key, d.data)
		d.panes.viewer().Behind(0) // the list shows the number now
	}
}

// pointedAt returns the entry under the cursor in the source of the subject.
func (d *Desk) pointedAt() (model.Key, *model.Record, bool) {
	subjecter, ok := d.panes.pane(d.subject.source).(pane.Subjecter)
	if !ok {
		return model.Key{}, nil, false
	}
	return subjecter.Subject(d.data)
}

// errUndelivered is why it isn't known how an entry of an incident file stood with the groups.
var errUndelivered = errors.New("an incident file doesn't hold them")

// lookUp reads the delivery of an entry to each group, and the entry itself when it is needed.
func (d *Desk) lookUp(key model.Key, needEntry bool) tea.Cmd {
	b, parent, closed := d.options.Bus, d.line.ctx, !d.options.Closed.IsZero()
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, feed.AskTimeout)
		defer cancel()
		msg := subjectMsg{asked: asked{b}, key: key}
		if needEntry {
			entries, err := b.Reader().Range(ctx, key.Stream, key.ID, key.ID, 1)
			if err != nil {
				msg.err = err
				return msg
			}
			msg.entry = &model.Entry{Stream: key.Stream, ID: key.ID}
			if len(entries) == 1 {
				msg.entry = &entries[0]
			}
		}
		if msg.err = errUndelivered; !closed {
			msg.delivery, msg.err = b.Reader().Delivery(ctx, key)
		}
		return msg
	}
}

func (d *Desk) gotSubject(msg subjectMsg) tea.Cmd {
	s := &d.subject
	s.asking = false
	if msg.key != s.key {
		return d.askSubject() // the cursor has moved meanwhile
	}
	viewer, view := the[pane.Viewer](&d.panes)
	if msg.entry != nil && s.record == nil {
		record := d.options.Bus.Reader().Decode(*msg.entry)
		s.record = &record
		viewer.Show(s.record)
	}
	viewer.SetDelivery(msg.key, &msg.delivery, msg.err)
	d.drawn.pane(view)
	return d.resume()
}

// stillReading is why an action that needs the whole entry can't be done yet.
const stillReading = "the entry is still being read"

// deferred is an action that waits until the entry under the cursor has been read; nil when there is none.
type deferred struct {
	action *action
	key    model.Key
}

// whenRead performs an action as soon as its entry has been read: a person may move the cursor and press the key before that. Another
// key or another entry cancels it.
func (d *Desk) whenRead(a *action) tea.Cmd {
	d.subject.deferred = deferred{a, d.subject.key}
	d.subject.asked, d.subject.askedAt = model.Key{}, d.now.Add(-settleTime) // ask without delay
	d.notes.Say(notes.Good, a.title+": reading the entry…")
	return d.askSubject()
}

// resume performs the action that has waited for the entry.
func (d *Desk) resume() tea.Cmd {
	a := d.subject.deferred.action
	if a == nil || d.subject.record == nil {
		return nil
	}
	meant := d.subject.deferred.key == d.subject.key && len(d.dialogs) == 0 && !d.filter.Typing()
	d.subject.deferred = deferred{}
	d.notes.Clear()
	if !meant {
		return nil
	}
	return d.perform(a)
}
