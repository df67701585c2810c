package simulate

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"streamdesk/model"
)

const (
	// DefaultRate is lively, and slow enough to follow by eye.
	DefaultRate = 60
	// MaxRate is twice the rate that the bus is built to carry through four groups.
	MaxRate = 20_000
	// DefaultPoisonEvery gives one poison event about every minute at [DefaultRate].
	DefaultPoisonEvery = 80

	// meanPause is the approximate time between two events of a workflow. With rate × meanPause workflows under way, each
	// takes as long as its steps say.
	meanPause = 1200 * time.Millisecond
	// fewestWorkflows is enough to show every family at the lowest rates.
	fewestWorkflows = 8
	// mostWorkflows bounds memory: a workflow under way takes about 5 KB.
	mostWorkflows = 4096
	// spread is the time within which the first workflows begin, so that they don't run in step.
	spread = 25 * time.Second
	// breather is the longest time between the end of a workflow and the beginning of the next.
	breather = 3 * time.Second
)

// Options are the settings of the traffic. The zero Options are the defaults.
type Options struct {
	// Seed determines everything: the same seed and number of workflows give the same events.
	Seed uint64
	// Rate is the number of events per second that [Simulator.Run] publishes, above 0 and at most [MaxRate]; 0 means
	// [DefaultRate].
	Rate float64
	// Workflows is the number of concurrent workflows; 0 means as many as the rate needs for lifelike durations.
	Workflows int
	// PoisonEvery is the number of workflows of which one publishes an event that no database can store; 0 means
	// [DefaultPoisonEvery], a negative value never.
	PoisonEvery int
	// Now returns the time for the events; nil means time.Now.
	Now func() time.Time
}

// Simulator generates the events of many concurrent workflows. It is safe for concurrent use.
type Simulator struct {
	mu          sync.Mutex
	seed        uint64
	rng         *rand.Rand
	poisonEvery int
	now         func() time.Time
	underWay    agenda
	begun       uint64 // workflows so far
	rate        float64
}

// New returns a new simulator. Nothing runs until [Simulator.Run], and nothing has to be stopped.
func New(o Options) *Simulator {
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	if o.PoisonEvery == 0 {
		o.PoisonEvery = DefaultPoisonEvery
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Simulator{
		seed: o.Seed, rng: rand.New(rand.NewPCG(o.Seed, 0)), poisonEvery: o.PoisonEvery, now: o.Now,
		rate: min(max(o.Rate, slowest), MaxRate),
	}
	if o.Workflows <= 0 {
		o.Workflows = lifelike(s.rate)
	}
	s.grow(o.Workflows)
	return s
}

// lifelike returns how many workflows are under way at a rate of events when each takes its usual time.
func lifelike(rate float64) int {
	return min(max(int(rate*meanPause.Seconds()), fewestWorkflows), mostWorkflows)
}

// grow begins the missing workflows, from now on.
func (s *Simulator) grow(workflows int) {
	now := time.Duration(0)
	if len(s.underWay) > 0 {
		now = s.underWay[0].due
	}
	for len(s.underWay) < workflows {
		s.underWay = append(s.underWay, s.begin(now, spread))
	}
	heap.Init(&s.underWay)
}

// begin returns the next workflow, which begins within the given time after now.
func (s *Simulator) begin(now, within time.Duration) *workflow {
	s.begun++
	poisoned := s.poisonEvery > 0 && s.begun%uint64(s.poisonEvery) == 0
	w := newWorkflow(rand.New(rand.NewPCG(s.seed, s.begun)), s.begun, poisoned)
	w.due = now + time.Duration(s.rng.Int64N(int64(within)))
	return w
}

// Next returns the next event, with the present time. IDs and data depend on the seed alone.
func (s *Simulator) Next() model.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next(s.now())
}

// next takes the step that is due next.
func (s *Simulator) next(now time.Time) model.Event {
	w := s.underWay[0]
	e := w.event(now)
	if len(w.steps) > 0 {
		w.due += w.steps[0].after
	} else {
		s.underWay[0] = s.begin(w.due, breather)
	}
	heap.Fix(&s.underWay, 0)
	return e
}

// event takes the workflow's first step.
func (w *workflow) event(now time.Time) model.Event {
	next := w.steps[0]
	w.steps = w.steps[1:]
	data, err := json.Marshal(next.data(w))
	if err != nil {
		panic(fmt.Sprintf("simulate: the data of %s: %v", next.kind, err)) // our own structs can always be encoded
	}
	return model.Event{
		ID: w.uuid(), Type: next.kind, WorkflowID: w.id, Timestamp: now, Data: data, SourceAgent: next.agent,
	}
}

// uuid returns a random UUID (version 4) from the workflow's own generator.
func (w *workflow) uuid() string {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(w.rng.Uint32())
	}
	id[6] = id[6]&0x0F | 0x40
	id[8] = id[8]&0x3F | 0x80
	return id.String()
}

// agenda is a heap of workflows, ordered by the time of their next step.
type agenda []*workflow

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].due != a[j].due {
		return a[i].due < a[j].due
	}
	return a[i].number < a[j].number
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push and Pop exist for heap.Interface and are never called: the first workflow is replaced in place.
func (a *agenda) Push(any) { panic("simulate: nothing is pushed or popped") }

// Pop panics, as [agenda.Push] does.
func (a *agenda) Pop() any { panic("simulate: nothing is pushed or popped") }
