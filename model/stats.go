package model

import (
	"fmt"
	"sort"
	"time"
)

// Snapshot is what an observer sees of the bus at one moment. Every number is the server's own, or unknown.
type Snapshot struct {
	// At is the server's clock when the snapshot was taken; this machine's where OwnClock says so.
	At time.Time
	// OwnClock says that the server doesn't tell the time, so that what is worked out from IDs and At is as far off as
	// the two clocks are. Idle times are the server's own all the same.
	OwnClock bool
	// Streams are sorted by key.
	Streams []Stream
}

// Stream is one stream, or a key that should be one and isn't.
type Stream struct {
	Key string
	// Problem is empty, or why the key can't be shown as a stream: what Redis answered, in its words.
	Problem string
	// Missing says that there is no such key (any more).
	Missing bool
	// Length is how many entries there are now (XLEN).
	Length int64
	// EntriesAdded is how many were ever added; unknown before Redis 7.
	EntriesAdded Count
	// First and Last are the IDs of the oldest entry (zero when there is none) and the last one generated.
	First, Last Position
	// MaxDeleted is the greatest ID that was deleted or trimmed; zero when none was, or before Redis 7.
	MaxDeleted Position
	// Idempotence is what the server keeps to tell repeated publishes; nil before Redis 8.6.
	Idempotence *Idempotence
	// Groups are sorted by name.
	Groups []Group
}

// Idempotence is what a stream remembers of XADD … IDMP, by which a repeated publish is known again.
type Idempotence struct {
	// Duration is for how long an event's idempotent ID is remembered, MaxSize how many of each producer.
	Duration time.Duration
	MaxSize  int64
	// Producers (pids-tracked) and IDs (iids-tracked) are remembered now.
	Producers, IDs int64
	// Added are the entries that were ever added with an ID, Duplicates those that were not, for it was there already.
	Added, Duplicates int64
}

// String is "1204, 3 repeated": how many entries came with an ID of their own, and how many repeats were told by it; "-" where
// none did.
func (i *Idempotence) String() string {
	if i == nil || i.Added == 0 {
		return "-"
	}
	return fmt.Sprintf("%d, %d repeated", i.Added, i.Duplicates)
}

// Group is one consumer group of one stream.
type Group struct {
	Name string
	// LastDelivered is the ID up to which entries were delivered.
	LastDelivered Position
	// EntriesRead is the group's logical read counter; Lag is how many entries wait to be delivered. Redis can't
	// tell either after some deletions or XGROUP SETID, and never before version 7; what it tells can be wrong. See
	// [Stream.WeighLag].
	EntriesRead, Lag Count
	// Contradiction is empty, or what the server said of the group that can't be true.
	Contradiction string
	// Pending is how many entries are delivered and not acknowledged.
	Pending int64
	// Oldest is the pending entry with the smallest ID; nil when nothing is pending.
	Oldest *Pending
	// Consumers are sorted by name.
	Consumers []Consumer
}

// Consumer is one consumer of one group.
type Consumer struct {
	Name string
	// Pending is how many entries it holds.
	Pending int64
	// Idle is the time since it last tried to read, claim or ack.
	Idle time.Duration
	// Inactive is the time since it last got or claimed an entry, in milliseconds; unknown before Redis 7.2 and when
	// it never did.
	Inactive Count
}

// Pending is one row of a group's pending entries list.
type Pending struct {
	ID         Position
	Consumer   string
	Idle       time.Duration
	Deliveries int64
}

// Stream is the stream with that key, nil when the snapshot has none.
func (s *Snapshot) Stream(key string) *Stream {
	i := sort.Search(len(s.Streams), func(i int) bool { return s.Streams[i].Key >= key })
	if i < len(s.Streams) && s.Streams[i].Key == key {
		return &s.Streams[i]
	}
	return nil
}

// Group is the group with that name, nil when the stream has none.
func (s *Stream) Group(name string) *Group {
	for i := range s.Groups {
		if s.Groups[i].Name == name {
			return &s.Groups[i]
		}
	}
	return nil
}

// OldestAge is how long ago, by the server's clock now, the group's oldest pending entry was added; false when nothing is
// pending, or when its ID doesn't tell ([Position.Age]).
func (g *Group) OldestAge(now time.Time) (time.Duration, bool) {
	if g.Oldest == nil {
		return 0, false
	}
	return g.Oldest.ID.Age(now)
}

// Acked is how many entries the group has acknowledged (or was relieved of) so far: those read less those pending.
// Only differences of two of them mean anything.
func (g *Group) Acked() Count {
	return g.EntriesRead.Minus(Exactly(g.Pending))
}
