package bus_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// lagWorld is a stream with one group under random commands, watched by a bus that was there from the start.
type lagWorld struct {
	served
	key      string
	next     int
	ctx      context.Context // of the test as a whole
	watching *bus.Bus
	figures  *lagFigures
}

// lagFigures are how often a lag was seen, unknown, and put right.
type lagFigures struct{ seen, unknown, estimated, wrong, lost int }

func (w *lagWorld) do(t *rapid.T, args ...any) {
	if err := w.client.Do(w.ctx, args...).Err(); err != nil && err != redis.Nil { //nolint:errorlint // as go-redis returns it
		t.Fatalf("%v: %v", args, err)
	}
}

// step does one random thing. Figures are set by hand only where that is wanted.
func (w *lagWorld) step(t *rapid.T, byHand bool) {
	some := func(label string) string { return fmt.Sprintf("%d-0", rapid.IntRange(0, w.next+1).Draw(t, label)) }
	most := 7
	if byHand {
		most = 11
	}
	switch rapid.IntRange(0, most).Draw(t, "step") {
	case 0, 1, 2:
		for range rapid.IntRange(1, 8).Draw(t, "added") {
			w.next++
			w.do(t, "XADD", w.key, fmt.Sprintf("%d-0", w.next), "f", "v")
		}
	case 3, 4:
		w.do(t, "XREADGROUP", "GROUP", "g", "c", "COUNT", rapid.IntRange(1, 6).Draw(t, "read"), "STREAMS", w.key, ">")
	case 5:
		w.do(t, "XTRIM", w.key, "MAXLEN", rapid.IntRange(0, 12).Draw(t, "kept"))
	case 6:
		w.do(t, "XDEL", w.key, some("deleted"))
	case 7:
		w.do(t, "XACK", w.key, "g", some("acked"))
	case 8:
		w.do(t, "XGROUP", "SETID", w.key, "g", some("position"))
	case 9:
		w.do(t, "XGROUP", "SETID", w.key, "g", some("position"), "ENTRIESREAD", rapid.IntRange(0, w.next+100).Draw(t, "entries read"))
	case 10:
		w.do(t, "XSETID", w.key, fmt.Sprintf("%d-0", w.next+1), "ENTRIESADDED", w.next+rapid.IntRange(0, 50).Draw(t, "entries added"),
			"MAXDELETEDID", some("max deleted"))
		w.next++
	case 11:
		w.do(t, "XGROUP", "SETID", w.key, "g", "$")
	}
}

// check holds what a bus shows against what is there.
func (w *lagWorld) check(t *rapid.T, b *bus.Bus) {
	snapshot, err := b.Reader().Snapshot(w.ctx, []string{w.key})
	if err != nil {
		t.Fatal(err)
	}
	s := &snapshot.Streams[0]
	if s.Problem != "" || len(s.Groups) != 1 {
		t.Fatalf("%+v", s)
	}
	g := &s.Groups[0]
	after, err := w.client.XRange(w.ctx, w.key, g.LastDelivered.Next().String(), "+").Result()
	if err != nil {
		t.Fatal(err)
	}
	w.figures.seen++
	switch really := int64(len(after)); {
	case !g.Lag.Known:
		w.figures.unknown++
	case g.Lag.Estimated:
		w.figures.estimated++
		if g.Lag.N < 0 || g.Lag.N > s.Length {
			t.Fatalf("a lag of %s is no estimate of %d in %+v", g.Lag, really, s)
		}
	case g.Lag.N != really:
		t.Fatalf("a lag of %s, where %d entries come after %s in %+v", g.Lag, really, g.LastDelivered, s)
	}
	if g.Contradiction != "" {
		w.figures.wrong++
	}
	if read, added := g.EntriesRead, s.EntriesAdded; read.Known && added.Known && read.N > added.N {
		t.Fatalf("%s entries read of %s added", read, added)
	}
	if never := s.NeverDelivered(g); never.Known {
		if never.N < 0 || never.N > s.EntriesAdded.N-s.Length {
			t.Fatalf("%s never delivered in %+v", never, s)
		}
		if never.N > 0 {
			w.figures.lost++
		}
	}
}

