package workflow

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/model"

	"pgregory.net/rapid"
)

// workflowRecord is an event of workflow "wf" in the stream of its type, so many milliseconds after the start.
func workflowRecord(ms int, kind model.Type, data string) model.Record {
	id := model.Position{Ms: 1_700_000_000_000 + uint64(ms)}
	return model.Record{
		Entry: model.Entry{Stream: "events:" + string(kind), ID: id, Fields: []model.Field{{Name: model.FieldData, Value: "…"}}},
		Event: model.Event{ID: fmt.Sprintf("%s-%d", kind, ms), Type: kind, WorkflowID: "wf", Data: []byte(data), SourceAgent: "agent"},
	}
}

// workflowOf reads events such as "0 workflow.created 10 workflow.started", times in milliseconds.
func workflowOf(t testing.TB, text string) []model.Record {
	t.Helper()
	words := strings.Fields(text)
	var records []model.Record
	for i := 0; i+1 < len(words); i += 2 {
		ms := 0
		if _, err := fmt.Sscanf(words[i], "%d", &ms); err != nil {
			t.Fatalf("%q: %v", words[i], err)
		}
		records = append(records, workflowRecord(ms, model.Type(words[i+1]), ""))
	}
	return records
}

// told writes what is known of a workflow, one stage after the other: the state, and each attempt with its state, its start and its
// end, "?" for what no event tells of.
func told(w *Workflow) string {
	var parts []string
	at := func(t time.Time, seen bool) string {
		if t.IsZero() {
			return ""
		}
		text := fmt.Sprint(t.UnixMilli() - 1_700_000_000_000)
		if !seen {
			text = "?" + text
		}
		return text
	}
	for _, s := range w.Stages() {
		part := s.Family + " " + s.State.String()
		for _, a := range s.Attempts {
			part += fmt.Sprintf(" [%s %s-%s]", a.State, at(a.Start, a.StartSeen), at(a.End, a.EndSeen || a.End.IsZero()))
		}
		if len(s.Marks) > 0 {
			part += fmt.Sprintf(" +%d", len(s.Marks))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "\n")
}

// waits writes what a workflow waits for.
func waits(w *Workflow) string {
	var parts []string
	for _, wait := range w.Waits() {
		text := wait.Family
		switch {
		case wait.Begun:
			text += " to end"
		case wait.Retry:
			text += " again"
		}
		parts = append(parts, fmt.Sprintf("%s since %d", text, wait.Since.UnixMilli()-1_700_000_000_000))
	}
	return strings.Join(parts, ", ")
}

func TestWorkflow(t *testing.T) {
	const none = "\ngeneration not begun\naudit not begun\ntesting not begun\ndeployment not begun"
	for _, c := range []struct {
		name, events string
		state        StageState
		want, waits  string
		cause        model.Type
		failures     int
	}{
		{name: "nothing", state: StageWaiting},
		{
			name: "only created", events: "0 workflow.created", state: StageRunning,
			want: "workflow running [running 0-]" + none, waits: "generation since 0",
		},
		{
			name: "created and started are one attempt", events: "0 workflow.created 10 workflow.started 12 workflow.progress", state: StageRunning,
			want: "workflow running [running 0-]" + none, waits: "generation since 12",
		},
		{
			name: "in its first stage", events: "0 workflow.started 10 generation.started 15 generation.progress", state: StageRunning,
			want: "workflow running [running 0-]\ngeneration running [running 10-]\naudit not begun\ntesting not begun\ndeployment not begun", waits: "generation to end since 10",
		},
		{
			name: "between two stages", events: "0 workflow.started 10 generation.started 20 generation.completed 25 workflow.progress", state: StageRunning,
			want: "workflow running [running 0-]\ngeneration completed [completed 10-20]\naudit not begun\ntesting not begun\ndeployment not begun", waits: "audit since 25",
		},
		{
			name: "after the last stage", events: "0 workflow.started 10 deployment.started 20 deployment.completed", state: StageRunning,
			want: "workflow running [running 0-]\ngeneration not seen\naudit not seen\ntesting not seen\ndeployment completed [completed 10-20]", waits: "workflow since 20",
		},
		{
			name: "the picture: failed and tried again", events: "0 workflow.started 2 generation.started 177 generation.failed 436 workflow.retried 498 generation.started",
			state: StageRunning, cause: model.GenerationFailed, failures: 1, waits: "generation to end since 498",
			want: "workflow running [running 0-]\ngeneration running [failed 2-177] [running 498-]\naudit not begun\ntesting not begun\ndeployment not begun",
		},
		{
			name: "failed, and nobody has tried again", events: "0 workflow.started 2 generation.started 7 generation.failed",
			state: StageRunning, cause: model.GenerationFailed, failures: 1, waits: "generation again since 7",
			want: "workflow running [running 0-]\ngeneration failed [failed 2-7]\naudit not begun\ntesting not begun\ndeployment not begun",
		},
		{
			name: "completed in two attempts", state: StageCompleted, cause: model.GenerationFailed, failures: 1,
			events: "0 workflow.started 2 generation.started 7 generation.failed 8 generation.retried 9 generation.started 10 generation.completed 20 workflow.completed",
			want:   "workflow completed [completed 0-20]\ngeneration completed [failed 2-7] [completed 9-10] +1\naudit not begun\ntesting not begun\ndeployment not begun",
		},
		{
			name: "what a later attempt made good is not the cause", state: StageFailed, cause: model.AuditFailed, failures: 3,
			events: "0 workflow.started 2 generation.started 7 generation.failed 9 generation.started 10 generation.completed 11 audit.started 15 audit.failed 20 workflow.failed",
			want:   "workflow failed [failed 0-20]\ngeneration completed [failed 2-7] [completed 9-10]\naudit failed [failed 11-15]\ntesting not begun\ndeployment not begun",
		},
		{
			name: "cancelled in the middle", state: StageCancelled, cause: model.WorkflowCancelled,
			events: "0 workflow.created 2 generation.started 7 workflow.cancelled",
			want:   "workflow cancelled [cancelled 0-7]\ngeneration cancelled [cancelled 2-?7]\naudit not begun\ntesting not begun\ndeployment not begun",
		},
		{
			name: "over with a stage that never ended", state: StageFailed, cause: model.WorkflowFailed, failures: 1,
			events: "0 workflow.created 2 generation.started 7 workflow.failed",
			want:   "workflow failed [failed 0-7]\ngeneration unfinished [unfinished 2-?7]\naudit not begun\ntesting not begun\ndeployment not begun",
		},
		{
			name: "a stage that goes on after the end runs", state: StageCompleted,
			events: "0 workflow.created 2 audit.started 7 workflow.completed 9 audit.progress",
			want:   "workflow completed [completed 0-7]\ngeneration not seen\naudit running [running 2-]\ntesting not begun\ndeployment not begun",
		},
		{
			name: "failed and retried as a whole", state: StageRunning, cause: model.WorkflowFailed, failures: 1, waits: "generation since 9",
			events: "0 workflow.started 7 workflow.failed 9 workflow.retried",
			want:   "workflow running [failed 0-7] [running 9-]" + none,
		},
		{
			name: "started again without an end", state: StageRunning, waits: "testing to end since 9",
			events: "0 workflow.started 5 testing.started 9 testing.started",
			want:   "workflow running [running 0-]\ngeneration not seen\naudit not seen\ntesting running [unfinished 5-?9] [running 9-]\ndeployment not begun",
		},
		{
			name: "ends without their starts", state: StageRunning, waits: "testing since 9",
			events: "5 generation.completed 9 audit.completed",
			want:   "workflow running [running ?5-]\ngeneration completed [completed ?5-5]\naudit completed [completed ?9-9]\ntesting not begun\ndeployment not begun",
		},
		{
			name: "the end alone", events: "9 workflow.completed", state: StageCompleted,
			want: "workflow completed [completed ?9-9]" + none,
		},
		{
			name: "progress without a start", events: "5 audit.progress 7 audit.progress 9 audit.failed", state: StageRunning, cause: model.AuditFailed, failures: 1,
			waits: "audit again since 9",
			want:  "workflow running [running ?5-]\ngeneration not seen\naudit failed [failed ?5-9]\ntesting not begun\ndeployment not begun",
		},
		{
			name: "progress that overtook the start, and one that the end overtook", events: "0 workflow.started 5 audit.progress 6 audit.started 9 audit.completed 10 audit.progress",
			state: StageRunning, waits: "testing since 10",
			want: "workflow running [running 0-]\ngeneration not seen\naudit completed [completed 5-9]\ntesting not begun\ndeployment not begun",
		},
		{
			name: "two stages at once", events: "0 workflow.started 5 audit.started 6 testing.started", state: StageRunning,
			waits: "audit to end since 5, testing to end since 6",
			want:  "workflow running [running 0-]\ngeneration not seen\naudit running [running 5-]\ntesting running [running 6-]\ndeployment not begun",
		},
		{
			name: "in one millisecond", events: "0 workflow.completed 0 generation.completed 0 generation.started 0 workflow.created 0 a2a.response 0 a2a.request", state: StageCompleted,
			want: "workflow completed [completed 0-0]\ngeneration completed [completed 0-0]\naudit not begun\ntesting not begun\ndeployment not begun\na2a completed [completed 0-0]",
		},
		{
			name: "talk between agents", events: "0 workflow.started 1 a2a.request 2 a2a.request 3 a2a.message 5 a2a.response 8 a2a.response 9 a2a.request",
			state: StageRunning, waits: "generation since 9",
			want: "workflow running [running 0-]" + none + "\na2a running [completed 1-5] [completed 2-8] [running 9-] +1",
		},
		{
			name: "only messages", events: "3 a2a.message", state: StageNoted, want: "a2a noted +1",
		},
		{
			name: "only talk, and an answer is open", events: "3 a2a.request", state: StageRunning, want: "a2a running [running 3-]", waits: "a2a to end since 3",
		},
		{
			name: "families nobody knows, by their first events", events: "0 workflow.started 3 zebra.created 4 ant.seen 5 zebra.started 9 zebra.completed",
			state: StageRunning, waits: "generation since 9",
			want: "workflow running [running 0-]" + none + "\nzebra completed [completed 3-9]\nant noted +1",
		},
		{
			name: "only families nobody knows", events: "3 zebra.started 5 ant.started 8 ant.done 9 zebra.errors.rejected", state: StageFailed, failures: 1, cause: "zebra.errors.rejected",
			want: "zebra failed [failed 3-9]\nant completed [completed 5-8]",
		},
		{
			name: "one of them runs", events: "3 zebra.started 8 ant.done", state: StageRunning, waits: "zebra to end since 3",
			want: "zebra running [running 3-]\nant completed [completed ?8-8]",
		},
		{
			name: "types without a dot, and without anything", events: "3 x 4 .", state: StageNoted, want: "x noted +1\n noted +1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := New("wf", HyperAgent())
			for _, r := range workflowOf(t, c.events) {
				w.Add(&r)
			}
			if w.State() != c.state {
				t.Errorf("it is %s, want %s", w.State(), c.state)
			}
			if got := told(w); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if got := waits(w); got != c.waits {
				t.Errorf("it waits for %q, want %q", got, c.waits)
			}
			if cause, found := w.Cause(); found != (c.cause != "") || cause.Type != c.cause {
				t.Errorf("the cause is %q, want %q", cause.Type, c.cause)
			}
			if w.Failures() != c.failures {
				t.Errorf("%d failures, want %d", w.Failures(), c.failures)
			}
		})
	}
}

