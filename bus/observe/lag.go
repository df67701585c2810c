package observe

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Bounds of counting entries where the server's figures don't settle a group's lag. There is no command that counts
// without sending the entries, so only few and small ones are asked for.
const (
	// weighMost entries of one group are read at most: more than a group that keeps up has waiting.
	weighMost = 100
	// weighBytes is how much they may come to, going by the size of the stream's first entry.
	weighBytes = 64 << 10
	// weighGroups are looked at in one round trip, so that a bus of a thousand such groups costs as much as one of 32.
	weighGroups = 32
	// weighEvery is how long a counter that was found to be right is believed without being looked at again, and how long
	// an attempt that came to no end isn't repeated: long enough that looking costs nothing, short enough for a person
	// who has set a counter by hand.
	weighEvery = 10 * time.Second
	// lagsMost groups are remembered; past that, all are forgotten and looked at again.
	lagsMost = 100_000
)

// lags remembers of which groups the server's read counter is right, so that a long lag needn't be counted. A counter
// that is right stays right while the group reads on, as long as nothing that it has yet to read is removed.
type lags struct {
	mu    sync.Mutex
	known map[lagKey]lagMark
}

type lagKey struct{ stream, group string }

// lagMark is a group as it was when it was last seen.
type lagMark struct {
	last, first, deleted model.Position
	added, read          int64
	right                bool      // the counter is
	counted              time.Time // when its entries were last counted
	tooMany              bool      // they were more than are counted
}

// lagCount is the settling of the lags of one reply to XINFO.
type lagCount struct {
	lags   *lags
	look   wire.Look
	counts []counted
}

// counted is one group whose entries are counted: those it has yet to read, or those it has read where these are fewer.
type counted struct {
	stream *model.Stream
	group  *model.Group
	most   int
	behind bool // count those up to the group's position
}

func (l *lags) counting(look wire.Look) *lagCount { return &lagCount{lags: l, look: look} }

// weigh settles the lags of a stream's groups, and notes where entries have to be counted for it.
func (c *lagCount) weigh(s *model.Stream, first wire.Reply) {
	if s.Problem != "" || s.Missing || len(s.Groups) == 0 {
		return
	}
	most := min(weighMost, weighBytes/entrySize(first))
	now := time.Now()
	c.lags.mu.Lock()
	defer c.lags.mu.Unlock()
	for i := range s.Groups {
		g := &s.Groups[i]
		told := g.Lag
		settled := s.WeighLag(g)
		key := lagKey{s.Key, g.Name}
		before, seen := c.lags.known[key]
		right := g.EntriesRead.Known && g.Lag.Known && s.EntriesAdded.N-g.EntriesRead.N == g.Lag.N && !g.LastDelivered.After(s.Last)
		mark := newLagMark(s, g)
		mark.counted, mark.tooMany = before.counted, before.tooMany
		switch {
		case settled:
			mark.right = right
			c.lags.keep(key, mark)
			continue
		case right && seen && before.right && before.leadsTo(s, g):
			mark.right = true
			g.Lag = model.Exactly(told.N)
		}
		c.lags.keep(key, mark)
		if recently := now.Sub(mark.counted) < weighEvery; s.EntriesAdded.Known && (!recently || !mark.right && !mark.tooMany) {
			c.ask(s, g, most)
		}
	}
}

// ask has a group's entries counted from the nearer end, if they are few.
func (c *lagCount) ask(s *model.Stream, g *model.Group, most int) {
	if len(c.counts) >= weighGroups || most == 0 {
		return
	}
	one := counted{stream: s, group: g, most: most}
	if g.Lag.Known && g.Lag.N > int64(most) {
		if s.Length-g.Lag.N > int64(most) {
			return
		}
		one.behind = true
	}
	c.counts = append(c.counts, one)
}

// do counts, in one round trip where there is anything to count. An error of the connection is returned; a group that
// can't be counted stays as it was weighed.
func (c *lagCount) do(ctx context.Context, node wire.Node) error {
	if len(c.counts) == 0 {
		return nil
	}
	commands := make([]wire.Read, len(c.counts))
	for i, one := range c.counts {
		from, to := one.group.LastDelivered.Next(), one.stream.Last
		if one.behind {
			from, to = one.stream.First, one.group.LastDelivered
		}
		commands[i] = wire.Range(one.stream.Key, from, to, one.most+1)
	}
	replies, err := c.look.PipelineOn(ctx, node, commands)
	if err != nil {
		return err
	}
	c.lags.mu.Lock()
	defer c.lags.mu.Unlock()
	for i, one := range c.counts {
		if replies[i].Kind == wire.KindArray {
			c.lags.take(one, replies[i].Elems, time.Now())
		}
	}
	return nil
}

// take settles a group's lag by the entries that were counted. The lock is held.
func (l *lags) take(one counted, entries []wire.Reply, now time.Time) {
	g, key := one.group, lagKey{one.stream.Key, one.group.Name}
	mark := l.known[key]
	mark.counted, mark.tooMany, mark.right = now, len(entries) > one.most, false
	n := int64(len(entries))
	switch {
	case mark.tooMany:
		if g.Lag.Known && (g.Lag.N <= int64(one.most)) != one.behind {
			g.Lag = model.Count{} // there are more than the server says
		}
	case one.behind && (n == 0 || entries[0].At(0).Position() != one.stream.First):
		// It was trimmed meanwhile, and what it held before can't be told any more.
	default:
		if one.behind {
			n = one.stream.Length - n
		}
		g.Lag = model.Exactly(n)
		mark.right = g.EntriesRead.Known && mark.added-mark.read == n
	}
	l.keep(key, mark)
}

func newLagMark(s *model.Stream, g *model.Group) lagMark {
	return lagMark{
		last: g.LastDelivered, first: s.First, deleted: s.MaxDeleted, added: s.EntriesAdded.N, read: g.EntriesRead.N,
	}
}

// leadsTo says whether a group can have got from the mark to where it is by reading alone, with nothing removed that it
// had yet to read.
func (m lagMark) leadsTo(s *model.Stream, g *model.Group) bool {
	return !g.LastDelivered.Before(m.last) && g.EntriesRead.N >= m.read && s.EntriesAdded.N >= m.added &&
		(s.First == m.first || !s.First.After(m.last)) && (s.MaxDeleted == m.deleted || !s.MaxDeleted.After(m.last))
}

func (l *lags) keep(key lagKey, mark lagMark) {
	if l.known == nil || len(l.known) >= lagsMost {
		l.known = make(map[lagKey]lagMark)
	}
	l.known[key] = mark
}

// entrySize is about what an entry takes in a reply: its texts, and some bytes around each.
func entrySize(entry wire.Reply) int {
	const around = 16
	size := around + len(entry.Text)
	for _, e := range entry.Elems {
		size += entrySize(e)
	}
	return size
}
