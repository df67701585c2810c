package recording

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"streamdesk/model"
)

// ErrDamaged means that a stored moment can't be read: the file was changed by something else, or a newer streamdesk wrote it.
var ErrDamaged = errors.New("the moment is damaged or of a newer streamdesk: use that one, or move the file away to begin a new recording")

// decoder reads an encoded moment. After the first error it returns zeros. What it makes takes memory in proportion to what it reads.
type decoder struct {
	left  []byte
	names map[uint64]string
	at    int64
	err   error
}

// snapshot is the reverse of [encoder.snapshot]. The error is [ErrDamaged].
func (d *decoder) snapshot() (model.Snapshot, error) {
	at := time.UnixMilli(d.at)
	s := model.Snapshot{OwnClock: d.bool(), At: at.Add(d.rest())}
	for n := d.len(); n > 0 && d.err == nil; n-- {
		s.Streams = append(s.Streams, d.stream())
	}
	if d.err == nil && len(d.left) > 0 {
		d.fail()
	}
	if d.err != nil {
		return model.Snapshot{}, damaged(at)
	}
	return s, nil
}

// damaged is the error of a moment that can't be read.
func damaged(at time.Time) error {
	return fmt.Errorf("moment %s: %w", at.UTC().Format(time.RFC3339Nano), ErrDamaged)
}

// rest is the part of the moment that is shorter than a millisecond.
func (d *decoder) rest() time.Duration {
	rest := d.uint()
	if rest >= uint64(time.Millisecond) {
		d.fail()
		return 0
	}
	return time.Duration(rest)
}

func (d *decoder) stream() model.Stream {
	s := model.Stream{Key: d.name()}
	has := d.byte()
	s.Missing = has&streamMissing != 0
	if has&streamProblem != 0 {
		s.Problem = d.text()
	}
	if has&streamFigures == 0 {
		return s
	}
	s.Length = d.int()
	s.EntriesAdded = d.number(d.byte(), 0)
	s.First, s.Last = d.position(uint64(d.at)), d.position(uint64(d.at))
	if has&streamDeleted != 0 {
		s.MaxDeleted = d.position(uint64(d.at))
	}
	if has&streamIdempotence != 0 {
		s.Idempotence = &model.Idempotence{
			Duration: d.milliseconds(), MaxSize: d.int(), Producers: d.int(), IDs: d.int(), Added: d.int(), Duplicates: d.int(),
		}
	}
	for n := d.len(); n > 0 && d.err == nil; n-- {
		s.Groups = append(s.Groups, d.group(&s))
	}
	return s
}

func (d *decoder) group(s *model.Stream) model.Group {
	g := model.Group{Name: d.name()}
	has := d.byte()
	g.LastDelivered = d.position(s.Last.Ms)
	g.EntriesRead = d.number(has, s.EntriesAdded.N)
	g.Lag = d.number(has>>kindBits, 0)
	g.Pending = d.int()
	if has&groupOldest != 0 {
		g.Oldest = &model.Pending{ID: d.position(g.LastDelivered.Ms), Consumer: d.name(), Idle: d.milliseconds(), Deliveries: d.int()}
	}
	if has&groupContradiction != 0 {
		g.Contradiction = d.text()
	}
	if has&groupControl != 0 {
		g.Control = &model.Control{}
	}
	if has&groupSet != 0 {
		g.Control = d.control()
	}
	for n := d.len(); n > 0 && d.err == nil; n-- {
		c := model.Consumer{Name: d.name(), Pending: d.int(), Idle: d.milliseconds()}
		c.Inactive = d.number(d.byte(), c.Idle.Milliseconds())
		g.Consumers = append(g.Consumers, c)
	}
	return g
}

func (d *decoder) control() *model.Control {
	c := &model.Control{PerSecond: math.Float64frombits(d.uint())}
	if d.bool() {
		c.Pause = &model.Pause{By: d.text(), Why: d.text(), Since: d.time(), Until: d.time()}
	}
	return c
}

// time returns a time in milliseconds; the zero time for 0.
func (d *decoder) time() time.Time {
	if ms := d.int(); ms != 0 {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}

func (d *decoder) position(near uint64) model.Position {
	return model.Position{Ms: near - uint64(d.int()), Seq: d.uint()}
}

// number returns a count of a kind, whose number is relative to another.
func (d *decoder) number(kind byte, near int64) model.Count {
	switch kind & kindMask {
	case countUnknown:
		return model.Count{}
	case countKnown:
		return model.Exactly(near - d.int())
	case countEstimated:
		return model.About(near - d.int())
	default:
		d.fail()
		return model.Count{}
	}
}

func (d *decoder) name() string {
	name, ok := d.names[d.uint()]
	if !ok {
		d.fail()
	}
	return name
}

func (d *decoder) text() string {
	n := d.len()
	text := string(d.left[:n])
	d.left = d.left[n:]
	return text
}

func (d *decoder) milliseconds() time.Duration { return time.Duration(d.int()) * time.Millisecond }
func (d *decoder) bool() bool                  { return d.byte() == 1 }

// len returns a number of things that follow, each of which takes a byte or more.
func (d *decoder) len() int {
	n := d.uint()
	if n > uint64(len(d.left)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) byte() byte {
	if len(d.left) == 0 {
		d.fail()
		return 0
	}
	first := d.left[0]
	d.left = d.left[1:]
	return first
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.left)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.left = d.left[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.left)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.left = d.left[n:]
	return v
}

func (d *decoder) fail() { d.err, d.left = ErrDamaged, nil }
