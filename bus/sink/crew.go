package sink

import (
	"context"
	"sync"

	"streamdesk/bus/fault"
)

// Crew holds the goroutines of one run of a service. A panic in one of them ends that run with a [fault.PanicError] and
// breaks nothing else. [NewCrew] returns a new one.
type Crew struct {
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	broken *fault.PanicError // the first one
}

// NewCrew returns a new crew. The returned context ends with ctx, after [Crew.Wait], and when a goroutine of the crew panics.
func NewCrew(ctx context.Context) (context.Context, *Crew) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, &Crew{cancel: cancel}
}

// Go starts work in a goroutine of the crew.
func (c *Crew) Go(work func()) { c.running.Go(c.Guard(work)) }

// Guard wraps work so that its panic ends the run. It serves a goroutine that other code waits for.
func (c *Crew) Guard(work func()) func() {
	return func() {
		defer fault.Func(c.note).Catch()
		work()
	}
}

// Wait ends the crew's context and waits for its goroutines. It returns the first panic among them, or err when there is
// none.
func (c *Crew) Wait(err error) error {
	c.cancel()
	c.running.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return c.broken
	}
	return err
}

func (c *Crew) note(broken *fault.PanicError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken == nil {
		c.broken = broken
	}
	c.cancel()
}
