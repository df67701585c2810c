package workflow

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// indexOf is an index of these records.
func indexOf(records []model.Record) *Index {
	x := NewIndex(HyperAgent(), MaxWorkflows)
	for i := range records {
		x.Add(&records[i])
	}
	return x
}

// summaries are all of an index by their IDs, as copies.
func summaries(x *Index) map[string]Summary {
	all := map[string]Summary{}
	for s := range x.All() {
		c := *s
		c.Steps = slices.Clone(s.Steps)
		all[s.ID] = c
	}
	return all
}

// anyRecords are events of a few workflows on a few streams, in the order of their IDs.
func anyRecords(t *rapid.T) []model.Record {
	types := []model.Type{
		model.WorkflowCreated, model.WorkflowStarted, model.WorkflowProgress, model.WorkflowCompleted, model.WorkflowFailed,
		model.WorkflowCancelled, "workflow.retried", model.GenerationStarted, model.GenerationProgress, model.GenerationCompleted,
		model.GenerationFailed, model.AuditStarted, model.AuditCompleted, model.AuditFailed, model.A2ARequest, model.A2AResponse,
		model.A2AMessage, "zebra.started", "zebra.completed", "noted",
	}
	n := rapid.IntRange(1, 120).Draw(t, "events")
	records := make([]model.Record, 0, n)
	ms := 0
	for i := range n {
		ms += rapid.IntRange(0, 3).Draw(t, "gap")
		r := workflowRecord(ms, rapid.SampledFrom(types).Draw(t, "type"), fmt.Sprintf(`{"error":"e%d"}`, i))
		r.ID.Seq = uint64(i)
		r.Event.WorkflowID = rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(t, "workflow")
		r.Event.ID = rapid.SampledFrom([]string{"", fmt.Sprint(i), "again"}).Draw(t, "id")
		r.Event.SourceAgent = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "agent")
		r.Trace = rapid.SampledFrom([]string{"t", "t", "t", "t", "t", "t", "t", "t", "u", ""}).Draw(t, "trace")
		records = append(records, r)
	}
	return records
}

// TestTheIndexIsWhatARebuildFromAllEntriesIs takes events in as they may come, asked about in between and some of them twice, and
// holds what comes of it against an index that is built from all of them at once.
func TestTheIndexIsWhatARebuildFromAllEntriesIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyRecords(t)
		x := NewIndex(HyperAgent(), MaxWorkflows)
		for _, i := range rapid.Permutation(numbers(len(records))).Draw(t, "order") {
			x.Add(&records[i])
			if rapid.IntRange(0, 9).Draw(t, "look") == 0 {
				summaries(x)
			}
		}
		if len(records) <= marksMost {
			x.Add(&records[0])
		}
		y := indexOf(records)
		got, want := summaries(x), summaries(y)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		for _, family := range []string{"generation", "audit", "zebra", "a2a"} {
			d, n := x.Usual(family)
			if e, m := y.Usual(family); d != e || n != m {
				t.Fatalf("%s: usually %v of %d, want %v of %d", family, d, n, e, m)
			}
		}
	})
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// TestTheIndexSaysOfAWorkflowWhatItsCourseSays holds each row against the course that the pane of the workflow shows.
func TestTheIndexSaysOfAWorkflowWhatItsCourseSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyRecords(t)
		for s := range indexOf(records).All() {
			w := New(s.ID, HyperAgent())
			for i := range records {
				w.Add(&records[i])
			}
			if w.Len() > marksMost {
				continue
			}
			if s.State != w.State() || s.Failures != w.Failures() || int(s.Events) != w.Len() || !s.Start.Equal(w.Start()) || !s.End().Equal(w.End()) {
				t.Fatalf("%+v\nisn't %s with %d events and %d failures from %v to %v", s, w.State(), w.Len(), w.Failures(), w.Start(), w.End())
			}
			for _, step := range s.Steps {
				if stage := w.Stage(step.Family); stage.State != step.State || len(stage.Attempts) != step.Attempts {
					t.Fatalf("%+v isn't %+v", step, stage)
				}
			}
			var waits []Wait
			if s.Wait.Family != "" {
				waits = append(waits, s.Wait)
			}
			if all := w.Waits(); !reflect.DeepEqual(waits, all[:len(waits):len(waits)]) && len(all) > 0 {
				t.Fatalf("it waits for %+v, want %+v", waits, all)
			}
			for _, e := range indexOf(records).Course(s.ID).Events() {
				if at, found := w.Find(e.Key); !found || w.Events()[at].Repeat != e.Repeat {
					t.Fatalf("%+v isn't in the course", e)
				}
			}
		}
	})
}

