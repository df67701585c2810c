package bus_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// searched is all that a search found, and its last page.
func searched(t testing.TB, s served, q observe.HistoryQuery) ([]model.Entry, observe.HistoryPage) {
	t.Helper()
	var found []model.Entry
	var last observe.HistoryPage
	for page, err := range s.Reader().History(t.Context(), q) {
		last = must(page, err)(t)
		for i := range page.Records {
			found = append(found, page.Records[i].Entry)
		}
	}
	return found, last
}

// addEvents adds entries in the wire format with IDs ms-0, their workflow drawn by of.
func (s served) addEvents(t testing.TB, stream string, from, n int, of func(i int) string) []model.Entry {
	t.Helper()
	entries := make([]model.Entry, n)
	pipe := s.client.Pipeline()
	for i := range n {
		payload := fmt.Sprintf(`{"id":"%d","workflow_id":%q}`, i, of(i))
		entries[i] = model.Entry{Stream: stream, ID: at(from + i), Fields: []model.Field{{Name: "data", Value: payload}}}
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: entries[i].ID.String(), Values: []any{"data", payload}})
	}
	must(pipe.Exec(t.Context()))(t)
	return entries
}

// newestFirst sorts entries as a page has them.
func newestFirst(e, f model.Entry) int {
	if c := f.ID.Compare(e.ID); c != 0 {
		return c
	}
	return strings.Compare(e.Stream, f.Stream)
}

func TestHistoryFindsExactlyWhatIsThere(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			rapid.Check(t, func(r *rapid.T) {
				s.client.FlushAll(t.Context())
				streams := []string{"events:none", "events:text"}
				s.run(t, "SET", "events:text", "x")
				ids := rapid.SampledFrom([]string{"wf-1", "wf-2", "wf-11"})
				q := observe.HistoryQuery{Workflow: "wf-1"}
				if rapid.Bool().Draw(r, "bounded") {
					q.Before = at(rapid.IntRange(1, 2000).Draw(r, "before"))
				}
				var want []model.Entry
				scanned := int64(0)
				for i := range rapid.IntRange(0, 6).Draw(r, "streams") {
					stream := fmt.Sprintf("events:s%d", i)
					streams = append(streams, stream)
					from, n := rapid.IntRange(1, 1000).Draw(r, "from"), rapid.IntRange(0, 900).Draw(r, "n")
					every := rapid.IntRange(1, 300).Draw(r, "every")
					other := ids.Draw(r, "other")
					for _, e := range s.addEvents(t, stream, from, n, func(i int) string {
						if i%every == 0 {
							return "wf-1"
						}
						return other
					}) {
						if !q.Before.IsZero() && !e.ID.Before(q.Before) {
							continue
						}
						scanned++
						if strings.Contains(e.Fields[0].Value, `"wf-1"`) {
							want = append(want, e)
						}
					}
				}
				q.Streams = slices.Concat(streams, streams[:1])
				got, last := searched(t, s, q)
				slices.SortFunc(got, newestFirst)
				slices.SortFunc(want, newestFirst)
				if keysOf(got) != keysOf(want) {
					r.Fatalf("got  %s\nwant %s", keysOf(got), keysOf(want))
				}
				if last.Scanned != scanned || last.Found != int64(len(want)) || last.Left != 0 || !last.Back.IsZero() {
					r.Fatalf("the last page is %+v, want %d scanned", last, scanned)
				}
				if why := last.Unreadable["events:text"]; len(last.Unreadable) != 1 || !strings.HasPrefix(why, "WRONGTYPE") {
					r.Fatalf("unreadable: %v", last.Unreadable)
				}
			})
		})
	}
}

