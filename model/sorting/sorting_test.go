package sorting_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model/sorting"
)

type element struct {
	key, place int
	name       string
}

func byKey(a, b *element) int { return cmp.Compare(a.key, b.key) }

func TestAListIsSortedAsTheStandardLibraryDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []element
		for i, key := range rapid.SliceOfN(rapid.IntRange(0, 20), 0, 100).Draw(t, "keys") {
			list = append(list, element{key, i, "some"})
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b element) int { return byKey(&a, &b) })
		sorting.By(list, byKey)
		if !slices.Equal(list, want) {
			t.Fatalf("got %v, want %v", list, want)
		}
	})
}

func TestWhatIsInOrderTakesNoMemory(t *testing.T) {
	list := []element{{key: 1}, {key: 1}, {key: 2}}
	if n := testing.AllocsPerRun(100, func() { sorting.By(list, byKey) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

// BenchmarkBy sorts a page of elements beside the standard library's stable sort.
//
//	go test ./model/sorting -run '^$' -bench .
func BenchmarkBy(b *testing.B) {
	type wide struct {
		element
		_ [30]int
	}
	mixed := make([]wide, 500)
	for i := range mixed {
		mixed[i].key = i * 7919 % 500
	}
	list := make([]wide, len(mixed))
	b.Run("sorting", func(b *testing.B) {
		for b.Loop() {
			copy(list, mixed)
			sorting.By(list, func(a, b *wide) int { return a.key - b.key })
		}
	})
	b.Run("slices", func(b *testing.B) {
		for b.Loop() {
			copy(list, mixed)
			slices.SortStableFunc(list, func(a, b wide) int { return a.key - b.key })
		}
	})
}
