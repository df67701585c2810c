package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// oracle knows what was published and counts what became of it. An event is its number, so that millions of them take a
// byte each for every group.
type oracle struct {
	published int // valid once the publisher has ended
	groups    map[string]*account
	disorder  atomic.Int64

	mu   sync.Mutex
	lost map[int]bool // events that the bus said may not be, or not stay, in their stream
}

// account is one group's.
type account struct {
	mu      sync.Mutex
	times   []uint8 // how often each event was handled
	calls   int
	handled int // different events
}

func newOracle(groups ...string) *oracle {
	o := &oracle{groups: make(map[string]*account), lost: make(map[int]bool)}
	for _, group := range groups {
		o.groups[group] = &account{}
	}
	return o
}

// burst events are published at a time, and burstEvery apart: five thousand a second where the machine can.
const (
	burst      = 50
	burstEvery = 10 * time.Millisecond
)

// publish publishes until ctx is done.
func (o *oracle) publish(ctx context.Context, b *bus.Bus) {
	for ; ctx.Err() == nil; o.published++ {
		e := event(benchTypes[o.published%len(benchTypes)], fmt.Sprint(o.published%11), o.published)
		e.ID = strconv.Itoa(o.published)
		if b.Publish(ctx, e) != nil {
			return
		}
		if o.published%burst == 0 {
			pace(ctx, burstEvery)
		}
	}
}

// failedToPublish is the hook.
func (o *oracle) failedToPublish(err *bus.PublishError) {
	n, _ := strconv.Atoi(err.EventID)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lost[n] = true
}

// failed is how many events the bus said it can't vouch for.
func (o *oracle) failed() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.lost)
}

// handler is that of one consumer of a group. It fails now and then, and sees to it that events which come for the first
// time come in their order, workflow by workflow.
func (o *oracle) handler(group string) bus.Handler {
	var mu sync.Mutex
	last := make(map[string]int)
	a := o.groups[group]
	return func(_ context.Context, m bus.Message) error {
		if rand.IntN(200) == 0 {
			return errors.New("by chance")
		}
		var data struct{ N int }
		if err := json.Unmarshal(m.Event.Data, &data); err != nil {
			return bus.Term(err)
		}
		if first := a.handle(data.N); !first || m.Redelivered {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		key := m.Stream + " " + m.Event.WorkflowID
		if before, known := last[key]; known && data.N < before {
			o.disorder.Add(1)
		}
		last[key] = data.N
		return nil
	}
}

// handle notes that event n was handled, and says whether for the first time.
func (a *account) handle(n int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n >= len(a.times) {
		a.times = append(a.times, 0)
	}
	a.calls++
	a.times[n] = min(a.times[n], 254) + 1
	if a.times[n] == 1 {
		a.handled++
	}
	return a.times[n] == 1
}

// missing are the numbers of events that were not handled though nobody said that they may be lost.
func (o *oracle) missing(a *account) []int {
	o.mu.Lock()
	defer o.mu.Unlock()
	a.mu.Lock()
	defer a.mu.Unlock()
	var missing []int
	for n := range o.published {
		if (n >= len(a.times) || a.times[n] == 0) && !o.lost[n] {
			missing = append(missing, n)
		}
	}
	return missing
}

func (o *oracle) handledAll() bool {
	lost := o.failed()
	for _, a := range o.groups {
		a.mu.Lock()
		handled := a.handled
		a.mu.Unlock()
		if handled < o.published-lost || len(o.missing(a)) > 0 { // the list takes long to make, and the handlers wait for it
			return false
		}
	}
	return true
}

func (o *oracle) check(t *testing.T) {
	t.Helper()
	for group, a := range o.groups {
		if missing := o.missing(a); len(missing) > 0 {
			t.Errorf("%s has not handled %d of %d events, of them %v", group, len(missing), o.published, missing[:min(len(missing), 10)])
		}
	}
	if n := o.disorder.Load(); n > 0 {
		t.Errorf("%d times an event came before an earlier one of its workflow", n)
	}
}

// String tells the sums.
func (o *oracle) String() string {
	s := fmt.Sprintf("%d events published, %d of them not vouched for", o.published, o.failed())
	for group, a := range o.groups {
		a.mu.Lock()
		s += fmt.Sprintf("; %s handled %d in %d calls (%d again)", group, a.handled, a.calls, a.calls-a.handled)
		a.mu.Unlock()
	}
	return s
}

func TestTheOracleFindsWhatIsMissingAndWhatIsOutOfOrder(t *testing.T) {
	t.Parallel()
	o := newOracle("workers")
	o.published = 4
	o.failedToPublish(&bus.PublishError{EventID: "3"})
	handle := o.handler("workers")
	for _, n := range []int{0, 2, 1, 2} {
		m := bus.Message{Record: model.Record{Event: event("a.b", "wf", n)}}
		for tries := 0; handle(t.Context(), m) != nil; tries++ {
			if tries == 100 {
				t.Fatalf("the handler refuses %d for ever", n)
			}
		}
	}
	if missing := o.missing(o.groups["workers"]); len(missing) != 0 {
		t.Errorf("%v are said to be missing", missing)
	}
	if n := o.disorder.Load(); n != 1 {
		t.Errorf("%d out of order, want 1", n)
	}
	o.published = 5
	if missing := o.missing(o.groups["workers"]); len(missing) != 1 || missing[0] != 4 {
		t.Errorf("%v are missing, want 4", missing)
	}
}
