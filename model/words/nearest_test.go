package words

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNearestForgivesASlipAndNoMore(t *testing.T) {
	known := []string{"theme", "frame_rate", "refresh", "keep_events", "mouse"}
	for word, want := range map[string]string{
		"them": "theme", "thmee": "theme", "frame_rat": "frame_rate", "framerate": "frame_rate", "keep_event": "keep_events",
		"house": "mouse", "colour": "", "x": "", "": "", "bell": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
}

func TestSlipsCountsWhatAPersonDidWrong(t *testing.T) {
	word := rapid.StringMatching(`[a-z_]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := slips(a, b)
		if d != slips(b, a) {
			t.Fatal("the way there isn't the way back")
		}
		if (d == 0) != (a == b) || d > max(len(a), len(b)) || d < len(a)-len(b) {
			t.Fatalf("%d slips", d)
		}
		at := rapid.IntRange(0, len(a)).Draw(t, "at")
		if d := slips(a, a[:at]+"x"+a[at:]); d != 1 {
			t.Fatalf("a letter too many is %d slips", d)
		}
	})
}
