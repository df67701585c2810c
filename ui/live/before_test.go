package live

import (
	"math"
	"slices"
	"testing"
	"time"

	"streamdesk/model"
)

// second is what came in within one.
func second(n int64) PastRate { return PastRate{Lasts: time.Second, Count: model.Exactly(n)} }

// pastOf is a stream whose first snapshot was at the start, and of which that is known of the time before.
func pastOf(t *testing.T, parts ...PastRate) *Data {
	t.Helper()
	d := NewData(10)
	see(d, at(0, stream("s", 10)))
	var lasts time.Duration
	for _, p := range parts {
		lasts += p.Lasts
	}
	from := start.Truncate(time.Second).Add(time.Second - lasts)
	d.Apply(Batch{Before: Before{Rates: []PastRates{{Stream: "s", From: from, Parts: parts}}}}, start)
	return d
}

func TestTheTimeBeforeIsShownBeforeTheDesksOwn(t *testing.T) {
	unknown, sampled := PastRate{Lasts: 2 * time.Second}, PastRate{Lasts: 2 * time.Second, Count: model.About(14)}
	d := pastOf(t, unknown, sampled, second(3), second(0), second(5))
	if known := d.Known("s"); known < 4*time.Second || known > 5*time.Second {
		t.Errorf("known is %s", known)
	}
	see(d, at(1000, stream("s", 20)), at(2000, stream("s", 40)))
	window, estimates := make([]float64, 9), make([]bool, 9)
	d.InWindow(window, "s", 9*time.Second)
	d.SampledWindow(estimates, "s", 9*time.Second)
	want := []float64{math.NaN(), math.NaN(), 7, 7, 3, 0, 5, 10, 20}
	for i := range want {
		if window[i] != want[i] && !(math.IsNaN(window[i]) && math.IsNaN(want[i])) {
			t.Fatalf("%v, want %v", window, want)
		}
	}
	if want := []bool{false, false, true, true, false, false, false, false, false}; !slices.Equal(estimates, want) {
		t.Errorf("estimates are %v, want %v", estimates, want)
	}
}

func TestNothingIsMadeUpOfATimeThatIsUnknown(t *testing.T) {
	for name, d := range map[string]*Data{
		"nothing was read": pastOf(t),
		"nothing follows":  pastOf(t, PastRate{Lasts: time.Minute}),
		"of a stream that isn't there": func() *Data {
			d := NewData(10)
			see(d, at(0, stream("other", 10)))
			d.Apply(Batch{Before: Before{Rates: []PastRates{{Stream: "s", From: start, Parts: []PastRate{second(1)}}}}}, start)
			return d
		}(),
	} {
		window, estimates := make([]float64, 4), make([]bool, 4)
		d.InWindow(window, "s", time.Minute)
		d.SampledWindow(estimates, "s", time.Minute)
		for i := range window {
			if !math.IsNaN(window[i]) || estimates[i] {
				t.Errorf("%s: %v, %v", name, window, estimates)
			}
		}
		if d.Known("s") != 0 {
			t.Errorf("%s: known is %s", name, d.Known("s"))
		}
	}
}

func TestWhatWasReadOfTheTimeBeforeTellsOfWorkflowsOnce(t *testing.T) {
	record := func(ms uint64) model.Record {
		return model.Record{
			Entry: model.Entry{Stream: "s", ID: model.Position{Ms: ms}},
			Event: model.Event{ID: "e", Type: model.WorkflowStarted, WorkflowID: "wf"},
		}
	}
	d := NewData(10)
	d.Apply(Batch{Records: []model.Record{record(5), record(6)}}, start)
	d.Apply(Batch{Before: Before{Records: []model.Record{record(6), record(5), record(4)}}}, start)
	if s := d.Workflows.Find("wf"); s == nil || s.Events != 3 {
		t.Errorf("the workflow is %+v", s)
	}
	if d.Log.Len() != 2 {
		t.Errorf("%d entries in the log, want 2", d.Log.Len())
	}
}
