package desk

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
)

func TestTheDeskShowsWhatAStreamRemembersOfIdempotentPublishing(t *testing.T) {
	redistest.Needs(t, redistest.Idempotence)
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		b := newRealHarness(t, size[0], size[1])
		for _, id := range []string{"1", "2", "2", "3", "2"} {
			if err := b.client.Do(t.Context(), "XADD", "events:a.b", "IDMP", "producer", id, "*", "data", "{}").Err(); err != nil {
				t.Fatal(err)
			}
		}
		b.add("events:b.c", "data", "{}")
		b.look()
		b.streams().Select("events:a.b")
		b.desk.drawn.all()
		b.sees("▼ · IDMP 3, 2 repeated")
		b.command("stream")
		b.sees("idempotence  3 entries with an ID of their own, 2 repeats not added")
		b.sees("remembered   3 IDs of 1 producer; of each at most 100, for 1m40s")
		b.fits()
		b.press("enter j")
		b.seesNot("IDMP")
	}
}

func TestTheDeskDescribesAStream(t *testing.T) {
	redistest.Needs(t, redistest.Lag)
	b := newRealHarness(t, 80, 24)
	for _, id := range []string{"1-0", "2-0", "3-0"} {
		if err := b.client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: id, Values: []string{"data", "{}"}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.client.XDel(t.Context(), "events:a.b", "2-0").Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.client.Set(t.Context(), "events:no.stream", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	b.look()
	b.streams().Select("events:a.b")
	b.command("stream")
	for _, line := range []string{"stream       events:a.b", "entries      2, of 3 ever added", "first        1-0, ", "last         3-0, ", "deleted to   2-0, ", "groups       0"} {
		b.sees(line)
	}
	b.press("enter")
	b.streams().Select("events:no.stream")
	b.command("stream")
	b.sees("WRONGTYPE")
}
