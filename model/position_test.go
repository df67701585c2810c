package model_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// positions draws IDs near the borders as well as anywhere else.
func positions() *rapid.Generator[model.Position] {
	part := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 2), rapid.Uint64Range(math.MaxUint64-2, math.MaxUint64))
	return rapid.Custom(func(t *rapid.T) model.Position {
		return model.Position{Ms: part.Draw(t, "ms"), Seq: part.Draw(t, "seq")}
	})
}

// whole is the ID as one 128-bit number.
func whole(p model.Position) *big.Int {
	n := new(big.Int).SetUint64(p.Ms)
	return n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(p.Seq))
}

func TestPositionReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := positions().Draw(t, "p")
		if got, err := model.ParsePosition(p.String()); err != nil || got != p {
			t.Fatalf("ParsePosition(%q) = %v, %v", p, got, err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var got model.Position
		if err := json.Unmarshal(text, &got); err != nil || got != p {
			t.Fatalf("%s reads as %v, %v", text, got, err)
		}
	})
}

func TestPositionOrderIsNumericOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := positions().Draw(t, "p"), positions().Draw(t, "q")
		want := whole(p).Cmp(whole(q))
		if got := p.Compare(q); got != want || p.Before(q) != (want < 0) || p.After(q) != (want > 0) {
			t.Fatalf("%v against %v: %d, want %d", p, q, got, want)
		}
	})
}

func TestPositionNextAndPrevAreInverse(t *testing.T) {
	one := big.NewInt(1)
	rapid.Check(t, func(t *rapid.T) {
		p := positions().Draw(t, "p")
		if p != model.MaxPosition {
			if next := p.Next(); next.Prev() != p || new(big.Int).Sub(whole(next), whole(p)).Cmp(one) != 0 {
				t.Fatalf("%v.Next() = %v", p, next)
			}
		}
		if !p.IsZero() {
			if prev := p.Prev(); prev.Next() != p || new(big.Int).Sub(whole(p), whole(prev)).Cmp(one) != 0 {
				t.Fatalf("%v.Prev() = %v", p, prev)
			}
		}
	})
	if got := model.MaxPosition.Next(); got != model.MaxPosition {
		t.Errorf("the greatest ID's next is %v", got)
	}
	if got := (model.Position{}).Prev(); !got.IsZero() {
		t.Errorf("the smallest ID's previous is %v", got)
	}
}

func TestParsePosition(t *testing.T) {
	for text, want := range map[string]model.Position{
		"-":                      {},
		"+":                      model.MaxPosition,
		"0-0":                    {},
		"1700000000000-0":        {Ms: 1700000000000},
		"1700000000000":          {Ms: 1700000000000},
		"1700000000000-12":       {Ms: 1700000000000, Seq: 12},
		"007-1":                  {Ms: 7, Seq: 1},
		"0-18446744073709551615": {Seq: math.MaxUint64},
	} {
		if got, err := model.ParsePosition(text); err != nil || got != want {
			t.Errorf("ParsePosition(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "x", "1-", "-1", "1-x", "1-2-3", "+1-0", "1-+2", " 1-0", "1-0 ", "1_0-0", "0x1-0", "1.5-0", "$", ">", "*",
		"18446744073709551616-0", "0-18446744073709551616", "١-0",
	} {
		if got, err := model.ParsePosition(text); !errors.Is(err, model.ErrPosition) {
			t.Errorf("ParsePosition(%q) = %v, %v, want ErrPosition", text, got, err)
		}
	}
}

func TestPositionTimeIsTheServersClock(t *testing.T) {
	at := time.Date(2025, 11, 5, 13, 7, 9, 123e6, time.UTC)
	if got := model.PositionAt(at).Time(); !got.Equal(at) {
		t.Errorf("PositionAt(%v).Time() = %v", at, got)
	}
	if got := model.PositionAt(time.Unix(-1, 0)); !got.IsZero() {
		t.Errorf("a time before 1970 gives %v", got)
	}
	if got := model.MaxPosition.Time().UTC().Year(); got != 9999 {
		t.Errorf("the greatest ID is of the year %d: RFC 3339 can't write that", got)
	}
}

func FuzzParsePosition(f *testing.F) {
	for _, seed := range []string{"-", "+", "1-0", "1", "18446744073709551615-18446744073709551615", "1-2-3", "+1-0", "1\x00-0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := model.ParsePosition(text)
		if err != nil {
			if !errors.Is(err, model.ErrPosition) || !p.IsZero() {
				t.Fatalf("ParsePosition(%q) = %v, %v", text, p, err)
			}
			return
		}
		again, err := model.ParsePosition(p.String())
		if err != nil || again != p {
			t.Fatalf("%q → %q → %v, %v", text, p, again, err)
		}
	})
}

func TestAnAgeThatAnIDDoesNotTellIsUnknown(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	for _, c := range []struct {
		id    model.Position
		age   time.Duration
		known bool
		clock string
	}{
		{model.Position{Ms: 1_700_000_000_000 - 60_000}, time.Minute, true, "2023-11-14"},
		{model.Position{Ms: 1_700_000_000_000 + 2_000}, 0, true, "2023-11-14"}, // clocks differ a little
		{model.Position{Ms: 1_700_000_000_000 + 60_000}, 0, false, "2023-11-14"},
		{model.Position{Ms: 253402300799999}, 0, false, "9999-12-31"},
		{model.Position{Ms: 253402300800000}, 0, false, "?"},
		{model.MaxPosition, 0, false, "?"},
	} {
		age, known := c.id.Age(now)
		if known != c.known || known && age != c.age || c.id.Clock(time.UTC, "2006-01-02") != c.clock {
			t.Errorf("%s: age %s, known %v, %s", c.id, age, known, c.id.Clock(time.UTC, "2006-01-02"))
		}
	}
}

func TestWhatAStreamNeverHeldIsToldFromWhatItHasLost(t *testing.T) {
	at := func(ms uint64) model.Position { return model.Position{Ms: ms} }
	for name, c := range map[string]struct {
		stream model.Stream
		id     model.Position
		want   bool
	}{
		"behind the last":             {model.Stream{Length: 1, First: at(5), Last: at(5)}, at(6), true},
		"all that was added is there": {model.Stream{Length: 2, First: at(1), Last: at(5), EntriesAdded: model.Exactly(2)}, at(3), true},
		"trimmed before":              {model.Stream{Length: 1, First: at(5), Last: at(5), EntriesAdded: model.Exactly(3)}, at(3), false},
		"deleted up to there":         {model.Stream{Length: 2, First: at(1), Last: at(5), EntriesAdded: model.Exactly(3), MaxDeleted: at(3)}, at(3), false},
		"behind all that was deleted": {model.Stream{Length: 2, First: at(1), Last: at(5), EntriesAdded: model.Exactly(3), MaxDeleted: at(2)}, at(3), true},
		"before Redis 7":              {model.Stream{Length: 2, First: at(1), Last: at(5)}, at(3), false},
		"no stream":                   {model.Stream{Missing: true}, at(3), false},
	} {
		if got := c.stream.NeverHeld(c.id); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
