package live

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// stream is a stream of Redis 7 and later, with that many entries ever added and n still there.
func stream(key string, added int64, groups ...model.Group) model.Stream {
	return model.Stream{
		Key: key, Length: added, EntriesAdded: model.Exactly(added),
		First: model.Position{Ms: 1}, Last: model.Position{Ms: uint64(added) + 1}, Groups: groups,
	}
}

func group(name string, read, pending int64) model.Group {
	return model.Group{Name: name, EntriesRead: model.Exactly(read), Pending: pending}
}

// at is a snapshot at so many milliseconds after the start.
func at(ms int, streams ...model.Stream) *model.Snapshot {
	return &model.Snapshot{At: start.Add(time.Duration(ms) * time.Millisecond), Streams: streams}
}

// see applies snapshots one after the other, each at its own time.
func see(d *Data, snapshots ...*model.Snapshot) {
	for _, s := range snapshots {
		d.Apply(Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0), Healthy: true}, s.At)
	}
}

// told writes a rate as it would be shown.
func told(perSecond float64, known bool) string {
	if !known {
		return "?"
	}
	return fmt.Sprintf("%.2f", perSecond)
}

var unknown = model.Count{}

func TestRatesFromSnapshots(t *testing.T) {
	old := func(length int64, first, last uint64) model.Stream { // before Redis 7 nothing was counted
		return model.Stream{Key: "s", Length: length, First: model.Position{Ms: first}, Last: model.Position{Ms: last}, Groups: []model.Group{{Name: "g", Pending: 1}}}
	}
	for _, c := range []struct {
		name      string
		snapshots []*model.Snapshot
		in, acked string
	}{
		{"one snapshot tells no rate", []*model.Snapshot{at(0, stream("s", 10, group("g", 10, 0)))}, "?", "?"},
		{"two tell the exact one", []*model.Snapshot{at(0, stream("s", 10, group("g", 4, 4))), at(2000, stream("s", 25, group("g", 20, 5)))}, "7.50", "7.50"},
		{"nothing happened", []*model.Snapshot{at(0, stream("s", 10, group("g", 4, 4))), at(1000, stream("s", 10, group("g", 4, 4)))}, "0.00", "0.00"},
		{"read is not acknowledged", []*model.Snapshot{at(0, stream("s", 10, group("g", 0, 0))), at(1000, stream("s", 10, group("g", 10, 10)))}, "0.00", "0.00"},
		{"the newest two count", []*model.Snapshot{at(0, stream("s", 0)), at(1000, stream("s", 1000)), at(2000, stream("s", 1001))}, "1.00", "?"},
		{"made again: unknown, not negative", []*model.Snapshot{at(0, stream("s", 100, group("g", 50, 0))), at(1000, stream("s", 3, group("g", 1, 0)))}, "?", "?"},
		{"made again, and then known", []*model.Snapshot{at(0, stream("s", 100, group("g", 50, 0))), at(1000, stream("s", 3, group("g", 1, 0))), at(2000, stream("s", 5, group("g", 4, 0)))}, "2.00", "3.00"},
		{"missing meanwhile", []*model.Snapshot{at(0, stream("s", 100)), at(1000, model.Stream{Key: "s", Missing: true}), at(2000, stream("s", 300))}, "?", "?"},
		{"a problem meanwhile", []*model.Snapshot{at(0, stream("s", 100)), at(1000, model.Stream{Key: "s", Problem: "WRONGTYPE"}), at(2000, stream("s", 300))}, "?", "?"},
		{"gone", []*model.Snapshot{at(0, stream("s", 100)), at(1000, stream("s", 200)), at(2000)}, "?", "?"},
		{"the group's counter is lost", []*model.Snapshot{at(0, stream("s", 1, group("g", 1, 0))), at(1000, stream("s", 2, model.Group{Name: "g", EntriesRead: unknown}))}, "1.00", "?"},
		{"no time passed: the rate before stays", []*model.Snapshot{at(0, stream("s", 0)), at(1000, stream("s", 10)), at(1000, stream("s", 15))}, "10.00", "?"},
		{"and nothing is lost by it", []*model.Snapshot{at(0, stream("s", 0)), at(1000, stream("s", 10)), at(1000, stream("s", 15)), at(2000, stream("s", 20))}, "10.00", "?"},
		{"a clock that jitters", []*model.Snapshot{at(0, stream("s", 0)), at(1000, stream("s", 10)), at(900, stream("s", 15)), at(2000, stream("s", 20))}, "10.00", "?"},
		{"a clock that was set back", []*model.Snapshot{at(0, stream("s", 0)), at(10_000, stream("s", 10)), at(5000, stream("s", 15))}, "?", "?"},
		{"a clock that was set back, and goes on", []*model.Snapshot{at(0, stream("s", 0)), at(10_000, stream("s", 10)), at(5000, stream("s", 15)), at(6000, stream("s", 19))}, "4.00", "?"},
		{"old server: nothing new", []*model.Snapshot{at(0, old(100, 1, 9)), at(1000, old(100, 1, 9))}, "0.00", "?"},
		{"old server: grown", []*model.Snapshot{at(0, old(100, 1, 9)), at(1000, old(140, 1, 12))}, "40.00", "?"},
		{"old server: trimmed to a length is no standstill", []*model.Snapshot{at(0, old(100, 1, 9)), at(1000, old(100, 3, 12))}, "?", "?"},
		{"old server: trimmed away", []*model.Snapshot{at(0, old(100, 1, 9)), at(1000, old(20, 7, 12))}, "?", "?"},
		{"old server: from nothing", []*model.Snapshot{at(0, old(0, 0, 0)), at(1000, old(5, 1, 5))}, "5.00", "?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewData(10)
			see(d, c.snapshots...)
			if in := told(d.In("s")); in != c.in {
				t.Errorf("in %s, want %s", in, c.in)
			}
			if acked := told(d.Acked(GroupKey{"s", "g"})); acked != c.acked {
				t.Errorf("acked %s, want %s", acked, c.acked)
			}
		})
	}
}

