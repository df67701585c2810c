package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/filter"
)

var start = time.Date(2026, 7, 1, 14, 0, 0, 0, time.UTC)

// record is the n-th entry of a stream, of workflow wf-<n mod 3>.
func record(n int) model.Record {
	return model.Record{
		Entry: model.Entry{Stream: "events:test.x", ID: model.Position{Ms: uint64(start.UnixMilli()) + uint64(n)}, Fields: []model.Field{{Name: "data", Value: "{}"}}},
		Event: model.Event{Type: "test.x", WorkflowID: fmt.Sprintf("wf-%d", n%3)},
	}
}

func records(from, n int) []model.Record {
	out := make([]model.Record, n)
	for i := range out {
		out[i] = record(from + i)
	}
	return out
}

func parsed(t testing.TB, text string) filter.Filter {
	t.Helper()
	f, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// inView is the view as the numbers of its records.
func inView(l *Log) []int {
	out := make([]int, l.Len())
	for i := range out {
		out[i] = int(l.At(i).ID.Ms - uint64(start.UnixMilli()))
	}
	return out
}

// naiveLog does what a log does, slowly.
type naiveLog struct {
	limit         int
	kept, waiting []int
	held          bool
	lost          int
	total         int
	filter        func(int) bool
}

func (l *naiveLog) add(numbers []int) {
	l.total += len(numbers)
	if !l.held {
		l.kept = lastOf(append(l.kept, numbers...), l.limit)
		return
	}
	for _, n := range numbers {
		if len(l.waiting) == l.limit {
			if l.filter(l.waiting[0]) {
				l.lost++
			}
			l.waiting = l.waiting[1:]
		}
		l.waiting = append(l.waiting, n)
	}
}

func (l *naiveLog) admit() {
	l.kept = lastOf(append(l.kept, l.waiting...), l.limit)
	l.waiting, l.lost = nil, 0
}

func (l *naiveLog) view() []int {
	out := []int{}
	for _, n := range l.kept {
		if l.filter(n) {
			out = append(out, n)
		}
	}
	return out
}

func (l *naiveLog) passing() int {
	n := 0
	for _, w := range l.waiting {
		if l.filter(w) {
			n++
		}
	}
	return n
}

func lastOf(numbers []int, n int) []int {
	return append([]int(nil), numbers[max(len(numbers)-n, 0):]...)
}

func TestLogAgreesWithANaiveOne(t *testing.T) {
	filters := map[string]func(int) bool{
		"":                func(int) bool { return true },
		"wf:wf-1":         func(n int) bool { return n%3 == 1 },
		"-wf:wf-1":        func(n int) bool { return n%3 != 1 },
		"type:audit.*":    func(int) bool { return false },
		"wf:wf-0,wf-2":    func(n int) bool { return n%3 != 1 },
		"stream:events:*": func(int) bool { return true },
	}
	texts := make([]string, 0, len(filters))
	for text := range filters {
		texts = append(texts, text)
	}
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 20).Draw(rt, "limit")
		l, want := NewLog(limit), &naiveLog{limit: limit, filter: filters[""]}
		next := 0
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				n := rapid.IntRange(0, 30).Draw(t, "n")
				batch := records(next, n)
				numbers := make([]int, n)
				for i := range numbers {
					numbers[i] = next + i
				}
				next += n
				l.Add(batch, start)
				want.add(numbers)
			},
			"hold":    func(*rapid.T) { l.Hold(); want.held = true },
			"release": func(*rapid.T) { l.Release(start); want.admit(); want.held = false },
			"admit":   func(*rapid.T) { l.Admit(start); want.admit() },
			"filter": func(t *rapid.T) {
				text := rapid.SampledFrom(texts).Draw(t, "filter")
				f, err := filter.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				l.SetFilter(f, start)
				want.filter = filters[text]
			},
			"": func(t *rapid.T) {
				if got := inView(l); fmt.Sprint(got) != fmt.Sprint(want.view()) {
					t.Fatalf("in view %v, want %v", got, want.view())
				}
				kept, lost := l.Waiting()
				if kept != want.passing() || int(lost) != want.lost {
					t.Fatalf("%d wait and %d are lost, want %d and %d", kept, lost, want.passing(), want.lost)
				}
				if l.Kept() != len(want.kept) || int(l.Total()) != want.total || l.Following() == want.held || l.ring.Limit() != limit {
					t.Fatalf("kept %d, total %d, following %v", l.Kept(), l.Total(), l.Following())
				}
				for i := range l.Len() {
					hint := rapid.IntRange(-1, limit).Draw(t, "hint")
					if at := l.Find(l.At(i).Key(), hint); at != i {
						t.Fatalf("record %d is found at %d", i, at)
					}
				}
				if at := l.Find(model.Key{Stream: "events:test.x", ID: model.Position{Ms: 1}}, 0); at != -1 {
					t.Fatalf("what isn't there is found at %d", at)
				}
			},
		})
	})
}

