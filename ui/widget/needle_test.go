package widget

import (
	"slices"
	"strings"
	"testing"
)

func TestANeedleIsFoundInEitherCaseUnlessItHasACapital(t *testing.T) {
	for _, c := range []struct {
		typed, text string
		want        []Span
	}{
		{"", "abc", nil},
		{"abc", "xabcABCab", []Span{{1, 4}, {4, 7}}},
		{"Abc", "xabcAbcABC", []Span{{4, 7}}},
		{"aa", "aaaaa", []Span{{0, 2}, {2, 4}}},
		{"é", "É é e", []Span{{0, 2}, {3, 5}}},
		{"k", "\u212a", nil}, // a byte of ASCII is looked for among those
		{"straße", "STRASSE Straße", []Span{{8, 15}}},
		{"日", "本日\xff日", []Span{{3, 6}, {7, 10}}},
		{"a b", "A B\na b", []Span{{0, 3}, {4, 7}}},
	} {
		if got := NewNeedle(c.typed).All(c.text, 9); !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: %v, want %v", c.typed, c.text, got, c.want)
		}
	}
	if got := NewNeedle("a").All("aaaa", 2); len(got) != 2 {
		t.Errorf("%v are more than were asked for", got)
	}
}

func TestPlacesWithinAStretch(t *testing.T) {
	places := []Span{{0, 2}, {4, 6}, {8, 9}}
	for _, c := range []struct {
		from, to int
		want     []Span
	}{{0, 1, places[:1]}, {1, 5, places[:2]}, {2, 4, nil}, {5, 9, places[1:]}, {9, 20, nil}} {
		if got := (Found{Places: places}).within(c.from, c.to).Places; !slices.Equal(got, c.want) {
			t.Errorf("%d to %d: %v, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestTheNearestPlaceIsTheNextOneAndThenTheFirst(t *testing.T) {
	found := Found{Places: []Span{{2, 4}, {4, 6}, {8, 9}}}
	for at, want := range map[int]int{0: 0, 2: 0, 3: 1, 5: 2, 8: 2, 9: 0} {
		if got := found.Nearest(at); got != want {
			t.Errorf("from %d on: %d, want %d", at, got, want)
		}
	}
}

func BenchmarkNeedle(b *testing.B) {
	text := strings.Repeat("    require(balances[msg.sender] >= amount); // naïve\n", 1<<20)
	for _, typed := range []string{"selfdestruct", "Selfdestruct", "übertrag"} {
		b.Run(typed, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				NewNeedle(typed).All(text, 100)
			}
		})
	}
}
