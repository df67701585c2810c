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
	// catchUps is the max number of clients that catch up at a time, and catchUpEntries the number of entries each of them
	// holds: together they bound the memory for a crowd of returning clients.
	catchUps       = 16
	catchUpEntries = 2000
	// catchUpWait is how long a client waits for its turn.
	catchUpWait = 30 * time.Second
	// nearEnough is how many entries may be left to read when the client goes live; new events then wait in its queue.
	nearEnough = 500
)

// errBusy and errTooSlow are reasons to close a client that catches up.
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
		_ = c.conn.CloseNow() // it reads nothing, or is gone
	default:
		_ = c.conn.Close(ws.StatusInternalError, "the streams can't be read at the moment: try again")
	}
}

// catchUp sends the entries after done on each stream and makes the client live, without a gap or a duplicate: on each stream
// it reads exactly up to the broadcast's position at the moment the client joins. The client isn't live until it is close to
// that point, so that nothing piles up for it. first means that the client asks for a past, which may be long; otherwise it
// has to finish within MaxBehind.
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

// sendUpTo sends the entries after done on each stream, up to the positions in to, and moves done there. It returns the
// number of entries read, and errTooSlow when it isn't done at the time by.
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
