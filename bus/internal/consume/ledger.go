package consume

import (
	"context"
	"slices"
	"sort"
	"sync"

	"streamdesk/model"
)

// ledger records which entries are in hand, so that none is handled twice at a time and reading stops at the limit. It also
// records how far each stream is acknowledged without a gap, so that a vanished group can be recreated there.
type ledger struct {
	limit int

	mu     sync.Mutex
	inHand int
	moved  chan struct{} // closed and replaced when inHand shrinks; nil while nobody waits
}

// account is the ledger's page for one stream; the ledger's lock guards it.
type account struct {
	// order holds entries that were read as new, by rising ID; a done delivery stays until all before it are done.
	order []entryInHand
	// others are deliveries whose ID is lower than one in order: claimed from other consumers, or read again.
	others map[model.Position]*delivery
	// floor: every entry up to it is acknowledged, except others.
	floor model.Position
	// skip holds IDs above the floor that were acknowledged when the group was recreated at the floor; skipTo is the highest
	// of them. Once a higher ID is read, it is no longer needed.
	skip   map[model.Position]struct{}
	skipTo model.Position
}

type entryInHand struct {
	id model.Position
	d  *delivery // nil when done
}

// maxOrder is the max number of done deliveries that wait behind one that isn't, per stream. Past it that one is moved to
// others. At 24 bytes each it is a megabyte and a half.
const maxOrder = 1 << 16

func newLedger(limit int) *ledger { return &ledger{limit: limit} }

// add adds deliveries, and returns those that were not in hand yet, in their order.
func (l *ledger) add(batch []*delivery) []*delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := batch[:0]
	for _, d := range batch {
		if d.stream.account.add(d) {
			l.inHand++
			kept = append(kept, d)
		}
	}
	return kept
}

func (a *account) add(d *delivery) bool {
	id := d.message.ID
	if len(a.skip) > 0 && id.After(a.skipTo) {
		a.skip = nil
	}
	if _, acked := a.skip[id]; acked {
		delete(a.skip, id)
		// It was handled before the group was recreated. Adding it to others would deliver it again; it only needs its ack.
		d.stream.shard.acks.repeat(d)
		return false
	}
	if n := len(a.order); n == 0 && id.After(a.floor) || n > 0 && id.After(a.order[n-1].id) {
		a.order = append(a.order, entryInHand{id, d})
		return true
	}
	if inHand := a.find(id); inHand != nil {
		inHand.taken.Store(false) // it may have come back from another consumer
		inHand.again = true       // an XACK in flight may have preceded this delivery
		return false
	}
	if a.others == nil {
		a.others = make(map[model.Position]*delivery)
	}
	a.others[id] = d
	return true
}

// find returns the delivery with that ID that is in hand, nil when there is none.
func (a *account) find(id model.Position) *delivery {
	if d := a.others[id]; d != nil {
		return d
	}
	i := sort.Search(len(a.order), func(i int) bool { return !a.order[i].id.Before(id) })
	if i < len(a.order) && a.order[i].id == id {
		return a.order[i].d
	}
	return nil
}

// done removes deliveries whose ack is confirmed. It returns those that were delivered again meanwhile, perhaps after the
// XACK: they need another.
func (l *ledger) done(batch []*delivery) (again []*delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range batch {
		if d.acked {
			continue
		}
		if d.again {
			d.again = false
			again = append(again, d)
			continue
		}
		d.acked = true
		l.inHand--
		d.stream.account.done(d)
	}
	l.tellRoom()
	return again
}

// drop removes a delivery that another consumer has claimed. It returns false when the delivery has come back in the
// meantime. Both checks hold the lock of add; otherwise a delivery that comes back at the wrong moment would stay in hand
// forever, kept alive and never handled.
func (l *ledger) drop(d *delivery) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !d.taken.Load() {
		return false
	}
	d.again = false // the other consumer's delivery came after that one
	if !d.acked {
		d.acked = true
		l.inHand--
		d.stream.account.done(d)
	}
	l.tellRoom()
	return true
}

// tellRoom wakes the goroutines that wait for room. The caller holds the lock.
func (l *ledger) tellRoom() {
	if l.moved != nil {
		close(l.moved)
		l.moved = nil
	}
}

func (a *account) done(d *delivery) {
	id := d.message.ID
	if a.others[id] == d {
		delete(a.others, id)
		return
	}
	// Acks arrive nearly in the order of reading, so the entry is near the front.
	i := sort.Search(len(a.order), func(i int) bool { return !a.order[i].id.Before(id) })
	if i == len(a.order) || a.order[i].d != d {
		return
	}
	a.order[i].d = nil
	a.advance()
	if len(a.order) > maxOrder {
		if a.others == nil {
			a.others = make(map[model.Position]*delivery)
		}
		stuck := a.order[0]
		a.others[stuck.id] = stuck.d
		a.order[0].d = nil
		a.advance()
	}
}

// advance removes the done deliveries at the front.
func (a *account) advance() {
	n := 0
	for n < len(a.order) && a.order[n].d == nil {
		n++
	}
	if n > 0 {
		a.floor = a.order[n-1].id
		a.order = a.order[n:]
	}
}

// room waits until fewer entries are in hand than the limit, and returns how many more fit; false when ctx is done.
func (l *ledger) room(ctx context.Context) (int, bool) {
	for {
		l.mu.Lock()
		free := l.limit - l.inHand
		if l.moved == nil {
			l.moved = make(chan struct{})
		}
		moved := l.moved
		l.mu.Unlock()
		if free > 0 {
			return free, ctx.Err() == nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return 0, false
		}
	}
}

// free returns how many more entries fit in hand now.
func (l *ledger) free() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limit - l.inHand
}

// resume returns the position at which a vanished group is recreated: before every entry of the stream that is in hand. It
// records which entries above it are acknowledged, so that they aren't handled again.
func (l *ledger) resume(s *stream) model.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := &s.account
	at := a.floor
	for id := range a.others {
		if !id.After(at) {
			at = id.Prev()
		}
	}
	if a.skip == nil {
		a.skip = make(map[model.Position]struct{})
	}
	for _, e := range a.order {
		if e.d == nil && len(a.skip) < maxOrder {
			a.skip[e.id] = struct{}{}
			a.skipTo = e.id // they rise
		}
	}
	return at
}

// startAt sets the floor of a stream to its group's position when this consumer joined.
func (l *ledger) startAt(s *stream, floor model.Position) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(s.account.order) == 0 && floor.After(s.account.floor) {
		s.account.floor = floor
	}
}

// forget resets the account of a stream whose key was deleted and recreated with smaller IDs.
func (l *ledger) forget(s *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.account.floor, s.account.skip = model.Position{}, nil
}

// held returns the stream's deliveries in hand, by ID.
func (l *ledger) held(s *stream) []*delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	var held []*delivery
	for _, d := range s.account.others {
		held = append(held, d)
	}
	for _, e := range s.account.order {
		if e.d != nil {
			held = append(held, e.d)
		}
	}
	slices.SortFunc(held, func(a, b *delivery) int { return a.message.ID.Compare(b.message.ID) })
	return held
}

// has reports whether an entry is in hand.
func (l *ledger) has(s *stream, id model.Position) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.account.find(id) != nil
}
