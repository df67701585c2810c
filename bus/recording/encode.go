package recording

import (
	"encoding/binary"
	"math"
	"time"

	"streamdesk/model"
)

// encoder writes snapshots in their stored form.
type encoder struct {
	b  []byte
	at int64                    // the moment in milliseconds
	id func(name string) uint64 // the ID that stands for a name
}

// What the first byte of an encoded stream says.
const (
	streamMissing = 1 << iota
	streamProblem
	streamFigures
	streamDeleted
	streamIdempotence
)

// What the first byte of an encoded group says, beside the kinds of its two counts.
const (
	groupOldest = 1 << (iota + 2*kindBits)
	groupContradiction
	groupControl // it is known what is set for the group
	groupSet     // something is set
)

// The kinds of counts, which take kindBits.
const (
	countUnknown = iota
	countKnown
	countEstimated
	kindBits = 2
	kindMask = 1<<kindBits - 1
)

// snapshot writes a moment: varints, with an ID in place of each name. Numbers that are close to others are stored as the
// difference, so that they are short: IDs of entries and the moment, entries read and entries added.
func (e *encoder) snapshot(s *model.Snapshot) {
	e.at = s.At.UnixMilli()
	e.bool(s.OwnClock)
	e.uint(uint64(s.At.Sub(time.UnixMilli(e.at))))
	e.uint(uint64(len(s.Streams)))
	for i := range s.Streams {
		e.stream(&s.Streams[i])
	}
}

func (e *encoder) stream(s *model.Stream) {
	e.name(s.Key)
	deleted, told := !s.MaxDeleted.IsZero(), s.Idempotence != nil
	figures := deleted || told || s.Length != 0 || s.EntriesAdded.Known || !s.First.IsZero() || !s.Last.IsZero() || len(s.Groups) > 0
	e.b = append(e.b, bit(s.Missing, streamMissing)|bit(s.Problem != "", streamProblem)|bit(figures, streamFigures)|
		bit(deleted, streamDeleted)|bit(told, streamIdempotence))
	if s.Problem != "" {
		e.text(withoutUser(s.Problem))
	}
	if !figures {
		return
	}
	e.int(s.Length)
	e.b = append(e.b, kindOf(s.EntriesAdded))
	e.number(s.EntriesAdded, 0)
	e.position(s.First, uint64(e.at))
	e.position(s.Last, uint64(e.at))
	if deleted {
		e.position(s.MaxDeleted, uint64(e.at))
	}
	if i := s.Idempotence; told {
		e.milliseconds(i.Duration)
		for _, n := range [...]int64{i.MaxSize, i.Producers, i.IDs, i.Added, i.Duplicates} {
			e.int(n)
		}
	}
	e.uint(uint64(len(s.Groups)))
	for i := range s.Groups {
		e.group(s, &s.Groups[i])
	}
}

func (e *encoder) group(s *model.Stream, g *model.Group) {
	e.name(g.Name)
	e.b = append(e.b, kindOf(g.EntriesRead)|kindOf(g.Lag)<<kindBits|bit(g.Oldest != nil, groupOldest)|bit(g.Contradiction != "", groupContradiction)|
		bit(g.Control != nil, groupControl)|bit(isSet(g.Control), groupSet))
	e.position(g.LastDelivered, s.Last.Ms)
	e.number(g.EntriesRead, s.EntriesAdded.N)
	e.number(g.Lag, 0)
	e.int(g.Pending)
	if p := g.Oldest; p != nil {
		e.position(p.ID, g.LastDelivered.Ms)
		e.name(p.Consumer)
		e.milliseconds(p.Idle)
		e.int(p.Deliveries)
	}
	if g.Contradiction != "" {
		e.text(g.Contradiction)
	}
	if isSet(g.Control) {
		e.control(g.Control)
	}
	e.uint(uint64(len(g.Consumers)))
	for i := range g.Consumers {
		c := &g.Consumers[i]
		e.name(c.Name)
		e.int(c.Pending)
		e.milliseconds(c.Idle)
		e.b = append(e.b, kindOf(c.Inactive))
		e.number(c.Inactive, c.Idle.Milliseconds())
	}
}

func isSet(c *model.Control) bool { return c != nil && *c != model.Control{} }

func (e *encoder) control(c *model.Control) {
	e.uint(math.Float64bits(c.PerSecond))
	e.bool(c.Pause != nil)
	if p := c.Pause; p != nil {
		e.text(p.By)
		e.text(p.Why)
		e.time(p.Since)
		e.time(p.Until)
	}
}

// time writes a time in milliseconds; zero for none.
func (e *encoder) time(t time.Time) {
	if t.IsZero() {
		e.int(0)
		return
	}
	e.int(t.UnixMilli())
}

// position writes an ID relative to a time. The difference wraps for IDs far outside of any date, and wraps back when it is decoded.
func (e *encoder) position(p model.Position, near uint64) {
	e.int(int64(near - p.Ms))
	e.uint(p.Seq)
}

// number writes a count that is known, relative to a number.
func (e *encoder) number(c model.Count, near int64) {
	if c.Known {
		e.int(near - c.N)
	}
}

func (e *encoder) text(s string) {
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) name(name string)             { e.uint(e.id(name)) }
func (e *encoder) int(n int64)                  { e.b = binary.AppendVarint(e.b, n) }
func (e *encoder) uint(n uint64)                { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) milliseconds(d time.Duration) { e.int(d.Milliseconds()) }
func (e *encoder) bool(set bool)                { e.b = append(e.b, bit(set, 1)) }

func kindOf(c model.Count) byte {
	switch {
	case !c.Known:
		return countUnknown
	case c.Estimated:
		return countEstimated
	default:
		return countKnown
	}
}

func bit(set bool, value byte) byte {
	if set {
		return value
	}
	return 0
}
