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

// AwayError is the error of a store that can't be reached now and may be later: a database that starts, a full disk. A
// service's constructor wraps it around errors that a [Worker] has to wait out; any other error needs a person.
type AwayError struct{ Err error }

// Error returns the text of the store's error.
func (a *AwayError) Error() string { return a.Err.Error() }

// Unwrap returns the store's error.
func (a *AwayError) Unwrap() error { return a.Err }

// Worker is a [Service] that keeps another one running. It opens the service, and waits for a store that is away, with
// growing pauses up to 10 s. A panic of the service, in its Run, in a goroutine of its [Crew] or in one of its hooks, stops
// that service alone: Health reports it, and Run is called again after the same pauses. [NewWorker] returns a new one.
type Worker struct {
	name string
	log  *slog.Logger
	open func(context.Context) (Service, error)

	mu      sync.Mutex
	service Service // nil until it is open
	waits   Store   // until the service opens or restarts
	cancel  context.CancelFunc
	broken  error // the panic of the current run
}

// NewWorker calls open once to open the named service, and returns its error unless that is [AwayError]. log gets what the
// worker waits for; nil means nothing is logged.
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

// Name returns the service's name.
func (w *Worker) Name() string { return w.name }

// Health returns what the worker waits for, or the service's health.
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

// Hooks returns the hooks of the service. A panic in one ends the service's run.
func (w *Worker) Hooks() bus.Hooks {
	if o, ok := w.opened().(Observer); ok {
		return o.Hooks().Guarded(w.broke)
	}
	return bus.Hooks{}
}

// Routes returns the routes of the service.
func (w *Worker) Routes() map[string]http.Handler {
	if web, ok := w.opened().(Web); ok {
		return web.Routes()
	}
	return nil
}

// Reopen makes the service open its file anew, when it has one.
func (w *Worker) Reopen() error {
	if r, ok := w.opened().(Reopener); ok {
		return r.Reopen()
	}
	return nil
}

// Run runs the service until ctx ends. It returns early only with an error that waiting doesn't solve.
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

// openUntil opens the service if it isn't open. It returns false when ctx has ended, or with an error that isn't [AwayError].
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

// runOnce runs the service once. It returns a panic as a [fault.PanicError].
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

// broke records a panic of the service and ends its run.
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
