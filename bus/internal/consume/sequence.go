package consume

import (
	"cmp"
	"slices"

	"streamdesk/model"
)

// sequence orders the entries of several streams by ID. A workflow's events are in as many streams as it has event types, and
// a reply holds one stream after the other. Without this order, a consumer that catches up would see workflows completed
// before they were started.
//
// A stream that returned as many entries as requested may hold more, so no entry after its last one can be delivered yet.
// Such entries are parked until that stream has caught up. IDs are times by the server's clock in milliseconds; events of the
// same millisecond in different streams have no order. In a cluster, streams of different slots are read independently, and
// have no order either.
type sequence struct {
	parked []*delivery // by ID
}

// parkedOf returns the number of parked entries per stream.
func (q *sequence) parkedOf() map[*stream]int {
	if len(q.parked) == 0 {
		return nil
	}
	counts := make(map[*stream]int)
	for _, d := range q.parked {
		counts[d.stream]++
	}
	return counts
}

// last returns the highest parked ID, zero when there is none.
func (q *sequence) last() model.Position {
	if len(q.parked) == 0 {
		return model.Position{}
	}
	return q.parked[len(q.parked)-1].message.ID
}

// readable leaves out the streams that already have count entries parked, which bounds the number of parked entries.
func (q *sequence) readable(streams []*stream, count int) (read, waiting []*stream) {
	counts := q.parkedOf()
	if counts == nil {
		return streams, nil
	}
	for _, s := range streams {
		if counts[s] >= count {
			waiting = append(waiting, s)
		} else {
			read = append(read, s)
		}
	}
	return read, waiting
}

// limit returns the ID up to which entries may be delivered: the lowest of the last IDs of the streams that may hold more.
// more is false when none may.
func (q *sequence) limit(reply []model.Entry, count int, waiting []*stream) (limit model.Position, more bool) {
	lower := func(id model.Position) {
		if !more || id.Before(limit) {
			limit, more = id, true
		}
	}
	for start := 0; start < len(reply); {
		end := start + 1
		for end < len(reply) && reply[end].Stream == reply[start].Stream {
			end++
		}
		if end-start >= count {
			lower(reply[end-1].ID)
		}
		start = end
	}
	for _, s := range waiting {
		for _, d := range slices.Backward(q.parked) {
			if d.stream == s {
				lower(d.message.ID)
				break
			}
		}
	}
	return limit, more
}

// take adds deliveries and returns those that may be delivered now.
func (q *sequence) take(batch []*delivery, limit model.Position, more bool) []*delivery {
	byID := func(a, b *delivery) int {
		if c := a.message.ID.Compare(b.message.ID); c != 0 {
			return c
		}
		return cmp.Compare(a.stream.key, b.stream.key)
	}
	if !slices.IsSortedFunc(batch, byID) {
		slices.SortFunc(batch, byID)
	}
	if len(q.parked) > 0 {
		batch = mergeDeliveries(q.parked, batch, byID)
	}
	q.parked = nil
	if !more {
		return batch
	}
	n, found := slices.BinarySearchFunc(batch, limit, func(d *delivery, limit model.Position) int {
		if d.message.ID.After(limit) {
			return 1
		}
		return -1
	})
	_ = found // never: the comparison has no equal
	q.parked = slices.Clone(batch[n:])
	return batch[:n:n]
}

// all returns the parked entries, to be delivered whatever the other streams hold.
func (q *sequence) all() []*delivery {
	parked := q.parked
	q.parked = nil
	return parked
}

func mergeDeliveries(a, b []*delivery, compare func(a, b *delivery) int) []*delivery {
	merged := make([]*delivery, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
