package model

import (
	"fmt"
	"sort"
	"time"
)

// Snapshot is the state of the bus at one moment. Every number is the server's own, or unknown.
type Snapshot struct {
	// At is the time of the snapshot by the server's clock, or by this machine's clock when OwnClock is true.
	At time.Time
	// OwnClock is true when the server doesn't tell the time. Values computed from IDs and At are then off by the
	// difference of the two clocks. Idle times are still the server's own.
	OwnClock bool
	// Streams are sorted by key.
	Streams []Stream
}

// Stream is one stream, or a key that should be a stream and isn't.
type Stream struct {
	Key string
	// Problem is empty, or the error reply of Redis that explains why the key can't be shown as a stream.
	Problem string
	// Missing is true when the key doesn't exist (any more).
	Missing bool
	// Length is the current number of entries (XLEN).
	Length int64
	// EntriesAdded is the number of entries ever added; unknown before Redis 7.
	EntriesAdded Count
	// First is the ID of the oldest entry (zero when there is none), Last the last ID generated.
	First, Last Position
	// MaxDeleted is the greatest ID that was deleted or trimmed; zero when none was, or before Redis 7.
	MaxDeleted Position
	// Idempotence is what the server remembers to detect repeated publishes; nil before Redis 8.6.
	Idempotence *Idempotence
	// Groups are sorted by name.
	Groups []Group
}

// Idempotence is what a stream remembers of XADD … IDMP to detect repeated publishes.
type Idempotence struct {
	// Duration is how long an idempotent ID is remembered, MaxSize the max number of IDs per producer.
	Duration time.Duration
	MaxSize  int64
	// Producers (pids-tracked) and IDs (iids-tracked) are the numbers currently remembered.
	Producers, IDs int64
	// Added counts the entries ever added with such an ID, Duplicates those rejected because their ID was known
	// already.
	Added, Duplicates int64
}

// String returns "1204, 3 repeated": the number of entries added with an idempotent ID, and of repeats detected by it.
// It returns "-" when there are none.
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
	// EntriesRead is the group's logical read counter. Lag is the number of entries that wait to be delivered. Both are
	// unknown before Redis 7, and after some deletions or XGROUP SETID. What Redis reports can be wrong; see
	// [Stream.WeighLag].
	EntriesRead, Lag Count
	// Contradiction is empty, or what the server reported about the group that can't be true.
	Contradiction string
	// Pending is the number of entries that are delivered and not acknowledged.
	Pending int64
	// Oldest is the pending entry with the smallest ID; nil when nothing is pending.
	Oldest *Pending
	// Consumers are sorted by name.
	Consumers []Consumer
	// Control is what people have set for the group; nil when that isn't known. All groups of a name share it.
	Control *Control
}

// Consumer is one consumer of one group.
type Consumer struct {
	Name string
	// Pending is the number of entries that it holds.
	Pending int64
	// Idle is the time since it last tried to read, claim or ack.
	Idle time.Duration
	// Inactive is the time in milliseconds since it last got or claimed an entry; unknown before Redis 7.2, and when it
	// never did.
	Inactive Count
}

// Pending is one row of a group's pending entries list.
type Pending struct {
	ID         Position
	Consumer   string
	Idle       time.Duration
	Deliveries int64
}

// Stream returns the stream with that key; nil when the snapshot has none.
func (s *Snapshot) Stream(key string) *Stream {
	i := sort.Search(len(s.Streams), func(i int) bool { return s.Streams[i].Key >= key })
	if i < len(s.Streams) && s.Streams[i].Key == key {
		return &s.Streams[i]
	}
	return nil
}

// Group returns the group with that name; nil when the stream has none.
func (s *Stream) Group(name string) *Group {
	for i := range s.Groups {
		if s.Groups[i].Name == name {
			return &s.Groups[i]
		}
	}
	return nil
}

// OldestAge returns how long before now, by the server's clock, the group's oldest pending entry was added. It returns
// false when nothing is pending, or when the ID doesn't tell the age ([Position.Age]).
func (g *Group) OldestAge(now time.Time) (time.Duration, bool) {
	if g.Oldest == nil {
		return 0, false
	}
	return g.Oldest.ID.Age(now)
}

// Acked returns how many entries the group has acknowledged or dropped so far: entries read minus entries pending. Only
// the difference between two such counts is meaningful.
func (g *Group) Acked() Count {
	return g.EntriesRead.Minus(Exactly(g.Pending))
}