func TestLogNeverMovesWhileItIsHeld(t *testing.T) {
	l := NewLog(10)
	l.Add(records(0, 10), start)
	l.Hold()
	before := l.At(3)
	l.Add(records(10, 25), start)
	if got := fmt.Sprint(inView(l)); got != "[0 1 2 3 4 5 6 7 8 9]" || l.At(3) != before {
		t.Errorf("the view moved: %s", got)
	}
	if kept, lost := l.Waiting(); kept != 10 || lost != 15 {
		t.Errorf("%d wait and %d are lost, want 10 and 15", kept, lost)
	}
	l.Release(start)
	if got := fmt.Sprint(inView(l)); got != "[25 26 27 28 29 30 31 32 33 34]" {
		t.Errorf("released: %s", got)
	}
	if kept, lost := l.Waiting(); kept != 0 || lost != 0 {
		t.Errorf("%d still wait, %d are still lost", kept, lost)
	}
}

func TestLogCountsOnlyWaitingRecordsThatPass(t *testing.T) {
	l := NewLog(100)
	l.SetFilter(parsed(t, "wf:wf-1"), start)
	l.Hold()
	l.Add(records(0, 30), start)
	if kept, _ := l.Waiting(); kept != 10 {
		t.Errorf("%d wait, want the 10 that pass the filter", kept)
	}
	l.SetFilter(parsed(t, ""), start)
	if kept, _ := l.Waiting(); kept != 30 {
		t.Errorf("%d wait after the filter was taken away, want 30", kept)
	}
}

func TestLogFiltersByAge(t *testing.T) {
	l := NewLog(100)
	l.Add(records(0, 10), start)
	l.SetFilter(parsed(t, "age<1m"), start.Add(30*time.Second))
	if l.Len() != 10 {
		t.Errorf("%d are younger than a minute, want 10", l.Len())
	}
	l.SetFilter(parsed(t, "age<1m"), start.Add(2*time.Minute))
	if l.Len() != 0 {
		t.Errorf("%d are younger than a minute, want none", l.Len())
	}
	if l.Filter().String() != "age<1m" {
		t.Errorf("the filter is %q", l.Filter())
	}
}

func TestLogFindsTheSameIDInAnotherStream(t *testing.T) {
	l := NewLog(10)
	a, b := record(1), record(1)
	b.Stream = "events:test.y"
	l.Add([]model.Record{a, b}, start)
	if got := l.Find(b.Key(), 0); got != 1 {
		t.Errorf("found at %d", got)
	}
	if got := l.Find(a.Key(), 1); got != 0 {
		t.Errorf("found at %d", got)
	}
}

func BenchmarkLogAdd(b *testing.B) {
	batch := records(0, 10_000)
	for i := range batch {
		batch[i].Fields[0].Value = `{"data":"` + strings.Repeat("x", 200) + `"}`
	}
	for name, text := range map[string]string{"all": "", "workflow": "wf:wf-1", "text": "compiler"} {
		b.Run(name, func(b *testing.B) {
			l := NewLog(5_000)
			l.SetFilter(parsed(b, text), start)
			b.ReportAllocs()
			for b.Loop() {
				l.Add(batch, start)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(batch)), "ns/record")
		})
	}
	b.Run("held", func(b *testing.B) {
		l := NewLog(5_000)
		l.Hold()
		for b.Loop() {
			l.Add(batch, start)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(batch)), "ns/record")
	})
}
