package program

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

// noon is when now is here.
var noon = time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)

// millisecond is the newest ID that a millisecond can have.
func millisecond(t time.Time) model.Position {
	p := model.PositionAt(t)
	p.Seq = math.MaxUint64
	return p
}

func TestAWindowTakesInBothEndsWithTheirWholeMilliseconds(t *testing.T) {
	open := model.Position{}
	for _, c := range []struct {
		from, to    string
		first, last model.Position
	}{
		{"", "", open, open},
		{"", "+", open, open},
		{"-", "0", model.FirstPosition, model.Position{Seq: math.MaxUint64}},
		{"5-5", "5-5", model.Position{Ms: 5, Seq: 5}, model.Position{Ms: 5, Seq: 5}},
		{"1762341240000", "1762341240000", model.Position{Ms: 1762341240000}, model.Position{Ms: 1762341240000, Seq: math.MaxUint64}},
		{"1762341240000-7", "1762341240000-7", model.Position{Ms: 1762341240000, Seq: 7}, model.Position{Ms: 1762341240000, Seq: 7}},
		{"1762341240000-0", "1762341240000-0", model.Position{Ms: 1762341240000}, model.Position{Ms: 1762341240000}},
		{"1762341240", "2025-11-05T11:30", model.Position{Ms: 1762341240000}, millisecond(time.Date(2025, 11, 5, 11, 30, 0, 0, time.UTC))},
		{"1h", "10m", model.PositionAt(noon.Add(-time.Hour)), millisecond(noon.Add(-10 * time.Minute))},
		{"11:30", "11:45:30", model.PositionAt(noon.Add(-30 * time.Minute)), millisecond(noon.Add(-14*time.Minute - 30*time.Second))},
		{"23:00", "11:00", model.PositionAt(noon.Add(-13 * time.Hour)), millisecond(noon.Add(-time.Hour))}, // 23:00 of the day before
		{"2025-11-05", "10m", model.PositionAt(noon.Add(-12 * time.Hour)), millisecond(noon.Add(-10 * time.Minute))},
	} {
		w := Window{From: c.from, To: c.to}
		if err := w.Parse(); err != nil {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
			continue
		}
		if first, last, err := w.Bounds(noon); first != c.first || last != c.last || err != nil {
			t.Errorf("%s to %s is %v to %v, %v; want %v to %v", c.from, c.to, first, last, err, c.first, c.last)
		}
		if w.All() != (c.first == open && c.last == open) {
			t.Errorf("%s to %s is everything: %t", c.from, c.to, w.All())
		}
	}
}

func TestAWindowThatMakesNoSenseIsWrongUse(t *testing.T) {
	for _, c := range []struct{ from, to, says string }{
		{"yesterday", "", `--from "yesterday": want an entry ID such as`},
		{"", "yesterday", `--to "yesterday": want an entry ID such as`},
		{"+", "", `--from "+": want`},
		{"5-5", "4-4", "the range ends at 4-4, before it begins at 5-5: swap --from and --to"},
		{"10m", "1h", "the range ends at 1h, before it begins at 10m: swap"},
		{"11:45", "11:30", "the range ends at 11:30, before it begins at 11:45: swap"},
		{"10m", "2025-11-05", "the range ends at 2025-11-05, before it begins at 10m: swap"},
	} {
		w := Window{From: c.from, To: c.to}
		err := w.Parse()
		if err == nil {
			_, _, err = w.Bounds(noon)
		}
		var use *UsageError
		if !errors.As(err, &use) || !strings.HasPrefix(err.Error(), c.says) {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
}
