package series

// Ring keeps the newest items up to a fixed number, oldest first. Each item has a number that never changes: its
// position in the order of arrival, from 0. It isn't safe for concurrent use.
type Ring[T any] struct {
	items []T
	limit int
	next  uint64 // the number the next item gets
}

// NewRing returns a new ring that keeps max limit items; a limit below 1 means 1.
func NewRing[T any](limit int) *Ring[T] {
	return &Ring[T]{limit: max(limit, 1)}
}

// Push adds an item, and drops the oldest when the ring is full.
func (r *Ring[T]) Push(item T) {
	if len(r.items) < r.limit {
		r.items = append(r.items, item)
	} else {
		r.items[r.next%uint64(r.limit)] = item
	}
	r.next++
}

// Len returns the number of items kept.
func (r *Ring[T]) Len() int { return len(r.items) }

// Limit returns the max number of items kept.
func (r *Ring[T]) Limit() int { return r.limit }

// Evicted returns the number of items dropped so far, which is also the number of the oldest kept item.
func (r *Ring[T]) Evicted() uint64 { return r.next - uint64(len(r.items)) }

// At is the i-th kept item, 0 the oldest. It panics when i is out of range, as a slice would.
func (r *Ring[T]) At(i int) T {
	return *r.Ref(i)
}

// Ref is a pointer to the i-th kept item, 0 the oldest. It stays valid until the item is evicted.
func (r *Ring[T]) Ref(i int) *T {
	if i < 0 || i >= len(r.items) {
		panic("model: ring index out of range")
	}
	return &r.items[(r.Evicted()+uint64(i))%uint64(r.limit)]
}
