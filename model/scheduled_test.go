package model

import (
	"slices"
	"testing"
	"time"
)

func TestAScheduledEntryIsReadAsItWasWritten(t *testing.T) {
	want := Scheduled{
		Stream: "events:a", ID: "e:1", Due: time.UnixMilli(1_762_341_120_123).UTC(),
		Fields: []Field{{"data", `{"x":"ü"}`}, {"data", ""}, {"\x00", "1:\n"}},
	}
	got, err := ReadScheduled(want.Stream, want.Member(), float64(want.Due.UnixMilli()))
	if err != nil || got.ID != want.ID || !got.Due.Equal(want.Due) || !slices.Equal(got.Fields, want.Fields) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, broken := range []string{"", "x", "3:ab", "-1:", "1:a", "1:a1:b", "9999999999999999999:", "1:a1:b1:c1:d"} {
		if got, err := ReadScheduled("s", broken, 0); err == nil {
			t.Errorf("%q is read as %+v", broken, got)
		}
	}
}

func TestTheKeyOfWhatIsScheduledNamesItsStream(t *testing.T) {
	for stream, key := range map[string]string{
		"events:a": "scheduled:{events:a}", "events:{x}:a": "scheduled:tagged:events:{x}:a", "{events:a}": "scheduled:tagged:{events:a}",
		"events:a}": "scheduled:tagged:events:a}",
	} {
		if got := ScheduledKey(stream); got != key {
			t.Errorf("%s: %s, want %s", stream, got, key)
		}
		if got, ok := StreamOfScheduled(key); !ok || got != stream {
			t.Errorf("%s: %s, %t", key, got, ok)
		}
	}
	for _, other := range []string{"scheduled:x", "events:a", "scheduled:"} {
		if got, ok := StreamOfScheduled(other); ok {
			t.Errorf("%s holds what is scheduled for %q", other, got)
		}
	}
}

func TestATimeOfDayIsTheNextOne(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 4, 0, 0, time.FixedZone("x", 3600))
	for text, want := range map[string]string{
		"15:05": "2026-11-23T15:05:00+01:00", "15:04": "2026-11-24T15:04:00+01:00", "03:00:01": "2026-11-24T03:00:01+01:00",
		"2026-12-01 08:00": "2026-12-01T08:00:00+01:00", "2026-12-01T08:00:00Z": "2026-12-01T08:00:00Z",
	} {
		if got, err := ParseDue(text, now); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v; want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, wrong := range []string{"", "tomorrow", "25:00", "10m", "1762341120000-0"} {
		if _, err := ParseDue(wrong, now); err == nil {
			t.Errorf("%q is a time", wrong)
		}
	}
}
