package feed

import (
	"context"
	"slices"
	"sync"
	"time"

	"streamdesk/model"
	"streamdesk/ui/live"
)

// Hub observes a bus once for any number of feeds, each of which is told the same: a bus that many look at costs the server what one
// does. A feed that joins late is told what one that began with the hub would still show: the newest entries, the workflows and
// rates of the last quarter of an hour, the newest snapshots. A feed that doesn't take what it is given holds up no other.
type Hub struct {
	feed *Feed
	news func(error)

	mu     sync.Mutex
	joined map[*Feed]struct{}
	// records are the newest entries, oldest first, and size their bytes; before are older ones that were read back, and
	// first is the first entry of each stream among the records.
	records, before []model.Record
	size            int
	first           map[string]model.Position
	data            *live.Data // measures rates; it keeps no entries
	latest          live.Batch // the newest of everything but entries
}

const (
	// hubEntries and hubBytes are how much is kept for feeds that join: as much as a desk reads back when it starts.
	hubEntries = recallEntries
	hubBytes   = recallBytes
	// followerMost is the max number of entries that wait for the frame of a feed that joined: more than a screen is made of. Twenty
	// terminals that stand still take some megabytes each.
	followerMost = 5000
)

// NewHub returns a hub that observes through a feed, which wasn't started, and takes it over. news is called, beside the hub, with
// why snapshots aren't recorded any more.
func NewHub(f *Feed, news func(error)) *Hub {
	f.moved = make(chan struct{}, 1)
	return &Hub{feed: f, news: news, joined: map[*Feed]struct{}{}, first: map[string]model.Position{}, data: live.NewData(1)}
}

// Start starts observing; everything ends with ctx.
func (h *Hub) Start(ctx context.Context) {
	h.feed.Start(ctx)
	h.feed.Run(ctx, h.pass)
}

// Wait returns when every goroutine has ended.
func (h *Hub) Wait() { h.feed.Wait() }

// pass gives what comes in to the feeds that joined.
func (h *Hub) pass(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.feed.moved:
		}
		b := h.feed.Take()
		h.mu.Lock()
		h.keep(&b)
		for f := range h.joined {
			f.give(&b)
		}
		h.mu.Unlock()
		if err := h.feed.KeepNews(); err != nil {
			h.news(err)
		}
	}
}

// keep keeps what feeds that join later have to be told.
func (h *Hub) keep(b *live.Batch) {
	begun := false
	for i := range b.Records {
		r := &b.Records[i]
		if _, told := h.first[r.Stream]; !told {
			h.first[r.Stream], begun = r.ID, true
		}
		h.size += r.Size()
	}
	if begun {
		h.before = slices.DeleteFunc(h.before, func(r model.Record) bool { // they were read back sooner than they came in
			first, told := h.first[r.Stream]
			twice := told && !r.ID.Before(first)
			if twice {
				h.size -= r.Size()
			}
			return twice
		})
	}
	h.records = append(h.records, b.Records...)
	for i := range b.Before.Records {
		r := &b.Before.Records[i]
		if first, told := h.first[r.Stream]; !told || r.ID.Before(first) {
			h.before = append(h.before, *r)
			h.size += r.Size()
		}
	}
	h.forget()
	seen := *b
	seen.Records, seen.Before.Records = nil, nil
	h.data.Apply(seen, time.Now())
	if b.Snapshot != nil {
		if h.latest.Snapshot != nil {
			h.latest.Earlier = []model.Snapshot{*h.latest.Snapshot}
		}
		h.latest.Snapshot, h.latest.SnapshotAt, h.latest.NextIn, h.latest.RoundTrip = b.Snapshot, b.SnapshotAt, b.NextIn, b.RoundTrip
	}
	if b.Server != nil {
		h.latest.Server = b.Server
	}
	if b.Trouble != nil || b.Healthy {
		h.latest.Trouble, h.latest.Healthy = b.Trouble, b.Healthy
	}
}

// forget drops the oldest entries when there are too many, and some more, so that they aren't moved for each that comes in.
func (h *Hub) forget() {
	const part = 8
	if len(h.before)+len(h.records) <= hubEntries+hubEntries/part && h.size <= hubBytes+hubBytes/part {
		return
	}
	for i := range h.before { // they are all older, and in no order that would say which are the oldest
		h.size -= h.before[i].Size()
	}
	h.before = nil
	gone := 0
	for ; gone < len(h.records) && (len(h.records)-gone > hubEntries || h.size > hubBytes); gone++ {
		h.size -= h.records[gone].Size()
	}
	h.records = slices.Clone(h.records[gone:])
}

// join makes a feed be told what comes in, until ctx ends.
func (h *Hub) join(ctx context.Context, f *Feed) {
	h.mu.Lock()
	b := h.latest
	at := max(len(h.records)-backlog, 0)
	b.Records, b.Before.Records = h.records[at:], slices.Concat(h.before, h.records[:at])
	if b.Snapshot != nil {
		for i := range b.Snapshot.Streams[:min(len(b.Snapshot.Streams), recallStreams)] {
			b.Before.Rates = append(b.Before.Rates, h.data.PastRates(b.Snapshot.Streams[i].Key))
		}
	}
	b.Skipped = model.Exactly(0)
	f.give(&b)
	h.joined[f] = struct{}{}
	h.mu.Unlock()
	<-ctx.Done()
	h.mu.Lock()
	delete(h.joined, f)
	h.mu.Unlock()
}

// give adds a batch to what the next Take returns. It copies entries, which others are given too.
func (f *Feed) give(b *live.Batch) {
	f.gather(slices.Clone(b.Records), b.Skipped)
	f.tell(b.Before)
	f.Add(func(into *live.Batch) {
		if b.Snapshot != nil {
			into.Snapshot, into.SnapshotAt, into.NextIn = b.Snapshot, b.SnapshotAt, b.NextIn
			into.Earlier = b.Earlier
		}
		if b.RoundTrip > 0 {
			into.RoundTrip = b.RoundTrip
		}
		if b.Server != nil {
			into.Server = b.Server
		}
		if b.Trouble != nil || b.Healthy {
			into.Trouble, into.Healthy = b.Trouble, b.Healthy
		}
	})
}