func TestARateReckonedFromTheLengthIsMarked(t *testing.T) {
	d := NewData(10)
	old := model.Stream{Key: "old", Length: 1, First: model.Position{Ms: 1}, Last: model.Position{Ms: 1}}
	grown := old
	grown.Length, grown.Last.Ms = 4, 9
	see(d, at(0, stream("new", 1), old), at(1000, stream("new", 4), grown))
	if !d.InEstimated("old") || d.InEstimated("new") || d.InEstimated("nowhere") {
		t.Error("only the old stream's rate is an estimate")
	}
}

// values are the steps of a window of so many seconds; a gap is "-".
func values(d *Data, stream string, seconds int) string {
	into := make([]float64, seconds)
	d.InWindow(into, stream, time.Duration(seconds)*time.Second)
	return written(into)
}

func written(into []float64) string {
	out := ""
	for _, v := range into {
		if math.IsNaN(v) {
			out += "- "
		} else {
			out += fmt.Sprintf("%g ", v)
		}
	}
	return out
}

func TestSeries(t *testing.T) {
	trouble := errors.New("connection refused")
	for _, c := range []struct {
		name string
		see  func(d *Data)
		want string
	}{
		{"a value a second", func(d *Data) { see(d, at(0, stream("s", 0)), at(1000, stream("s", 5)), at(2000, stream("s", 7))) }, "- - - - 5 2 "},
		{"a slow refresh leaves no gaps", func(d *Data) { see(d, at(0, stream("s", 0)), at(4000, stream("s", 40))) }, "- - 10 10 10 10 "},
		{"nor does one that isn't quite regular", func(d *Data) {
			see(d, at(0, stream("s", 0)), at(990, stream("s", 990)), at(2010, stream("s", 2010)), at(2990, stream("s", 2990)))
		}, "- - - 1000 1000 1000 "},
		{"an outage leaves a gap", func(d *Data) {
			see(d, at(0, stream("s", 0)), at(1000, stream("s", 10)))
			d.Apply(Batch{Trouble: trouble, Skipped: model.Exactly(0)}, start.Add(2*time.Second))
			see(d, at(4000, stream("s", 40)), at(5000, stream("s", 41)))
		}, "- 10 - - 10 1 "},
		{"a stream made again leaves a gap", func(d *Data) {
			see(d, at(0, stream("s", 100)), at(1000, stream("s", 110)), at(2000, stream("s", 2)), at(3000, stream("s", 5)))
		}, "- - - 10 - 3 "},
		{"a zero is no gap", func(d *Data) { see(d, at(0, stream("s", 3)), at(1000, stream("s", 3)), at(2000, stream("s", 4))) }, "- - - - 0 1 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewData(10)
			c.see(d)
			if got := values(d, "s", 6); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			if got := values(d, "", 6); got != c.want {
				t.Errorf("all streams together: %s\nwant %s", got, c.want)
			}
			if got := values(d, "another", 6); got != "- - - - - - " {
				t.Errorf("a stream that isn't there: %s", got)
			}
		})
	}
}