func TestAWorkflowWithMoreEventsThanAreKeptSaysSo(t *testing.T) {
	x := NewIndex(HyperAgent(), MaxWorkflows)
	add := func(ms int, kind model.Type) {
		r := workflowRecord(ms, kind, "")
		x.Add(&r)
	}
	add(0, model.WorkflowStarted)
	add(1, model.GenerationStarted)
	for i := range 10 * marksMost {
		add(2+i, model.GenerationProgress)
	}
	s := x.Find("wf")
	if !s.Truncated || s.Events != 10*marksMost+2 || len(x.byID["wf"].marks) != marksMost {
		t.Errorf("%d events, truncated %v, %d kept", s.Events, s.Truncated, len(x.byID["wf"].marks))
	}
	if room := cap(x.byID["wf"].marks); room > marksMost {
		t.Errorf("there is room for %d", room)
	}
	if g := s.Step(model.FamilyGeneration); g.State != StageRunning || !g.Timed || g.Start.UnixMilli() != 1_700_000_000_001 {
		t.Errorf("what runs is forgotten: %+v", g)
	}
}

func TestOfTooManyWorkflowsThoseGoThatAreOver(t *testing.T) {
	const limit = 100
	x := NewIndex(HyperAgent(), limit)
	add := func(i int, kind model.Type) {
		r := workflowRecord(i, kind, "")
		r.Event.WorkflowID = fmt.Sprintf("wf-%03d", i%1000)
		x.Add(&r)
	}
	for i := range 50 { // the oldest, which hang
		add(i, model.GenerationStarted)
	}
	for i := 50; i < 500; i++ {
		add(i, model.AuditStarted)
		add(i+1000, model.AuditCompleted)
		add(i+2000, model.WorkflowCompleted)
	}
	if x.Len() < limit || x.Len() > limit+limit/trimShare {
		t.Errorf("%d are kept, want about %d", x.Len(), limit)
	}
	if x.Dropped() != int64(500-x.Len()) {
		t.Errorf("%d were dropped, %d of 500 are kept", x.Dropped(), x.Len())
	}
	for i := range 50 {
		if x.Find(fmt.Sprintf("wf-%03d", i)) == nil {
			t.Fatalf("wf-%03d hangs, and is gone", i)
		}
	}
	if x.Find("wf-499") == nil || x.Find("wf-050") != nil {
		t.Error("of those that are over, the newest went")
	}
	if _, n := x.Usual(model.FamilyAudit); n != x.Len()-50 {
		t.Errorf("%d audits are known, want those of %d workflows", n, x.Len()-50)
	}
}

func TestAnIDThatNoWorkflowHasTakesNoMemory(t *testing.T) {
	x := NewIndex(HyperAgent(), 10)
	r := workflowRecord(0, model.WorkflowStarted, "")
	r.Event.WorkflowID = strings.Repeat("x", idMost+1)
	x.Add(&r)
	if x.Len() != 0 || x.Dropped() != 1 || x.Find(r.Event.WorkflowID) != nil || x.Course("nobody") != nil {
		t.Errorf("%d are kept, %d dropped", x.Len(), x.Dropped())
	}
}

func TestNamesBeyondWhatIsKnownApartAreOneAndTheSame(t *testing.T) {
	x := NewIndex(nil, MaxWorkflows)
	for i := range namesMost + 100 {
		r := workflowRecord(i, model.Type(fmt.Sprintf("t.%d", i)), "")
		r.Event.SourceAgent = fmt.Sprint(i)
		x.Add(&r)
	}
	if len(x.names) > namesMost+2 || len(x.kinds) > namesMost+2 {
		t.Errorf("%d names and %d kinds are kept", len(x.names), len(x.kinds))
	}
	if s := x.Find("wf"); s.Agent != others || s.LastType != others {
		t.Errorf("the last is %s by %s", s.LastType, s.Agent)
	}
}

func TestUsualIsWhatNinetyFiveOfAHundredKeepTo(t *testing.T) {
	x := NewIndex(HyperAgent(), MaxWorkflows)
	for i := range 100 {
		for _, e := range []struct {
			ms   int
			kind model.Type
		}{{i, model.AuditStarted}, {2*i + 1, model.AuditCompleted}} {
			r := workflowRecord(e.ms, e.kind, "")
			r.Event.WorkflowID = fmt.Sprint(i)
			x.Add(&r)
		}
	}
	if within, known := x.Usual(model.FamilyAudit); within != 95*time.Millisecond || known != 100 {
		t.Errorf("95 of 100 end within %v of %d, want 95ms of 100", within, known)
	}
	if within, known := x.Usual(model.FamilyTesting); within != 0 || known != 0 {
		t.Errorf("of none it is %v of %d", within, known)
	}
}

func TestAStepOfLengthsIsAThirtySecondOfThemAtMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 1<<40).Draw(t, "ms")) * time.Millisecond
		end := stepEnd(stepNumber(d))
		if end < d || end-d > d/32 || stepNumber(end+time.Millisecond) != stepNumber(d)+1 {
			t.Fatalf("%v falls into step %d, which ends at %v", d, stepNumber(d), end)
		}
	})
}

