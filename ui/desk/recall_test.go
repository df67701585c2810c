package desk

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// quarter is how much of the past a desk begins with.
const quarter = 15 * time.Minute

// past adds n events to a stream, evenly over the quarter of an hour that ends now, of a workflow for every ten.
func (b *harness) past(kind model.Type, n int) {
	b.t.Helper()
	now, err := b.client.Time(context.Background()).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	from, pipe := now.Add(-quarter), b.client.Pipeline()
	for i := range n {
		e := model.Event{ID: fmt.Sprint(kind, i), Type: kind, WorkflowID: fmt.Sprintf("wf-%d", i/10), Timestamp: now}
		pipe.XAdd(context.Background(), &redis.XAddArgs{
			Stream: b.bus.StreamKey(kind), Values: []string{"data", string(e.AppendJSON(nil))},
			ID: fmt.Sprintf("%d-%d", from.Add(quarter*time.Duration(i)/time.Duration(n)).UnixMilli(), i),
		})
	}
	if _, err := pipe.Exec(context.Background()); err != nil {
		b.t.Fatal(err)
	}
}

// came is how many events the chart of the quarter of an hour shows, and how many of its columns are estimates.
func (b *harness) came(kind model.Type) (n float64, estimates int) {
	window, sampled := make([]float64, 90), make([]bool, 90)
	b.desk.data.InWindow(window, b.bus.StreamKey(kind), quarter)
	b.desk.data.SampledWindow(sampled, b.bus.StreamKey(kind), quarter)
	for i, v := range window {
		if !math.IsNaN(v) {
			n += v * quarter.Seconds() / float64(len(window))
		}
		if sampled[i] {
			estimates++
		}
	}
	return n, estimates
}

func (b *harness) recalled(kinds ...model.Type) {
	b.t.Helper()
	b.watchFor(func() bool {
		return !slices.ContainsFunc(kinds, func(k model.Type) bool { return b.desk.data.Known(b.bus.StreamKey(k)) < quarter-time.Minute })
	})
}

func TestADeskBeginsWithWhatTheStreamsHoldOfTheTimeBefore(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	b.past(model.WorkflowStarted, 900)
	b.past(model.AuditFailed, 90)
	b.recalled(model.WorkflowStarted, model.AuditFailed)
	for kind, want := range map[model.Type]float64{model.WorkflowStarted: 900, model.AuditFailed: 90} {
		if n, estimates := b.came(kind); math.Abs(n-want) > want/20 || estimates != 0 {
			t.Errorf("%s: %.1f events with %d estimates, want %.0f and none", kind, n, estimates, want)
		}
	}
	if n := b.desk.data.Workflows.Len(); n != 90 {
		t.Errorf("%d workflows are known, want 90", n)
	}
	// The events of the first may lie before the quarter of an hour by the time they are looked for.
	if s := b.desk.data.Workflows.Find("wf-5"); s == nil || s.Events != 20 {
		t.Errorf("the sixth workflow is %+v", s)
	}
}

func TestOfABusyBusThePastIsASampleAndSaysSo(t *testing.T) {
	b := newRealHarness(t, 120, 40)
	const many = 60_000 // more than is read whole
	b.past(model.WorkflowProgress, many)
	b.past(model.AuditFailed, 90)
	b.recalled(model.WorkflowProgress, model.AuditFailed)
	if n, estimates := b.came(model.WorkflowProgress); math.Abs(n-many) > many/20 || estimates < 30 || estimates > 60 {
		t.Errorf("%.1f events with %d of 90 columns estimated, want %d with about half", n, estimates, many)
	}
	if n, estimates := b.came(model.AuditFailed); math.Abs(n-90) > 5 || estimates != 0 {
		t.Errorf("of few events there are %.1f with %d estimates", n, estimates)
	}
	b.press("1 j")
	b.sees("+ - zoom 15m")
	b.sees("╌╌")
}
