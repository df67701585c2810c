package publish

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Publish adds e to the buffer; see bus.Publish.
func (w *Writer) Publish(ctx context.Context, e model.Event) error {
	if err := alive(ctx); err != nil {
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	unfit, err := w.prepare(&e)
	if err != nil {
		return err
	}
	w.tell(&e, unfit)
	return w.accept(ctx, e, nil, 0)
}

// alive returns the error of a context that is nil or done.
func alive(ctx context.Context) error {
	if ctx == nil {
		return fault.ErrContext
	}
	return ctx.Err()
}

// PublishSync publishes the events and waits for the server; see bus.PublishSync.
func (w *Writer) PublishSync(ctx context.Context, events []model.Event) ([]model.Position, error) {
	if err := alive(ctx); err != nil {
		return make([]model.Position, len(events)), fmt.Errorf("bus: publish %d events: %w", len(events), err)
	}
	events = slices.Clone(events)
	var unfit map[int]*model.SchemaError
	for i := range events {
		found, err := w.prepare(&events[i])
		if err != nil {
			return make([]model.Position, len(events)), err
		}
		if found != nil && unfit == nil {
			unfit = make(map[int]*model.SchemaError)
		}
		if found != nil {
			unfit[i] = found
		}
	}
	for i := range events {
		w.tell(&events[i], unfit[i])
	}
	wait := newSyncWait(w.streams, events)
	for i := range events {
		if err := w.accept(ctx, events[i], wait, i); err != nil {
			wait.settle(i, model.Position{}, err)
		}
	}
	select {
	case <-wait.done:
	case <-ctx.Done():
		wait.abandon(w.because(ctx.Err(), wait.streams()...))
	}
	return wait.result()
}

// Encode returns the key of an event's stream and its payload, as if it were published. It completes the event; a zero Timestamp
// becomes at.
func (w *Writer) Encode(e *model.Event, at time.Time) (stream, payload string, err error) {
	if e.Timestamp.IsZero() {
		e.Timestamp = at
	}
	unfit, err := w.prepare(e)
	if err != nil {
		return "", "", err
	}
	text := e.AppendJSON(nil)
	if len(text) > w.config.MaxSize {
		return "", "", fmt.Errorf("bus: publish %s: %w: %d bytes (at most %d)", e.Type, fault.ErrTooLarge, len(text), w.config.MaxSize)
	}
	w.tell(e, unfit)
	stream, _ = w.streams.of(e).(string)
	return stream, string(text), nil
}

// prepare validates, completes and checks an event. unfit is what is wrong with one that is published all the same.
func (w *Writer) prepare(e *model.Event) (unfit *model.SchemaError, err error) {
	if err := e.Validate(); err != nil {
		return nil, fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	if w.config.Check != nil {
		checked := *e // only a bus with a check lets an event escape to the heap
		if unfit = w.config.Check(&checked); unfit != nil && unfit.Refused {
			return nil, fmt.Errorf("bus: publish %s: %w", e.Type, unfit)
		}
	}
	return unfit, w.complete(e)
}

// tell reports an event that is published although it doesn't fit its schema.
func (w *Writer) tell(e *model.Event, unfit *model.SchemaError) {
	if unfit != nil && w.hooks.Unfit != nil {
		told := *e // as in prepare
		w.hooks.Unfit(&told, unfit)
	}
}

// complete sets the fields that the caller may leave empty.
func (w *Writer) complete(e *model.Event) error {
	if e.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("bus: publish %s: %w", e.Type, err)
		}
		e.ID = id.String()
	}
	if e.Timestamp.IsZero() {
		e.Timestamp = w.config.Now()
	}
	return nil
}

// accept encodes and enqueues e, which is prepared, and then calls w.accepted. It gets exactly the accepted events.
func (w *Writer) accept(ctx context.Context, e model.Event, wait *syncWait, index int) error {
	scratch, _ := scratchPool.Get().(*[]byte)
	defer scratchPool.Put(scratch)
	*scratch = e.AppendJSON((*scratch)[:0])
	if len(*scratch) > w.config.MaxSize {
		return fmt.Errorf("bus: publish %s: %w: %d bytes (at most %d)", e.Type, fault.ErrTooLarge, len(*scratch), w.config.MaxSize)
	}
	item := outgoing{stream: w.streams.of(&e), eventID: e.ID, wait: wait, index: index}
	item.traced = w.trace(ctx, e, item.key())
	if err := w.add(ctx, item, *scratch); err != nil {
		item.traced.ended(model.Position{}, err)
		return fmt.Errorf("bus: publish %s: %w", e.Type, err)
	}
	w.accepted(e)
	return nil
}

// scratchPool holds buffers for encoding events before they are copied into a batch.
var scratchPool = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}