// many are the events of so many workflows of HyperAgent, in their order.
func many(workflows int) []model.Record {
	types := []model.Type{
		model.WorkflowStarted, model.A2ARequest, model.GenerationStarted, model.GenerationProgress, model.GenerationProgress, model.GenerationCompleted,
		model.A2AResponse, model.A2ARequest, model.AuditStarted, model.AuditProgress, model.AuditCompleted, model.A2AResponse, model.WorkflowProgress,
		model.TestingStarted, model.TestingProgress, model.TestingCompleted, model.DeploymentStarted, model.DeploymentCompleted, model.WorkflowProgress, model.WorkflowCompleted,
	}
	records := make([]model.Record, 0, workflows*len(types))
	for j, kind := range types {
		for i := range workflows {
			r := workflowRecord(j*1000+i%1000, kind, `{"percent":40,"step":"compile"}`)
			r.ID.Seq = uint64(i)
			r.Event.WorkflowID = fmt.Sprintf("wf-%08x", i)
			r.Event.ID = fmt.Sprintf("0192f7b2-0000-7000-8000-%06d%06d", j, i)
			records = append(records, r)
		}
	}
	return records
}

// BenchmarkIndexAdd takes in the events of ten thousand workflows, twenty of each.
func BenchmarkIndexAdd(b *testing.B) {
	records := many(MaxWorkflows)
	b.ReportAllocs()
	for b.Loop() {
		indexOf(records)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/event")
}

// BenchmarkIndexBuild works out how ten thousand workflows stand that all have changed.
func BenchmarkIndexBuild(b *testing.B) {
	x := indexOf(many(MaxWorkflows))
	b.ReportAllocs()
	for b.Loop() {
		for _, e := range x.order {
			x.build(e)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/MaxWorkflows, "ns/workflow")
}

// TestOfTooManyEventsTheOldestThatPassGo holds what is kept against the rule, said in another way: of all that ever was kept and the
// next one, the oldest progress goes, and where there is none the oldest of all.
func TestOfTooManyEventsTheOldestThatPassGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := NewIndex(nil, 10)
		var want []uint64
		passes := map[uint64]bool{}
		for _, ms := range rapid.SliceOfNDistinct(rapid.Uint64Range(1, 400), marksMost, 2*marksMost, rapid.ID).Draw(t, "moments") {
			kind := rapid.SampledFrom([]model.Type{model.GenerationStarted, model.GenerationFailed, model.GenerationProgress}).Draw(t, "kind")
			passes[ms] = kind == model.GenerationProgress
			x.Add(&model.Record{
				Entry: model.Entry{Stream: "events:" + string(kind), ID: model.Position{Ms: ms}},
				Event: model.Event{ID: fmt.Sprint(ms), Type: kind, WorkflowID: "wf"},
			})
			want = append(want, ms)
			slices.Sort(want)
			if len(want) > marksMost {
				out := max(slices.IndexFunc(want, func(ms uint64) bool { return passes[ms] }), 0)
				want = slices.Delete(want, out, out+1)
			}
		}
		var got []uint64
		e := x.byID["wf"]
		passing := 0
		for _, m := range e.marks {
			got = append(got, m.id.Ms)
			if passes[m.id.Ms] {
				passing++
			}
		}
		if !slices.Equal(got, want) || e.passing != passing {
			t.Fatalf("kept are %v, want %v; %d of them pass, want %d", got, want, e.passing, passing)
		}
	})
}

// A course out of an index lacks what payloads say, until its events come along.
func TestACourseOutOfAnIndexIsCompletedByItsEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, whole := NewIndex(nil, 10), New("wf", nil)
		var records []model.Record
		for i := range rapid.IntRange(1, marksMost).Draw(t, "events") {
			kind := rapid.SampledFrom([]model.Type{model.GenerationStarted, model.GenerationFailed, model.GenerationProgress}).Draw(t, "kind")
			records = append(records, model.Record{
				Entry: model.Entry{Stream: "events:" + string(kind), ID: model.Position{Ms: uint64(1000 + i)}},
				Event: model.Event{ID: fmt.Sprint(i), Type: kind, WorkflowID: "wf", SourceAgent: "generator", Data: []byte(`{"error":"disk full","progress_percentage":40}`)},
			})
			x.Add(&records[i])
			whole.Add(&records[i])
		}
		course := x.Course("wf")
		if course.Len() != whole.Len() {
			t.Fatalf("%d events, want %d", course.Len(), whole.Len())
		}
		for _, i := range rapid.Permutation(indices(len(records))).Draw(t, "order") {
			if !course.Add(&records[i]) || course.Add(&records[i]) {
				t.Fatal("an event completes the course once")
			}
		}
		if got, want := fmt.Sprintf("%+v", course.Events()), fmt.Sprintf("%+v", whole.Events()); got != want || course.passing != whole.passing {
			t.Fatalf("got %s with %d passing, want %s with %d", got, course.passing, want, whole.passing)
		}
	})
}

func indices(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
