package websocket

import (
	"context"
	"errors"
	"net"
	"time"

	ws "github.com/coder/websocket"

	"streamdesk/bus"
	"streamdesk/bus/observe"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

const (
	// catchUps is how many clients catch up at a time, and catchUpEntries how many entries each of them holds: together
	// they bound the memory that a crowd of returning clients takes.
	catchUps       = 16
	catchUpEntries = 2000
	// catchUpWait is how long a client waits for its turn.
	catchUpWait = 30 * time.Second
	// nearEnough entries are read while the client is live already, and new events wait in its queue.
	nearEnough = 500
)

// errBusy and errTooSlow are why a client that catches up is closed.
var (
	errBusy    = errors.New("too many clients catch up")
	errTooSlow = errors.New("too slow")
)

// refuse closes the connection with the code for an error.
func (c *client) refuse(err error) {
	switch {
	case errors.Is(err, errBusy):
		_ = c.conn.Close(ws.StatusTryAgainLater, "too many clients catch up at the moment: try again")
	case errors.Is(err, errTooSlow):
		_ = c.conn.Close(StatusTooSlow, "too slow: come back with ?from= the last id you have")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, net.ErrClosed), errors.Is(err, context.Canceled):
		_ = c.conn.CloseNow() // it takes nothing, or is gone
	default:
		_ = c.conn.Close(ws.StatusInternalError, "the streams can't be read at the moment: try again")
	}
}

// catchUp sends what lies behind done on each stream, and makes the client live, with no gap between the two and nothing
// twice: on each stream it reads exactly up to where the broadcast is when the client joins it. Until it is close to that
// point it isn't live, so that nothing piles up for it. first says that the client asks for a past, which may be long;
// otherwise it has to be through within MaxBehind.
func (s *Service) catchUp(ctx context.Context, b *bus.Bus, c *client, done map[string]model.Position, first bool) error {
	turn := time.NewTimer(catchUpWait)
	defer turn.Stop()
	select {
	case s.catching <- struct{}{}:
		defer func() { <-s.catching }()
	case <-turn.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
	var until time.Time
	if !first {
		until = time.Now().Add(s.options.MaxBehind)
	}
	for {
		n, err := s.sendUpTo(ctx, b, c, done, s.hub.positions(), until)
		if err != nil {
			return err
		}
		if n <= nearEnough {
			break
		}
		if until.IsZero() { // the past is sent
			until = time.Now().Add(s.options.MaxBehind)
		}
	}
	at, ok := s.hub.join(c)
	if !ok {
		c.end()
		return nil
	}
	_, err := s.sendUpTo(ctx, b, c, done, at, until)
	return err
}

// sendUpTo sends what lies behind done on each stream, up to the positions, and moves done to there. It returns how many
// entries it has read; errTooSlow when it isn't through by then.
func (s *Service) sendUpTo(
	ctx context.Context, b *bus.Bus, c *client, done, to map[string]model.Position, by time.Time,
) (read int, err error) {
	var spans []observe.Span
	for stream, end := range to {
		if !c.filter.wantsType(string(model.TypeOf(stream, b.Reader().Prefix()))) || !done[stream].Before(end) {
			continue
		}
		from := c.filter.from
		if next := done[stream].Next(); next.After(from) {
			from = next
		}
		if !end.Before(from) {
			spans = append(spans, observe.Span{Stream: stream, From: from, To: end})
		}
		done[stream] = end
	}
	if len(spans) == 0 {
		return 0, nil
	}
	for entry, err := range b.Reader().ReplaySpans(ctx, spans, catchUpEntries) {
		if err != nil {
			return read, err
		}
		read++
		if !by.IsZero() && time.Now().After(by) {
			return read, errTooSlow
		}
		r := b.Reader().Decode(entry)
		if r.Err != nil || !c.filter.wantsWorkflow(r.Event.WorkflowID) {
			continue
		}
		if err := c.write(ctx, sink.AppendLine(nil, &r)); err != nil {
			return read, err
		}
	}
	return read, nil
}