// TestStagesAreThoseOfTheProfile tells one course by several lists of stages.
func TestStagesAreThoseOfTheProfile(t *testing.T) {
	const events = "1 workflow.started 2 ship.started 3 order.started 4 order.completed 5 bill.started 6 bill.completed 7 ship.completed"
	for _, c := range []struct {
		name, want, waits string
		stages            []string
	}{
		{"in the order of the profile, with those to come", "workflow order bill ship pack", "pack since 7", []string{"order", "bill", "ship", "pack"}},
		{"in the order they come", "workflow ship order bill", "workflow since 7", nil},
		{"others behind", "workflow bill ship order", "workflow since 7", []string{"bill"}},
	} {
		w := New("wf", []Profile{{Stages: c.stages}})
		for _, r := range workflowOf(t, events) {
			w.Add(&r)
		}
		var families []string
		for _, s := range w.Stages() {
			families = append(families, s.Family)
		}
		if got := strings.Join(families, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if got := waits(w); got != c.waits {
			t.Errorf("%s: it waits for %q, want %q", c.name, got, c.waits)
		}
	}
	w := New("wf", nil)
	for _, r := range workflowOf(t, "1 workflow.started") {
		w.Add(&r)
	}
	if len(w.Stages()) != 1 || w.State() != StageRunning || len(w.Waits()) != 1 {
		t.Errorf("%v, %s, waits %v", w.Stages(), w.State(), w.Waits())
	}
}

func TestWorkflowTakesOnlyItsOwnAndEachOnce(t *testing.T) {
	w := New("wf", HyperAgent())
	r := workflowRecord(5, model.WorkflowStarted, "")
	other := r
	other.Event.WorkflowID = "another"
	if w.Add(&other) || !w.Add(&r) || w.Add(&r) || w.Len() != 1 {
		t.Errorf("%d events", w.Len())
	}
}

// TestAWorkflowIsOfTheFirstProfileThatItHasAnEventOf adds events of one stream after the other: what the workflow goes through follows.
func TestAWorkflowIsOfTheFirstProfileThatItHasAnEventOf(t *testing.T) {
	w := New("wf", append([]Profile{
		{Streams: "events:payment.*", Stages: []string{"payment", "packing"}},
		{Streams: "events:parcel.*", Stages: []string{"parcel"}},
	}, HyperAgent()...))
	families := func() string {
		var names []string
		for _, s := range w.Stages() {
			names = append(names, s.Family)
		}
		return strings.Join(names, " ")
	}
	for _, c := range []struct{ event, want string }{
		{"0 workflow.started", "workflow generation audit testing deployment"},
		{"10 parcel.started", "workflow parcel"},
		{"20 payment.completed", "workflow payment packing parcel"},
	} {
		for _, r := range workflowOf(t, c.event) {
			w.Add(&r)
		}
		if got := families(); got != c.want {
			t.Errorf("after %s it goes through %s, want %s", c.event, got, c.want)
		}
	}
	if waits := w.Waits(); len(waits) != 1 || waits[0].Family != "parcel" {
		t.Errorf("it waits for %+v", waits)
	}
}

func TestAnEventPublishedAgainSaysNothingNew(t *testing.T) {
	w := New("wf", HyperAgent())
	for _, r := range workflowOf(t, "0 workflow.started 2 generation.started 7 generation.failed 9 generation.completed") {
		w.Add(&r)
	}
	before := told(w)
	again := workflowRecord(20, model.GenerationFailed, "")
	again.Event.ID = "generation.failed-7"
	again.Stream = "dead:events:generation.failed"
	if !w.Add(&again) {
		t.Fatal("the entry is another one")
	}
	if e := w.Events()[4]; !e.Repeat || w.Failures() != 1 {
		t.Errorf("%+v, %d failures", e, w.Failures())
	}
	if got := strings.ReplaceAll(told(w), " +1", ""); got != before {
		t.Errorf("got\n%s\nwant\n%s", got, before)
	}
}

func TestWorkflowKeepsTheCourseWhenThereIsTooMuch(t *testing.T) {
	w := New("wf", HyperAgent())
	w.limit = 10
	for _, r := range workflowOf(t, "0 workflow.created 1 workflow.started 2 generation.started") {
		w.Add(&r)
	}
	for i := range 100 {
		r := workflowRecord(10+i, model.GenerationProgress, "")
		w.Add(&r)
	}
	if w.Len() != 10 || !w.Truncated() || w.Events()[2].Type != model.GenerationStarted || w.Events()[3].Key.ID != workflowRecord(103, "", "").ID {
		t.Errorf("%d events, truncated %t: %+v", w.Len(), w.Truncated(), w.Events())
	}
	old := workflowRecord(9, model.GenerationProgress, "")
	if w.Add(&old) {
		t.Error("there was room for an older event")
	}
}

// genWorkflow draws the events of a workflow.
func genWorkflow(t *rapid.T, most int) []model.Record {
	kinds := append(model.KnownTypes(), "workflow.retried", "generation.retried", "order.created", "order.paid", "order.done", "x", "audit.cancelled")
	records := make([]model.Record, rapid.IntRange(0, most).Draw(t, "events"))
	for i := range records {
		r := workflowRecord(rapid.IntRange(0, 20).Draw(t, "ms"), rapid.SampledFrom(kinds).Draw(t, "type"), "")
		r.ID.Seq = uint64(rapid.IntRange(0, 3).Draw(t, "seq"))
		r.Event.ID = rapid.SampledFrom([]string{"", "a", "b", "c", r.Event.ID}).Draw(t, "id")
		records[i] = r
	}
	// An entry is what it is: the same key never holds two things.
	slices.SortFunc(records, func(a, b model.Record) int { return strings.Compare(a.Key().String(), b.Key().String()) })
	return slices.CompactFunc(records, func(a, b model.Record) bool { return a.Key() == b.Key() })
}

func TestAnyOrderGivesTheSameWorkflow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := genWorkflow(t, 40)
		limit := rapid.IntRange(1, 50).Draw(t, "limit")
		build := func(records []model.Record, look bool) *Workflow {
			w := New("wf", HyperAgent())
			w.limit = limit
			for i := range records {
				w.Add(&records[i])
				if look {
					_ = told(w)
				}
			}
			return w
		}
		one := build(records, false)
		shuffled := rapid.Permutation(append(slices.Clone(records), records[:len(records)/2]...)).Draw(t, "order")
		other := build(shuffled, true)
		if told(one) != told(other) || waits(one) != waits(other) || !reflect.DeepEqual(one.Events(), other.Events()) ||
			one.State() != other.State() || one.Failures() != other.Failures() || one.Truncated() != other.Truncated() {
			t.Fatalf("in one order\n%s\n%v\nin another\n%s\n%v", told(one), one.Events(), told(other), other.Events())
		}
		mustHoldTogether(t, one)
	})
}

