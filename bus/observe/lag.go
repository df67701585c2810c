package observe

import (
	"context"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Limits for counting entries where the server's figures don't determine a group's lag. No command counts entries without sending
// them, so only few and small ones are requested.
const (
	// weighMost is the max number of entries read per group: more than a group that keeps up has waiting.
	weighMost = 100
	// weighBytes is their max total size, estimated from the size of the stream's first entry.
	weighBytes = 64 << 10
	// weighGroups is the max number of groups counted per round trip, so that a bus with a thousand such groups costs as much as
	// one with 32.
	weighGroups = 32
	// weighEvery is the time for which a counter found to be right is trusted without another check, and for which an attempt
	// with too many entries isn't repeated. It is long enough that checks cost nothing, short enough for a person who has set a
	// counter by hand.
	weighEvery = 10 * time.Second
	// lagsMost is the max number of groups remembered; beyond it, all are forgotten and checked again.
	lagsMost = 100_000
)

// lags remembers the groups whose read counter on the server is right, so that a long lag needn't be counted. A right counter
// stays right while the group reads on, as long as no entry that it hasn't read is removed.
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

// lagCount determines the lags of one reply to XINFO.
type lagCount struct {
	lags   *lags
	look   wire.Look
	counts []counted
}

// counted is one group whose entries are counted: the unread ones, or the read ones if these are fewer.
type counted struct {
	stream *model.Stream
	group  *model.Group
	most   int
	behind bool // count those up to the group's position
}

func (l *lags) counting(look wire.Look) *lagCount { return &lagCount{lags: l, look: look} }

// weigh determines the lags of a stream's groups, and records which groups need their entries counted.
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

// ask requests counting a group's entries from the nearer end, if they are few.
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

// do counts the entries in one round trip, if there is anything to count. It returns connection errors; a group that can't be
// counted keeps its result from weigh.
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

// take sets a group's lag from the counted entries. The caller holds the lock.
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
		// The stream was trimmed meanwhile, and its earlier content can't be determined any more.
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

// leadsTo reports whether a group can have moved from the mark to its current state by reading alone, without any unread entry
// being removed.
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

// entrySize returns the approximate size of an entry in a reply: its texts, and some bytes around each.
func entrySize(entry wire.Reply) int {
	const around = 16
	size := around + len(entry.Text)
	for _, e := range entry.Elems {
		size += entrySize(e)
	}
	return size
}
