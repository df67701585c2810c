package series_test

import (
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model/series"
)

func TestRingKeepsTheNewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(-1, 7).Draw(t, "limit")
		ring, kept := series.NewRing[int](limit), max(limit, 1)
		var all []int
		for range rapid.IntRange(0, 40).Draw(t, "pushes") {
			item := rapid.Int().Draw(t, "item")
			ring.Push(item)
			all = append(all, item)
			want := all[max(0, len(all)-kept):]
			if ring.Len() != len(want) || ring.Limit() != kept || ring.Evicted() != uint64(len(all)-len(want)) {
				t.Fatalf("len %d limit %d evicted %d after %d pushes", ring.Len(), ring.Limit(), ring.Evicted(), len(all))
			}
			for i := range want {
				if ring.At(i) != want[i] {
					t.Fatalf("At(%d) = %d, want %d", i, ring.At(i), want[i])
				}
			}
		}
	})
}

func TestRingRefersToTheKeptItem(t *testing.T) {
	ring := series.NewRing[string](2)
	for _, s := range []string{"a", "b", "c"} {
		ring.Push(s)
	}
	*ring.Ref(0) = "B"
	if ring.At(0) != "B" || ring.At(1) != "c" {
		t.Errorf("ring holds %q, %q", ring.At(0), ring.At(1))
	}
	for _, i := range []int{-1, 2} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("At(%d) doesn't panic", i)
				}
			}()
			ring.At(i)
		}()
	}
}
