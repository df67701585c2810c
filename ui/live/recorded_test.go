package live_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/ui/live"
)

// judged writes what the desk computes from snapshots that come in one after the other: rates, trends, verdicts, alerts.
func judged(snapshots []model.Snapshot) string {
	var out strings.Builder
	d := live.NewData(1)
	var alerts []health.Alert
	var before *model.Snapshot
	for i := range snapshots {
		s := &snapshots[i]
		d.Apply(live.Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0), Healthy: true}, s.At)
		standing, raised := d.Limits.Review(alerts, before, s)
		fmt.Fprintln(&out, s.At.UnixNano(), raised, standing, health.Ended(alerts, standing, s.At))
		alerts, before = standing, s
		for j := range s.Streams {
			st := &s.Streams[j]
			in, known := d.In(st.Key)
			fmt.Fprintln(&out, st.Key, in, known, d.InEstimated(st.Key), d.Known(st.Key), st.Missing, st.Problem)
			for k := range st.Groups {
				g := &st.Groups[k]
				key := live.GroupKey{Stream: st.Key, Group: g.Name}
				acked, known := d.Acked(key)
				fmt.Fprintln(&out, g.Name, acked, known, d.LagTrend(key), d.PendingTrend(key), d.Health(st, g), health.Why(st, g, s.At, d.Limits), health.Heat(st, g, s.At, d.Limits))
			}
		}
	}
	return out.String()
}

// drawBus draws the next snapshot of a bus: streams grow, are trimmed, made again, go away; groups read, leave entries pending, vanish.
func drawBus(t *rapid.T, at time.Time) model.Snapshot {
	small := rapid.Int64Range(0, 5)
	count := func(name string, most int64) model.Count {
		if small.Draw(t, name+" known") == 0 {
			return model.Count{}
		}
		return model.Count{N: rapid.Int64Range(0, most).Draw(t, name), Known: true, Estimated: small.Draw(t, name+" estimated") == 0}
	}
	id := func(name string) model.Position {
		return model.Position{Ms: uint64(at.UnixMilli() - rapid.Int64Range(0, 200_000).Draw(t, name)), Seq: uint64(small.Draw(t, "seq"))}
	}
	s := model.Snapshot{At: at}
	for _, key := range []string{"a", "b"} {
		switch small.Draw(t, "kind") {
		case 0:
			continue
		case 1:
			s.Streams = append(s.Streams, model.Stream{Key: key, Missing: true})
			continue
		case 2:
			s.Streams = append(s.Streams, model.Stream{Key: key, Problem: "WRONGTYPE"})
			continue
		}
		st := model.Stream{Key: key, Length: rapid.Int64Range(0, 300).Draw(t, "length"), EntriesAdded: count("added", 1000), First: id("first"), Last: id("last")}
		for _, name := range []string{"g", "h"} {
			if small.Draw(t, "group") == 0 {
				continue
			}
			g := model.Group{Name: name, LastDelivered: id("delivered"), EntriesRead: count("read", 1000), Lag: count("lag", 300), Pending: rapid.Int64Range(0, 2000).Draw(t, "pending")}
			if g.Pending > 0 {
				idle := time.Duration(rapid.Int64Range(0, 120_000).Draw(t, "idle")) * time.Millisecond
				g.Oldest = &model.Pending{ID: id("oldest"), Consumer: "c", Idle: idle, Deliveries: small.Draw(t, "deliveries")}
			}
			for range small.Draw(t, "consumers") {
				g.Consumers = append(g.Consumers, model.Consumer{Name: "c", Pending: g.Pending})
			}
			st.Groups = append(st.Groups, g)
		}
		s.Streams = append(s.Streams, st)
	}
	return s
}

// TestARecordingIsJudgedAsTheBusWas: what the desk computes from a recording is what it computed at the time.
func TestARecordingIsJudgedAsTheBusWas(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		store, err := recording.Create(t.Context(), filepath.Join(dir, fmt.Sprintf("%d.db", n)), 0)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }() // it was read
		at := time.UnixMicro(1762341120000123)
		var seen []model.Snapshot
		for range rapid.IntRange(1, 8).Draw(r, "snapshots") {
			s := drawBus(r, at)
			if err := store.Write(t.Context(), &s); err != nil {
				t.Fatal(err)
			}
			seen = append(seen, s)
			at = at.Add(time.Duration(rapid.Int64Range(500_000, 20_000_000).Draw(r, "apart")) * time.Microsecond)
		}
		var kept []model.Snapshot
		for moment, err := range store.Moments(t.Context(), seen[0].At, at) {
			if err != nil {
				r.Fatal(err)
			}
			kept = append(kept, moment)
		}
		if got, want := judged(kept), judged(seen); got != want {
			lines, wanted := strings.Split(got, "\n"), strings.Split(want, "\n")
			i := slices.IndexFunc(lines, func(line string) bool { return !slices.Contains(wanted, line) })
			r.Fatalf("from the recording\n%s\nat the time\n%s\nfirst %q", got, want, lines[max(i, 0)])
		}
	})
}