func TestSeriesOfAllStreamsAndOfAGroup(t *testing.T) {
	d := NewData(10)
	see(d, at(0, stream("a", 0, group("g", 0, 0)), stream("b", 0)), at(1000, stream("a", 5, group("g", 4, 1)), stream("b", 7)))
	if got := values(d, "", 2); got != "- 12 " {
		t.Errorf("all streams: %s", got)
	}
	into := make([]float64, 2)
	d.AckedWindow(into, GroupKey{"a", "g"}, 2*time.Second)
	if got := written(into); got != "- 3 " {
		t.Errorf("acked: %s", got)
	}
	d.AckedWindow(into, GroupKey{"a", "nobody"}, 2*time.Second)
	if got := written(into); got != "- - " {
		t.Errorf("a group that isn't there: %s", got)
	}
}

func TestNothingIsKnownBeforeTheFirstSnapshot(t *testing.T) {
	d := NewData(10)
	if got := values(d, "s", 3); got != "- - - " {
		t.Errorf("a series: %s", got)
	}
	if _, known := d.In("s"); known {
		t.Error("a rate is known")
	}
	if _, known := d.Age(start); known {
		t.Error("an age is known")
	}
	if got := d.Now(start); !got.Equal(start) {
		t.Errorf("the clock says %v", got)
	}
}

func TestTroubleSaysSinceWhen(t *testing.T) {
	d := NewData(10)
	first, second := errors.New("first"), errors.New("second")
	d.Apply(Batch{Trouble: first, Skipped: model.Exactly(0)}, start)
	d.Apply(Batch{Trouble: second, Skipped: model.Exactly(0)}, start.Add(time.Second))
	d.Apply(Batch{Skipped: model.Exactly(0)}, start.Add(2*time.Second)) // says nothing new
	if !errors.Is(d.Trouble, second) || !d.Since.Equal(start) {
		t.Errorf("trouble %v since %v", d.Trouble, d.Since)
	}
	d.Apply(Batch{Healthy: true, Skipped: model.Exactly(0)}, start.Add(3*time.Second))
	if d.Trouble != nil {
		t.Errorf("still %v", d.Trouble)
	}
	d.Apply(Batch{Trouble: first, Skipped: model.Exactly(0)}, start.Add(4*time.Second))
	if !d.Since.Equal(start.Add(4 * time.Second)) {
		t.Errorf("the second trouble began %v", d.Since)
	}
}

func TestTheServersClock(t *testing.T) {
	d := NewData(10)
	local := start.Add(-time.Hour) // ours is an hour behind
	d.Apply(Batch{Snapshot: at(0), SnapshotAt: local, Skipped: model.Exactly(0)}, local)
	if got := d.Now(local.Add(5 * time.Second)); !got.Equal(start.Add(5 * time.Second)) {
		t.Errorf("the server's clock should say %v, not %v", start.Add(5*time.Second), got)
	}
	if age, known := d.Age(local.Add(5 * time.Second)); !known || age != 5*time.Second {
		t.Errorf("the snapshot is %v old", age)
	}
}

func TestSkippedAddsUpAndStaysUnknown(t *testing.T) {
	d := NewData(10)
	if d.Skipped != model.Exactly(0) {
		t.Errorf("at first %v are skipped", d.Skipped)
	}
	d.Apply(Batch{Skipped: model.Exactly(3)}, start)
	d.Apply(Batch{Skipped: model.About(4)}, start)
	if d.Skipped != model.About(7) {
		t.Errorf("%v are skipped, want ~7", d.Skipped)
	}
	d.Apply(Batch{Skipped: unknown}, start)
	d.Apply(Batch{Skipped: model.Exactly(1)}, start)
	if d.Skipped.Known {
		t.Errorf("%v are skipped: what is unknown can't become known", d.Skipped)
	}
}

func TestABatchTakesOverWhatItHas(t *testing.T) {
	d := NewData(10)
	d.Apply(Batch{Server: &model.Server{Name: "redis"}, RoundTrip: time.Millisecond, Records: records(0, 3), Skipped: model.Exactly(0)}, start)
	d.Apply(Batch{Skipped: model.Exactly(0)}, start)
	if d.Server.Name != "redis" || d.RoundTrip != time.Millisecond || d.Log.Len() != 3 {
		t.Errorf("%+v, %v, %d records", d.Server, d.RoundTrip, d.Log.Len())
	}
}

