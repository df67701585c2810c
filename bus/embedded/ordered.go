package embedded

import (
	"slices"
	"sort"
	"strings"
)

// ordered keeps values sorted by ID. Appending at the end and removing at the front are O(1) amortised, finding is a
// binary search, and removing elsewhere moves the shorter side.
type ordered[T interface{ at() id }] struct {
	items []T
	head  int // the first live item
}

// compactAfter is how many dead items may precede the first live one before their memory is freed; they must also be at least
// half of all items.
const compactAfter = 64

func (o *ordered[T]) live() []T { return o.items[o.head:] }

func (o *ordered[T]) len() int { return len(o.items) - o.head }

// search returns the position of the first item at or after v.
func (o *ordered[T]) search(v id) int {
	live := o.live()
	return sort.Search(len(live), func(i int) bool { return !live[i].at().less(v) })
}

func (o *ordered[T]) find(v id) (item T, position int, ok bool) {
	position = o.search(v)
	if live := o.live(); position < len(live) && live[position].at() == v {
		return live[position], position, true
	}
	return item, position, false
}

// insert adds an item whose ID is not there yet.
func (o *ordered[T]) insert(item T) {
	live := o.live()
	if len(live) == 0 || live[len(live)-1].at().less(item.at()) {
		o.items = append(o.items, item)
		return
	}
	o.items = slices.Insert(o.items, o.head+o.search(item.at()), item)
}

func (o *ordered[T]) remove(v id) bool {
	_, position, ok := o.find(v)
	if ok {
		o.removeAt(position)
	}
	return ok
}

func (o *ordered[T]) removeAt(position int) {
	var none T
	live := o.live()
	if position < len(live)/2 {
		copy(live[1:position+1], live[:position])
		live[0] = none
		o.head++
		o.compact()
		return
	}
	copy(live[position:], live[position+1:])
	live[len(live)-1] = none
	o.items = o.items[:len(o.items)-1]
}

// removeFirst removes the n first items.
func (o *ordered[T]) removeFirst(n int) {
	clear(o.live()[:n])
	o.head += n
	o.compact()
}

func (o *ordered[T]) compact() {
	if o.head < compactAfter || o.head < len(o.items)/2 {
		return
	}
	kept := copy(o.items, o.live())
	clear(o.items[kept:])
	o.items = o.items[:kept]
	o.head = 0
}

// named keeps values sorted by name, as Redis lists groups and consumers.
type named[T interface{ label() string }] []T

func (n named[T]) search(name string) (int, bool) {
	return slices.BinarySearchFunc(n, name, func(item T, name string) int {
		return strings.Compare(item.label(), name)
	})
}

func (n named[T]) find(name string) (item T, ok bool) {
	position, ok := n.search(name)
	if ok {
		item = n[position]
	}
	return item, ok
}

// insert adds an item whose name is not there yet.
func (n *named[T]) insert(item T) {
	position, _ := n.search(item.label())
	*n = slices.Insert(*n, position, item)
}

func (n *named[T]) remove(name string) bool {
	position, ok := n.search(name)
	if ok {
		*n = slices.Delete(*n, position, position+1)
	}
	return ok
}