// TestHistorySaysTruthfullyHowFarItGot: once a page says that everything after Back was searched, nothing newer comes.
func TestHistorySaysTruthfullyHowFarItGot(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	var streams []string
	for i := range 12 {
		streams = append(streams, fmt.Sprintf("events:s%02d", i))
		pipe := s.client.Pipeline()
		for n := range 200 * (i + 1) { // from sparse to dense over the same time
			pipe.XAdd(t.Context(), &redis.XAddArgs{
				Stream: streams[i], ID: at(n*10_000_000/(200*(i+1)) + i + 1).String(), Values: []any{"data", "{}"},
			})
		}
		must(pipe.Exec(t.Context()))(t)
	}
	back, pages, out := model.MaxPosition, 0, 0
	q := observe.HistoryQuery{Streams: streams, Match: func(*model.Record) bool { return true }}
	var newest model.Position // of what came before the page
	for page, err := range s.Reader().History(t.Context(), q) {
		must(page, err)(t)
		pages++
		if pages > 1 && !page.Back.Before(back) {
			t.Fatalf("page %d: back at %s, after %s", pages, page.Back, back)
		}
		if !slices.IsSortedFunc(page.Records, func(r, s model.Record) int { return newestFirst(r.Entry, s.Entry) }) {
			t.Fatalf("page %d isn't newest first", pages)
		}
		for _, r := range page.Records {
			if r.ID.After(back) {
				t.Fatalf("page %d holds %s, and everything after %s was searched", pages, r.ID, back)
			}
			if !newest.IsZero() && r.ID.After(newest) {
				out++
			}
		}
		if len(page.Records) > 0 {
			newest = page.Records[0].ID
		}
		back = page.Back
	}
	if pages < 6 {
		t.Errorf("%d pages of 15,600 entries: too coarse to show progress", pages)
	}
	if out > 15_600/5 {
		t.Errorf("%d of 15,600 entries came after an older page: not even roughly newest first", out)
	}
}

func TestHistoryFindsAnIDHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	for i, payload := range []string{
		`{"workflow_id":"wf-1"}`, `{"workflow_id":"\u0077f-\u0031"}`, `{"workflow\u005fid":"wf-1"}`, `{"data":{"a":"wf-1"}}`, `wf-1`, ``,
		`{"workflow_id":"a\/ö\"b"}`, `{"workflow_id":"a/\u00f6\u0022b"}`, `{"workflow_id":42}`,
	} {
		s.run(t, "XADD", "events:a", at(i+1).String(), "data", payload)
	}
	for id, want := range map[string]string{"wf-1": "3-0 2-0 1-0", `a/ö"b`: "8-0 7-0", "42": "9-0", "wf": ""} {
		found, _ := searched(t, s, observe.HistoryQuery{Streams: []string{"events:a"}, Workflow: id})
		var got []string
		for _, e := range found {
			got = append(got, e.ID.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
}

func TestHistoryGoesOnWhereAnotherStopped(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	all := s.addEvents(t, "events:a", 1, 3000, func(int) string { return "wf-1" })
	all = append(all, s.addEvents(t, "events:b", 500, 3000, func(int) string { return "wf-1" })...)
	q := observe.HistoryQuery{Streams: []string{"events:a", "events:b"}, Workflow: "wf-1"}
	got := map[model.Key]bool{}
	searches := 0
	for more := true; more; searches++ {
		more = false
		for page, err := range s.Reader().History(t.Context(), q) {
			must(page, err)(t)
			for i := range page.Records {
				got[page.Records[i].Key()] = true
			}
			if page.Left > 0 && page.Scanned > 700 {
				q.Before, more = page.Back.Next(), true
				break
			}
		}
	}
	if len(got) != len(all) || searches < 3 {
		t.Errorf("%d entries in %d searches, want %d", len(got), searches, len(all))
	}
}

func TestHistoryIsNotDisturbedByWhatHappensMeanwhile(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	want := s.addEvents(t, "events:a", 1, 4000, func(int) string { return "wf-1" })
	s.addEvents(t, "events:b", 1, 2000, func(int) string { return "wf-1" })
	slices.Reverse(want)
	var got []model.Entry
	pages := 0
	for page, err := range s.Reader().History(t.Context(), observe.HistoryQuery{Streams: []string{"events:a", "events:b"}, Workflow: "wf-1"}) {
		must(page, err)(t)
		for i := range page.Records {
			if page.Records[i].Stream == "events:a" {
				got = append(got, page.Records[i].Entry)
			}
		}
		pages++
		if pages == 2 {
			s.run(t, "DEL", "events:b")
		}
		s.addEvents(t, "events:a", 4000+pages, 1, func(int) string { return "wf-1" })
	}
	if keysOf(got) != keysOf(want) {
		t.Errorf("%d entries, want the %d that were there, newest first", len(got), len(want))
	}
}

func TestHistoryCanBeCancelledAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.addEvents(t, "events:a", 1, 5000, func(int) string { return "wf-1" })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pages, failed := 0, error(nil)
	search := s.Reader().History(ctx, observe.HistoryQuery{Streams: []string{"events:a"}, Workflow: "wf-1"})
	for range 2 {
		for page, err := range search {
			if must(page, err)(t).Scanned == 0 {
				t.Error("nothing was searched")
			}
			break
		}
	}
	for page, err := range search {
		pages++
		if err != nil {
			failed = err
			continue
		}
		if pages == 2 {
			cancel()
		}
		if page.Scanned > 9 {
			t.Errorf("%d entries", page.Scanned)
		}
	}
	if pages != 3 || !errors.Is(failed, context.Canceled) {
		t.Errorf("%d pages, then %v", pages, failed)
	}
}

func TestHistoryWithoutAStreamIsRefused(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	for _, streams := range [][]string{nil, {"events:a", ""}} {
		for _, err := range s.Reader().History(t.Context(), observe.HistoryQuery{Streams: streams}) {
			wantError(t, err, fault.ErrRequest)
		}
	}
}

func TestHistoryOfLargeEntriesTakesThemAFewAtATime(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	streams := []string{"events:a", "events:b", "events:c"}
	for i := range 60 {
		s.run(t, "XADD", streams[i%3], "*", "data", `{"workflow_id":"wf-1","data":{"x":"`+strings.Repeat("x", 1<<20)+`"}}`)
	}
	found, before := 0, int64(0)
	for page, err := range s.Reader().History(t.Context(), observe.HistoryQuery{Streams: streams, Workflow: "wf-1"}) {
		found += len(must(page, err)(t).Records)
		if n := page.Scanned - before; n > 4 {
			t.Errorf("%d entries of a megabyte in one step", n)
		}
		before = page.Scanned
	}
	if found != 60 {
		t.Errorf("%d entries, want 60", found)
	}
}

func TestHistoryOnlyReads(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	streams := []string{"events:none", "events:text"}
	s.run(t, "SET", "events:text", "x")
	for i := range 5 {
		streams = append(streams, fmt.Sprintf("events:s%d", i))
		s.addEvents(t, streams[i+2], 1, 700, func(int) string { return "wf-1" })
	}
	keys := must(s.client.DBSize(t.Context()).Result())(t)
	dirty := infoOf(t, s, "persistence", "rdb_changes_since_last_save")
	s.run(t, "CONFIG", "RESETSTAT")
	searched(t, s, observe.HistoryQuery{Streams: streams, Workflow: "wf-1"})
	var used []string
	for line := range strings.Lines(must(s.client.Info(t.Context(), "commandstats").Result())(t)) {
		if name, ok := strings.CutPrefix(line, "cmdstat_"); ok {
			name, _, _ = strings.Cut(name, ":")
			name, _, _ = strings.Cut(name, "|") // which of a command's own commands it was is told from Redis 7 on
			used = append(used, name)
		}
	}
	used = slices.DeleteFunc(used, func(name string) bool {
		return slices.Contains([]string{"config", "info", "hello", "client", "ping"}, name)
	})
	if !slices.Equal(used, []string{"xrevrange"}) {
		t.Errorf("it sent %q", used)
	}
	if n := must(s.client.DBSize(t.Context()).Result())(t); n != keys || infoOf(t, s, "persistence", "rdb_changes_since_last_save") != dirty {
		t.Error("something was written")
	}
}

// infoOf is one line of INFO.
func infoOf(t *testing.T, s served, section, name string) string {
	t.Helper()
	for line := range strings.Lines(must(s.client.Info(t.Context(), section).Result())(t)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("INFO %s has no %s", section, name)
	return ""
}

func TestHistoryOnACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	var streams []string
	want := map[string]int{}
	for i := range 9 {
		stream := fmt.Sprintf("events:s%d", i)
		streams = append(streams, stream)
		want[stream] = 20 * (i + 1)
		for range want[stream] {
			if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"data", `{"workflow_id":"wf-1"}`}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := map[string]int{}
	for page, err := range b.Reader().History(t.Context(), observe.HistoryQuery{Streams: streams, Workflow: "wf-1"}) {
		for _, r := range must(page, err)(t).Records {
			got[r.Stream]++
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