func TestFrozenDataGoesOnMeasuring(t *testing.T) {
	d := NewData(10)
	see(d, at(0, stream("s", 0)), at(1000, stream("s", 1)))
	d.Log.Pause(true)
	see(d, at(2000, stream("s", 3)), at(3000, stream("s", 6)))
	if !d.Log.Paused() || !d.Snapshot.At.Equal(start.Add(time.Second)) {
		t.Errorf("the snapshot moved to %v", d.Snapshot.At)
	}
	if got := values(d, "s", 2); got != "- 1 " {
		t.Errorf("the chart moved: %s", got)
	}
	d.Log.Pause(false)
	see(d, at(4000, stream("s", 10)))
	if got := values(d, "s", 5); got != "- 1 2 3 4 " {
		t.Errorf("the chart has a gap: %s", got)
	}
}

// TestMemoryFollowsWhatThereIs: streams and groups that come and go leave nothing behind.
func TestMemoryFollowsWhatThereIs(t *testing.T) {
	d := NewData(10)
	for i := range 500 {
		see(d, at(i*1000, stream(fmt.Sprintf("job-%03d", i), 5, group(fmt.Sprintf("g%d", i), 1, 0)), stream("stays", int64(i), group(fmt.Sprintf("g%d", i), 1, 0))))
	}
	if len(d.streams) != 2 || len(d.groups) != 2 {
		t.Errorf("%d streams and %d groups are remembered, want 2 and 2", len(d.streams), len(d.groups))
	}
	const hour = 3600
	for i := range 2 * hour {
		see(d, at(500_000+i*1000, stream("stays", int64(500+i))))
	}
	if n := d.in.Len(); n > fineKeep+hourKeep {
		t.Errorf("the series has %d values", n)
	}
	if got := values(d, "stays", 3); got != "1 1 1 " {
		t.Errorf("the newest are %s", got)
	}
}

// TestRatesAreNeverMadeUp shows any snapshots in any order: a rate is told only when it follows from the last two
// that were compared, and is never negative.
func TestRatesAreNeverMadeUp(t *testing.T) {
	count := rapid.Custom(func(t *rapid.T) model.Count {
		if rapid.Bool().Draw(t, "known") {
			return model.Exactly(int64(rapid.IntRange(0, 20).Draw(t, "n")))
		}
		return unknown
	})
	rapid.Check(t, func(t *rapid.T) {
		d := NewData(5)
		for range rapid.IntRange(1, 20).Draw(t, "snapshots") {
			s := at(rapid.IntRange(0, 20_000).Draw(t, "ms"))
			for _, key := range []string{"a", "b"} {
				if rapid.Bool().Draw(t, key) {
					s.Streams = append(s.Streams, model.Stream{
						Key: key, Missing: rapid.IntRange(0, 5).Draw(t, "missing") == 0, Length: int64(rapid.IntRange(0, 20).Draw(t, "length")),
						EntriesAdded: count.Draw(t, "added"), First: model.Position{Ms: uint64(rapid.IntRange(0, 2).Draw(t, "first"))},
						Last:   model.Position{Ms: uint64(rapid.IntRange(0, 5).Draw(t, "last"))},
						Groups: []model.Group{{Name: "g", EntriesRead: count.Draw(t, "read"), Pending: int64(rapid.IntRange(0, 5).Draw(t, "pending"))}},
					})
				}
			}
			see(d, s)
			for _, key := range []string{"a", "b"} {
				if perS, known := d.In(key); known && (perS < 0 || math.IsNaN(perS) || math.IsInf(perS, 0)) {
					t.Fatalf("%v a second came into %s", perS, key)
				}
				if perS, known := d.Acked(GroupKey{key, "g"}); known && (perS < 0 || math.IsNaN(perS) || math.IsInf(perS, 0)) {
					t.Fatalf("%v a second were acknowledged of %s", perS, key)
				}
			}
			into := make([]float64, 30)
			d.InWindow(into, "", 30*time.Second)
			for _, v := range into {
				if v < 0 || math.IsInf(v, 0) {
					t.Fatalf("the series of all streams holds %v", v)
				}
			}
		}
	})
}

func BenchmarkApplySnapshot(b *testing.B) {
	d := NewData(10)
	i := 0
	for b.Loop() {
		s := at(i * 1000)
		for j := range 100 {
			s.Streams = append(s.Streams, stream(fmt.Sprintf("s%03d", j), int64(i*10), group("a", int64(i), 0), group("b", int64(i), 0)))
		}
		see(d, s)
		i++
	}
}
