// Package sorting sorts lists of structs. The standard library's slices.SortFunc is compiled anew for each type of element, 15 KB
// each time, and hands elements over as copies. Here only positions are sorted, which are of one type. Lists of pointers,
// strings and numbers are as well sorted by slices. Start reading at [By].
package sorting

import (
	"cmp"
	"slices"
)

// By sorts a list in place by compare, which returns a negative number when a comes before b, and a positive one when it comes
// after it. Equal elements keep their order. A list that is in order already costs one look at each element, and no memory.
func By[T any](list []T, compare func(a, b *T) int) {
	before := func(i, j int) int { return compare(&list[i], &list[j]) }
	if inOrder(len(list), before) {
		return
	}
	from := positions(len(list), before)
	for i := range from {
		// Each element goes to its place, and the one that was there to its own, until the round is closed.
		first, at := list[i], i
		for from[at] != i {
			at, list[at], from[at] = from[at], list[from[at]], at
		}
		list[at], from[at] = first, at
	}
}

func inOrder(n int, before func(i, j int) int) bool {
	for i := 1; i < n; i++ {
		if before(i-1, i) > 0 {
			return false
		}
	}
	return true
}

// positions returns where the elements of a sorted list are now.
func positions(n int, before func(i, j int) int) []int {
	from := make([]int, n)
	for i := range from {
		from[i] = i
	}
	slices.SortFunc(from, func(i, j int) int { return cmp.Or(before(i, j), i-j) })
	return from
}
