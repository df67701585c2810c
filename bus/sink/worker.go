package sink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// AwayError is the error of a store that can't be reached now and may be later: a database that starts, a full disk. What opens
// a service wraps it around what a [Worker] is to wait for; any other error is for a person to mend.
type AwayError struct{ Err error }

// Error is the store's error.
func (a *AwayError) Error() string { return a.Err.Error() }

// Unwrap returns the store's error.
func (a *AwayError) Unwrap() error { return a.Err }

// Worker is a [Service] that keeps another one at work. It opens the service, and waits with growing pauses, up to 10 s,
// for a store that is away. A panic of the service, in its Run, in a goroutine of its [Crew] or in one of its hooks, stops
// that service alone: Health says so, and Run is called again after the same pauses. Make one with [NewWorker].
type Worker struct {
	name string
	log  *slog.Logger
	open func(context.Context) (Service, error)

	mu      sync.Mutex
	service Service // nil until it is open
	waits   Store   // for the service to open, or to be started again
	cancel  context.CancelFunc
	broken  error // of the run that is under way
}

// NewWorker opens a service of the name with open, once, and returns its error unless that is [AwayError]. log is told what is
// waited for; nil means nobody is.
func NewWorker(ctx context.Context, name string, log *slog.Logger, open func(context.Context) (Service, error)) (*Worker, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	w := &Worker{name: name, log: log.With("group", name), open: open}
	service, err := open(ctx)
	if _, away := errors.AsType[*AwayError](err); err != nil && !away {
		return nil, err
	}
	if err != nil {
		w.waits.Failed(fmt.Errorf("not open yet: %w", err))
		return w, nil
	}
	w.service = service
	return w, nil
}

// Name is the service's.
func (w *Worker) Name() string { return w.name }

// Health says what is waited for, or how the service is.
func (w *Worker) Health() error {
	if err := w.waits.Health(); err != nil {
		return err
	}
	if s := w.opened(); s != nil {
		return s.Health()
	}
	return nil
}

// Close closes the service, if it was opened.
func (w *Worker) Close() error {
	if s := w.opened(); s != nil {
		return s.Close()
	}
	return nil
}

// Hooks are those of the service. One that panics ends its run.
func (w *Worker) Hooks() bus.Hooks {
	if o, ok := w.opened().(Observer); ok {
		return o.Hooks().Guarded(w.broke)
	}
	return bus.Hooks{}
}

// Routes are those of the service.
func (w *Worker) Routes() map[string]http.Handler {
	if web, ok := w.opened().(Web); ok {
		return web.Routes()
	}
	return nil
}

// Reopen has the service open its file anew, when it has one.
func (w *Worker) Reopen() error {
	if r, ok := w.opened().(Reopener); ok {
		return r.Reopen()
	}
	return nil
}

// Run runs the service until ctx ends. It returns early only with an error that waiting doesn't mend.
func (w *Worker) Run(ctx context.Context, b *bus.Bus) error {
	if ok, err := w.openUntil(ctx); !ok {
		return err
	}
	for {
		err := w.runOnce(ctx, b)
		broken, panicked := errors.AsType[*fault.PanicError](err)
		if !panicked {
			return err
		}
		pause, _ := w.waits.Failed(fmt.Errorf("it broke down; this is a bug: %v", broken.Value))
		w.log.Error("broke down; this is a bug. It starts again, and the other groups go on",
			"panic", fmt.Sprint(broken.Value), "in", pause, "stack", string(broken.Stack))
		if !wire.Pause(ctx, pause) {
			return nil
		}
	}
}

// openUntil opens the service, unless it is open; false when ctx ended before, or with an error that isn't [AwayError].
func (w *Worker) openUntil(ctx context.Context) (bool, error) {
	pause, told := time.Duration(0), false
	for w.opened() == nil {
		if !wire.Pause(ctx, pause) {
			return false, nil
		}
		service, err := w.open(ctx)
		_, away := errors.AsType[*AwayError](err)
		switch {
		case err == nil:
			w.mu.Lock()
			w.service = service
			w.mu.Unlock()
			w.waits.Well()
			if told {
				w.log.Info("the store is there")
			}
		case ctx.Err() != nil:
			return false, nil //nolint:nilerr // it was told to end; why the store can't be opened is no matter then
		case !away:
			return false, err
		default:
			pause, _ = w.waits.Failed(fmt.Errorf("not open yet: %w", err))
			if !told {
				w.log.Error("the store is away; waiting for it, events stay where they are", "error", err)
			}
			told = true
		}
	}
	return true, nil
}

// runOnce runs the service once. Its panic comes back as a [fault.PanicError].
func (w *Worker) runOnce(ctx context.Context, b *bus.Bus) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.mu.Lock()
	w.cancel, w.broken = cancel, nil
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.broken != nil {
			err = w.broken
		}
		w.cancel = nil
	}()
	defer fault.Func(w.broke).Catch()
	well := time.AfterFunc(longestPause, fault.Func(w.broke).Guard(func() { w.waits.Well() }))
	defer well.Stop()
	return w.opened().Run(ctx, b)
}

// broke notes a panic of the service, and ends its run.
func (w *Worker) broke(broken *fault.PanicError) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == nil {
		w.broken = broken
	}
	if w.cancel != nil {
		w.cancel()
	}
}

func (w *Worker) opened() Service {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.service
}