// mustHoldTogether checks what is true of every workflow.
func mustHoldTogether(t *rapid.T, w *Workflow) {
	places := map[int]int{}
	for _, s := range w.Stages() {
		for _, a := range s.Attempts {
			if a.State != StageRunning && a.End.Before(a.Start) {
				t.Fatalf("an attempt at %s ends before it starts: %+v", s.Family, a)
			}
			if a.State == StageRunning != a.End.IsZero() {
				t.Fatalf("an attempt at %s is %s and ends at %s", s.Family, a.State, a.End)
			}
			for _, i := range a.Events {
				places[i]++
			}
		}
		for _, i := range s.Marks {
			places[i]++
		}
	}
	for i, e := range w.Events() {
		if places[i] != 1 {
			t.Fatalf("event %d is in %d places", i, places[i])
		}
		if at, found := w.Find(e.Key); !found || at != i {
			t.Fatalf("event %d is found at %d, %t", i, at, found)
		}
	}
	if (w.State() == StageRunning) != (len(w.Waits()) > 0) {
		t.Fatalf("it is %s and waits for %q", w.State(), waits(w))
	}
}

// BenchmarkWorkflowAdd takes in progress that never ends, past what is kept.
func BenchmarkWorkflowAdd(b *testing.B) {
	w := New("wf", HyperAgent())
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		r := workflowRecord(i, model.GenerationProgress, `{"progress_percentage":42,"step":"compile"}`)
		w.Add(&r)
		i++
	}
}

// BenchmarkWorkflowStages works the stages out anew for one event more of a workflow as long as can be kept.
func BenchmarkWorkflowStages(b *testing.B) {
	w := New("wf", HyperAgent())
	for i := range MaxEvents {
		r := workflowRecord(i, model.KnownTypes()[i%len(model.KnownTypes())], "")
		w.Add(&r)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.built = false
		w.Stages()
	}
}
