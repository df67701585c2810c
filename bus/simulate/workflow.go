package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"

	"streamdesk/model"
)

// The agents of a HyperAgent system.
const (
	gateway     = "api_gateway"
	coordinator = "coordinator"
	generator   = "generator"
	auditor     = "auditor"
	tester      = "tester"
	deployer    = "deployer"
)

// workflow is one workflow under way: its contract and its remaining steps.
type workflow struct {
	number   uint64
	id       string
	rng      *rand.Rand
	due      time.Duration // when its next step is due, since the simulation began
	steps    []step
	poisoned bool

	contract contract
	attempt  int
	length   time.Duration // of all steps planned so far
	findings []finding     // what the last audit found
}

// step is one event that a workflow will publish. Its data is created when it is due, so that only current events take
// memory.
type step struct {
	after time.Duration // since the step before
	kind  model.Type
	agent string
	data  func(w *workflow) any
}

func newWorkflow(rng *rand.Rand, number uint64, poisoned bool) *workflow {
	w := &workflow{number: number, rng: rng, poisoned: poisoned, attempt: 1}
	w.id = fmt.Sprintf("wf-%08x", rng.Uint32())
	w.contract = newContract(rng)
	w.plan()
	return w
}

// add plans a step at a random time between shortest and longest after the step before.
func (w *workflow) add(shortest, longest time.Duration, kind model.Type, agent string, data func(w *workflow) any) {
	after := w.between(shortest, longest)
	w.length += after
	w.steps = append(w.steps, step{after: after, kind: kind, agent: agent, data: data})
}

func (w *workflow) between(shortest, longest time.Duration) time.Duration {
	return shortest + time.Duration(w.rng.Int64N(int64(longest-shortest)+1))
}

func (w *workflow) chance(p float64) bool { return w.rng.Float64() < p }

// upTo returns a random number from least to most, both included.
func (w *workflow) upTo(least, most int) int { return least + w.rng.IntN(most-least+1) }

func oneOf[T any](w *workflow, items []T) T { return items[w.rng.IntN(len(items))] }

// hex returns n random hexadecimal digits after "0x", as in addresses and hashes.
func (w *workflow) hex(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, n+2)
	b = append(b, "0x"...)
	for range n {
		b = append(b, digits[w.rng.IntN(len(digits))])
	}
	return string(b)
}
