package metrics

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/model/workflow"
)

const (
	// keptStarts is how many beginnings are kept: two minutes at the highest rate the bus is built for, most of a day for a
	// busy team, in about 20 MB.
	keptStarts = 1 << 18
	// startWait is how long an end waits for its beginning from another reader: a hundred reads of the tail.
	startWait = 10 * time.Second
	// mostWaiting is the max number of waiting ends.
	mostWaiting = 1 << 14
)

// starts keeps when stages began. An end that comes before its beginning waits for it for up to startWait.
type starts struct {
	mu      sync.Mutex
	began   map[stageID]start
	order   []stageID // a ring of the keys of began; once it is full, the oldest is at next
	next    int
	waiting map[stageID]waitingEnd
}

// stageID is a hash of the workflow's ID and the stage's family. Among a quarter of a million, two collide once in five
// hundred million times.
type stageID uint64

var stageSeed = maphash.MakeSeed()

func idOf(r *model.Record) stageID {
	var h maphash.Hash
	h.SetSeed(stageSeed)
	_, _ = h.WriteString(r.Event.WorkflowID) // never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(r.Event.Type.Family())
	return stageID(h.Sum64())
}

// start is when the last known attempt at a stage began.
type start struct {
	ms, latest uint64 // latest is the newest event that begins something: no older event changes it
	created    bool   // the stage was only created; its start doesn't restart it
	first      bool   // no earlier event is known: its creation may come later
}

type waitingEnd struct {
	ms    uint64
	since time.Time
	tell  func(took time.Duration, known bool)
}

func newStarts(most int) *starts {
	return &starts{began: make(map[stageID]start), order: make([]stageID, 0, most), waiting: make(map[stageID]waitingEnd)}
}

// begin records an event that begins a stage, and ignores any other. The same event may come again.
func (s *starts) begin(r *model.Record) {
	if r.Event.WorkflowID == "" || r.Event.Type.Family() == model.FamilyA2A {
		return
	}
	e := workflow.NewEvent(&model.Record{Event: model.Event{Type: r.Event.Type}})
	retried := e.Retried() && r.Event.Type.Family() == model.FamilyWorkflow
	if e.Outcome() != model.OutcomeBegun && !e.Creates() && !retried {
		return
	}
	id, ms := idOf(r), r.ID.Ms
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.began[id]
	switch {
	case !ok:
		s.remember(id)
		known = start{ms, ms, e.Creates(), !e.Creates()}
	case ms > known.latest && known.created && !e.Creates():
		known = start{known.ms, ms, false, false}
	case ms > known.latest:
		known = start{ms, ms, e.Creates(), false}
	case ms == known.latest && !e.Creates():
		known.created = false
	case known.first && e.Creates():
		known.ms, known.first = ms, false
	}
	s.began[id] = known
	if end, ok := s.waiting[id]; ok && s.began[id].ms <= end.ms {
		delete(s.waiting, id)
		end.tell(since(s.began[id].ms, end.ms), true)
	}
}

// remember adds a stage; when full, it drops the oldest.
func (s *starts) remember(id stageID) {
	if len(s.order) < cap(s.order) {
		s.order = append(s.order, id)
		return
	}
	delete(s.began, s.order[s.next])
	s.order[s.next] = id
	s.next = (s.next + 1) % len(s.order)
}

// end calls tell with the duration of the stage that the event ends: now, when its beginning comes, or with false when it
// doesn't come.
func (s *starts) end(r *model.Record, now time.Time, tell func(took time.Duration, known bool)) {
	id := idOf(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if began, ok := s.began[id]; ok {
		// A beginning after the end belongs to another attempt.
		tell(since(began.ms, r.ID.Ms), began.ms <= r.ID.Ms)
		return
	}
	if earlier, ok := s.waiting[id]; ok {
		earlier.tell(0, false)
	} else if len(s.waiting) >= mostWaiting {
		tell(0, false)
		return
	}
	s.waiting[id] = waitingEnd{r.ID.Ms, now, tell}
}

// giveUp ends the waits that have reached startWait.
func (s *starts) giveUp(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, end := range s.waiting {
		if now.Sub(end.since) >= startWait {
			delete(s.waiting, id)
			end.tell(0, false)
		}
	}
}

func since(from, to uint64) time.Duration {
	if to < from {
		return 0
	}
	return time.Duration(to-from) * time.Millisecond
}

// follow reads the streams on which stages begin until ctx ends, for stages that begin in another process.
func (c *Collector) follow(ctx context.Context, b *bus.Bus) {
	options := tail.Options{Types: []string{"*.created", "*.started", "workflow.retried"}, Backlog: backlog, Lossless: true}
	for batch, err := range b.Reader().Tail(ctx, options) {
		if err != nil {
			continue // the tail retries, and the group's own reads report the error
		}
		for _, entry := range batch.Entries {
			record := b.Reader().Decode(entry)
			c.starts.begin(&record)
		}
	}
}

// giveUp ends the waits of ends whose beginning doesn't come, until ctx ends.
func (c *Collector) giveUp(ctx context.Context) {
	ticker := time.NewTicker(startWait / 2)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			c.starts.giveUp(now)
		}
	}
}

// backlog is how many older beginnings are read at the start.
const backlog = 20_000
