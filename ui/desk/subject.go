package desk

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// subject is the event that the detail pane shows and that actions are about: the one under the cursor of the events,
// of the pending entries or of the workflow, whichever had the focus last.
type subject struct {
	source  PaneID
	key     model.Key
	record  *model.Record
	shownAt time.Time
	// asked and askedAt are what was asked last; asking is under way until the answer comes.
	asked   model.Key
	askedAt time.Time
	asking  bool
	// deferred is an action that waits for the entry to be read.
	deferred deferred
}

// deliveryEvery is how often the delivery of the same entry is read again: as often as the snapshot's figures.
const deliveryEvery = time.Second

// followPace is how often the detail goes on to the newest event while following: what changes with every frame can't
// be read, and asks the server for nothing.
const followPace = time.Second

// settleTime is how long the cursor has to rest before the next entry is asked for: a key held down repeats faster.
const settleTime = 120 * time.Millisecond

// follow notes which pane the subject is taken from.
func (s *subject) follow(id PaneID) {
	if id == EventsPane || id == PendingPane || id == WorkflowPane {
		s.source, s.shownAt = id, time.Time{}
	}
}

// subjectMsg is what was found out about an entry.
type subjectMsg struct {
	asked
	key      model.Key
	entry    *model.Entry // nil when it wasn't asked for
	delivery model.Delivery
	err      error
}

// askSubject sees which event is the subject now, shows what is known of it, and asks for what isn't.
func (d *Desk) askSubject() tea.Cmd {
	s := &d.subject
	needEntry := false
	if w := d.windows.current(); w != nil {
		if s.key != w.record.Key() {
			s.key, s.record = w.record.Key(), &w.record
			d.panes.detail.Show(s.record)
			d.drawn.pane(DetailPane)
		}
	} else if s.source == PendingPane || s.source == WorkflowPane {
		key, ok := d.pointedAt(s.source)
		if !ok {
			s.key, s.record = model.Key{}, nil
			d.panes.detail.Show(nil)
			return nil
		}
		if key != s.key {
			s.key, s.record = key, nil
			d.panes.detail.Await()
		}
		needEntry = s.record == nil
	} else {
		s.source = EventsPane
		record := d.panes.events.Current(d.data)
		if record == nil {
			s.key, s.record = model.Key{}, nil
			d.panes.detail.Show(nil)
			return nil
		}
		key := record.Key()
		hurry := s.record == nil || !d.data.Log.Following() || d.now.Sub(s.shownAt) >= followPace
		if key != s.key && hurry || s.record == nil {
			s.key, s.record, s.shownAt = key, record, d.now
			d.panes.detail.Show(record)
			d.drawn.pane(DetailPane)
		}
	}
	due := s.asked != s.key || d.now.Sub(s.askedAt) >= deliveryEvery || needEntry
	if s.asking || !due || !d.tiles.layout.Panes[DetailPane].shown() && !needEntry {
		return nil
	}
	if s.asked != s.key && d.now.Sub(s.askedAt) < settleTime {
		return nil // the cursor runs along: ask when it slows down
	}
	s.asking, s.asked, s.askedAt = true, s.key, d.now
	return d.lookUp(s.key, needEntry)
}

// pointedAt is the entry under the cursor of a pane that knows its entries by ID alone.
func (d *Desk) pointedAt(id PaneID) (model.Key, bool) {
	if id == WorkflowPane {
		return d.panes.workflow.Selected()
	}
	row := d.panes.pending.Current()
	if row == nil {
		return model.Key{}, false
	}
	return model.Key{Stream: d.panes.pending.Key().Stream, ID: row.ID}, true
}

// lookUp asks where an entry stands with each group, and for the entry itself when it is needed.
func (d *Desk) lookUp(key model.Key, needEntry bool) tea.Cmd {
	b, parent := d.options.Bus, d.line.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, askTimeout)
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
		msg.delivery, msg.err = b.Reader().Delivery(ctx, key)
		return msg
	}
}

func (d *Desk) gotSubject(msg subjectMsg) tea.Cmd {
	s := &d.subject
	s.asking = false
	if msg.key != s.key {
		return d.askSubject() // the cursor has gone on meanwhile
	}
	if msg.entry != nil && s.record == nil {
		record := d.options.Bus.Reader().Decode(*msg.entry)
		s.record = &record
		d.panes.detail.Show(s.record)
	}
	d.panes.detail.SetDelivery(msg.key, &msg.delivery, msg.err)
	d.drawn.pane(DetailPane)
	return d.resume()
}