// TestR30_ALagIsWhatComesAfterThePositionOrUnknown: whatever is done to a stream and a group, figures set to nonsense by hand
// included, the lag that is shown is the number of entries that XRANGE finds behind the group's position, or marked.
func TestR30_ALagIsWhatComesAfterThePositionOrUnknown(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		for _, byHand := range []bool{false, true} {
			title := name
			if byHand {
				title += ", figures set by hand"
			}
			t.Run(title, func(t *testing.T) {
				t.Parallel()
				s := start(t)
				if server := must(s.Reader().Server(t.Context()))(t); !server.Can.Lag {
					byHand = false // neither ENTRIESREAD nor ENTRIESADDED
				}
				figures, n := &lagFigures{}, 0
				rapid.Check(t, func(rt *rapid.T) {
					n++
					w := &lagWorld{ctx: t.Context(), served: s, key: fmt.Sprintf("events:%d", n), watching: s.Bus, figures: figures}
					w.do(rt, "XGROUP", "CREATE", w.key, "g", "0", "MKSTREAM")
					for range rapid.IntRange(1, 30).Draw(rt, "steps") {
						w.step(rt, byHand)
						if !byHand {
							w.check(rt, w.watching) // it remembers what it has seen
							continue
						}
						w.check(rt, serve(t, s.client).Bus)
					}
				})
				t.Logf("%+v", *figures)
				if can := must(s.Reader().Server(t.Context()))(t).Can.Lag; can && figures.unknown+figures.estimated > 0 {
					t.Errorf("of streams this short every lag can be counted: %+v", *figures)
				}
			})
		}
	}
}

// TestR30_ALagThatTheServerTellsWrongIsPutRight: what servers before Redis 8.6 say after a plain trim.
func TestR30_ALagThatTheServerTellsWrongIsPutRight(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 5)
			s.deliver(t, "events:a", "g", "c", 1)
			s.run(t, "XTRIM", "events:a", "MAXLEN", "1")
			look := func() (*model.Stream, *model.Group) {
				snapshot := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t)
				return &snapshot.Streams[0], &snapshot.Streams[0].Groups[0]
			}
			stream, g := look()
			if g.Lag != model.Exactly(1) {
				t.Errorf("one entry is there, and not yet read: a lag of %s", g.Lag)
			}
			if never := stream.NeverDelivered(g); g.EntriesRead.Known && never != model.Exactly(3) {
				t.Errorf("three were trimmed before they were read: %s", never)
			}
			s.run(t, "XREADGROUP", "GROUP", "g", "c", "STREAMS", "events:a", ">")
			if _, g = look(); g.Lag != model.Exactly(0) {
				t.Errorf("the group has read to the last ID: a lag of %s", g.Lag)
			}
			if must(s.Reader().Server(t.Context()))(t).Can.Lag {
				s.run(t, "XGROUP", "SETID", "events:a", "g", "5-0", "ENTRIESREAD", "100")
				_, g = look()
				refused := g.EntriesRead == model.Exactly(5) // from Redis 8.6 on
				if g.Lag != model.Exactly(0) || (!refused && (g.EntriesRead.Known || !strings.Contains(g.Contradiction, "100"))) {
					t.Errorf("a counter set by hand to nonsense: %+v", g)
				}
			}
		})
	}
}

// TestR30_ALongLagThatNothingVerifiesIsAnEstimate: what can't be counted cheaply is marked, unless the counter was seen to be right.
func TestR30_ALongLagThatNothingVerifiesIsAnEstimate(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.Lag)
	s := onRedis(t)
	s.add(t, "events:a", 1, 1000)
	s.deliver(t, "events:a", "g", "c", 200)
	s.run(t, "XTRIM", "events:a", "MAXLEN", "950")
	lag := func(b *bus.Bus) model.Count {
		snapshot := must(b.Reader().Snapshot(t.Context(), []string{"events:a"}))(t)
		return snapshot.Streams[0].Groups[0].Lag
	}
	if got := lag(serve(t, s.client).Bus); got != model.About(800) {
		t.Errorf("a lag of %s, want ~800", got)
	}
	s.run(t, "XTRIM", "events:a", "MAXLEN", "850") // 50 read ones are left, which are soon counted
	if got := lag(s.Bus); got != model.Exactly(800) {
		t.Errorf("a lag of %s, want 800", got)
	}
	s.run(t, "XREADGROUP", "GROUP", "g", "c", "COUNT", "200", "STREAMS", "events:a", ">")
	if got := lag(s.Bus); got != model.Exactly(600) {
		t.Errorf("the group has read on: a lag of %s, want 600", got)
	}
	if got := lag(serve(t, s.client).Bus); got != model.About(600) {
		t.Errorf("a lag of %s for one who comes new, want ~600", got)
	}
}
