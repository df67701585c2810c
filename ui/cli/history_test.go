package cli

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// recorded makes a recording of a group that falls behind, and catches up: one moment a second.
func recorded(t *testing.T) (path string, began time.Time) {
	t.Helper()
	path, began = filepath.Join(t.TempDir(), "bus.db"), time.Date(2026, 11, 5, 3, 12, 0, 0, time.UTC)
	store, err := recording.Create(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, lag := range []int64{0, 500, 500, 0} {
		at, added := began.Add(time.Duration(i)*time.Second), 1000+500*int64(i)
		moment := model.Snapshot{At: at, Streams: []model.Stream{
			{Key: "events:a.b", Length: added, EntriesAdded: model.Exactly(added), First: model.Position{Ms: 1}, Last: model.PositionAt(at), Groups: []model.Group{{
				Name: "g", Lag: model.Exactly(lag), EntriesRead: model.Exactly(added - lag), LastDelivered: model.Position{Ms: 2}, Consumers: []model.Consumer{{Name: "c"}},
			}}},
			{Key: "events:other", Problem: "WRONGTYPE"},
		}}
		if err := store.Write(t.Context(), &moment); err != nil {
			t.Fatal(err)
		}
	}
	done := recording.Action{At: began.Add(1500 * time.Millisecond), Name: "claim", Stream: "events:a.b", Group: "g", Who: "ada@desk", IDs: 3}
	if err := store.Note(t.Context(), []recording.Action{done}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return path, began
}

func TestHistoryJudgesAsTheDeskDidAtTheTime(t *testing.T) {
	t.Parallel()
	path, began := recorded(t)
	h := newHost(t, "127.0.0.1:1")
	text := h.want(t, "history", "g", "--file", path, "--from", began.Format(time.RFC3339))
	var told []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if fields[0] == "--" {
			told = append(told, strings.Join(fields[3:5], " "))
		} else {
			told = append(told, fields[len(fields)-1])
		}
	}
	want := "STATE|up|alert: g|behind|ada@desk: claim|behind|alert ended:|up"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("%s\nwant %s\n%s", got, want, text)
	}
	rows := objects(t, strings.ReplaceAll(strings.Trim(h.want(t, "history", "g", "--file", path, "--from", "0", "--output", "json"), "[]\n"), "},\n", "}\n"))
	if len(rows) != 4 || rows[0]["in_per_second"] != nil || rows[1]["in_per_second"] != 500.0 || rows[1]["acked_per_second"] != 0.0 || rows[3]["acked_per_second"] != 1000.0 || rows[2]["state"] != "behind" {
		t.Errorf("%v", rows)
	}
	if rows := objects(t, strings.Trim(h.want(t, "history", "other", "--file", path, "--from", "0", "--every", "10s", "--output", "json"), "[]\n")); len(rows) != 1 || rows[0]["state"] != nil || rows[0]["length"] != nil {
		t.Errorf("a stream that couldn't be read: %v", rows)
	}
}

func TestHistoryAsCSVHasTheColumnsOfItsJSON(t *testing.T) {
	t.Parallel()
	path, _ := recorded(t)
	h := newHost(t, "127.0.0.1:1")
	rows, err := csv.NewReader(strings.NewReader(h.want(t, "history", "a.b", "--file", path, "--from", "0", "--output", "csv"))).ReadAll()
	want := "at,stream,length,entries_added,in_per_second,state|2026-11-05T03:12:00.000000+00:00,events:a.b,1000,1000,,keeping up"
	if err != nil || len(rows) != 5 || strings.Join(rows[0], ",")+"|"+strings.Join(rows[1], ",") != want {
		t.Errorf("%q, %v", rows, err)
	}
	for _, args := range []string{"streams --output csv", "history g --output xml", "history g --every soon"} {
		if r := h.run(t.Context(), "", strings.Fields(args)...); r.code != program.ExitWrongUse {
			t.Errorf("%s: %+v", args, r)
		}
	}
}
