package simulate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// Publisher receives events; a *[bus.Bus] is one.
type Publisher interface {
	Publish(ctx context.Context, e model.Event) error
}

// Rate returns how many events per second Run publishes.
func (s *Simulator) Rate() float64 { return s.rate }

// Run publishes events at the rate until ctx is done, and then returns nil. An event that a server out of memory refuses is
// lost, as it is for a real agent. Run returns any other error of a publish.
func (s *Simulator) Run(ctx context.Context, to Publisher) error {
	pace := pace{perSecond: s.rate}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		n, wait := pace.due(time.Now())
		for range n {
			err := to.Publish(ctx, s.Next())
			switch {
			case err == nil || errors.Is(err, bus.ErrMemory):
			case ctx.Err() != nil:
				return nil
			default:
				return fmt.Errorf("simulate: %w", err)
			}
		}
		timer.Reset(wait)
	}
}
