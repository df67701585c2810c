package past

import (
	"strings"
	"testing"
	"time"
)

func TestALabelHasTheDateWhenItIsNotTodays(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 4, 25, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{now.Add(-5 * time.Minute), "13:59:25, 5m00s ago"},
		{now.Add(-20 * time.Hour), "2026-11-22 18:04:25, 20h00m ago"},
	} {
		cursor := Cursor{at: c.at}
		if got := cursor.Label(now, time.UTC); got != c.want {
			t.Errorf("%s is labelled %q, want %q", c.at, got, c.want)
		}
	}
}

func TestAGapIsToldWhenNobodyRecorded(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 4, 25, 0, time.UTC)
	for _, c := range []struct {
		age, gap time.Duration
		told     bool
	}{
		{time.Minute, 5 * time.Second, false},
		{time.Minute, 11 * time.Second, true},
		{2 * time.Hour, 20 * time.Second, false}, // one in ten seconds is kept
		{2 * time.Hour, time.Minute, true},
		{48 * time.Hour, 2 * time.Minute, false}, // one in a minute
		{48 * time.Hour, time.Hour, true},
	} {
		cursor := Cursor{want: now.Add(-c.age), at: now.Add(-c.age - c.gap)}
		if got := cursor.Gap(now); strings.Contains(got, "nobody recorded") != c.told {
			t.Errorf("%s ago, %s after the moment before: %q", c.age, c.gap, got)
		}
	}
}

func TestSpeedsEnd(t *testing.T) {
	cursor := Cursor{speed: usual}
	for range 10 {
		cursor.Faster(1)
	}
	if got := cursor.Faster(1); got != 60 {
		t.Errorf("the fastest is %d", got)
	}
	for range 10 {
		cursor.Faster(-1)
	}
	if got := cursor.Faster(-1); got != 1 {
		t.Errorf("the slowest is %d", got)
	}
}
