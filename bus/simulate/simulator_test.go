package simulate_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/simulate"
	"streamdesk/model"
)

var noon = time.Date(2025, 11, 5, 12, 0, 0, 0, time.UTC)

// events makes n events; the clock goes on by a millisecond with each.
func events(o simulate.Options, n int) []model.Event {
	now := noon
	o.Now = func() time.Time {
		now = now.Add(time.Millisecond)
		return now
	}
	s := simulate.New(o)
	made := make([]model.Event, n)
	for i := range made {
		made[i] = s.Next()
	}
	return made
}

func TestTheSameSeedGivesTheSameEvents(t *testing.T) {
	const n = 5_000
	one, same, other := events(simulate.Options{Seed: 7}, n), events(simulate.Options{Seed: 7}, n), events(simulate.Options{Seed: 8}, n)
	if !reflect.DeepEqual(one, same) {
		t.Error("two simulators of one seed disagree")
	}
	if reflect.DeepEqual(one, other) {
		t.Error("two seeds give the same events")
	}
}

func TestTheSequenceDoesNotDependOnClockAndRate(t *testing.T) {
	a, b := simulate.New(simulate.Options{Seed: 7, Workflows: 20}), simulate.New(simulate.Options{Seed: 7, Workflows: 20, Rate: 5_000})
	for i := range 2_000 {
		x, y := a.Next(), b.Next()
		x.Timestamp, y.Timestamp = time.Time{}, time.Time{}
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("event %d: %+v and %+v", i, x, y)
		}
	}
}

func TestEveryEventIsLegalAndUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range events(simulate.Options{Seed: 1}, 8_000) {
		if err := e.Validate(); err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		if e.WorkflowID == "" || e.SourceAgent == "" || e.Timestamp.IsZero() || len(e.ID) != 36 {
			t.Fatalf("%+v lacks something", e)
		}
		if seen[e.ID] {
			t.Fatalf("the ID %s comes twice", e.ID)
		}
		seen[e.ID] = true
	}
}

func TestEveryKnownTypeAppearsAndOneThatIsNot(t *testing.T) {
	count := map[model.Type]int{}
	for _, e := range events(simulate.Options{Seed: 3}, 8_000) {
		count[e.Type]++
	}
	for _, kind := range append(model.KnownTypes(), "workflow.retried") {
		if count[kind] == 0 {
			t.Errorf("no %s among 8,000 events", kind)
		}
	}
}

func TestEveryFamilyAppearsSoon(t *testing.T) {
	families := map[string]bool{}
	for _, e := range events(simulate.Options{Seed: 1}, 60*60) {
		families[e.Type.Family()] = true
	}
	if len(families) != 6 {
		t.Errorf("in a minute at the default rate: %v", families)
	}
}

func TestSizesAreLifelike(t *testing.T) {
	var sizes []int
	for _, e := range events(simulate.Options{Seed: 2}, 8_000) {
		sizes = append(sizes, len(e.AppendJSON(nil)))
	}
	slices.Sort(sizes)
	least, middle, most := sizes[0], sizes[len(sizes)/2], sizes[len(sizes)-1]
	if least < 150 || middle < 200 || middle > 1_000 || most < 15_000 || most > 32_000 {
		t.Errorf("from %d bytes, mostly %d, up to %d", least, middle, most)
	}
}

// TestAWorkflowTakesItsStagesInOrder follows each workflow from its creation to its end.
func TestAWorkflowTakesItsStagesInOrder(t *testing.T) {
	byWorkflow := map[string][]model.Type{}
	for _, e := range events(simulate.Options{Seed: 5, Workflows: 30}, 15_000) {
		byWorkflow[e.WorkflowID] = append(byWorkflow[e.WorkflowID], e.Type)
	}
	ended := map[model.Type]int{}
	for id, types := range byWorkflow {
		if types[0] != model.WorkflowCreated {
			t.Fatalf("%s begins with %s", id, types[0])
		}
		running := ""
		for i, kind := range types[1:] {
			switch family := kind.Family(); {
			case kind == model.WorkflowCompleted || kind == model.WorkflowFailed || kind == model.WorkflowCancelled:
				ended[kind]++
				if i != len(types)-2 {
					t.Fatalf("%s goes on after %s: %v", id, kind, types)
				}
			case family == model.FamilyWorkflow || family == model.FamilyA2A:
			case kind.Outcome() == model.OutcomeBegun:
				if running != "" {
					t.Fatalf("%s starts %s within %s", id, family, running)
				}
				running = family
			default:
				if running != family {
					t.Fatalf("%s: %s within %q", id, kind, running)
				}
				if kind.Outcome() != model.OutcomeGoing {
					running = ""
				}
			}
		}
	}
	if ended[model.WorkflowCompleted] <= ended[model.WorkflowFailed] || ended[model.WorkflowFailed] == 0 || ended[model.WorkflowCancelled] == 0 {
		t.Errorf("ends: %v", ended)
	}
}

func TestPoisonIsWhatNoBigintHolds(t *testing.T) {
	poison := func(o simulate.Options) (n int) {
		for _, e := range events(o, 12_000) {
			var data struct {
				Gas json.Number `json:"gas_estimate"`
			}
			if err := json.Unmarshal(e.Data, &data); err != nil {
				t.Fatal(err)
			}
			if _, err := data.Gas.Int64(); data.Gas != "" && err != nil {
				n++
			}
		}
		return n
	}
	if n := poison(simulate.Options{Seed: 1, PoisonEvery: 10}); n < 12 {
		t.Errorf("%d poison events among 12,000, with one in ten workflows", n)
	}
	if n := poison(simulate.Options{Seed: 1, PoisonEvery: -1}); n != 0 {
		t.Errorf("%d poison events where none are wanted", n)
	}
}

func TestCompilerErrorsReadAsThoseOfTheCompiler(t *testing.T) {
	for _, e := range events(simulate.Options{Seed: 1}, 8_000) {
		if e.Type == model.GenerationFailed && strings.Contains(string(e.Data), "Stack too deep") {
			return
		}
	}
	t.Error("no stack was too deep")
}
