package recording

import (
	"context"
	"errors"
	"time"

	"streamdesk/model"
)

// Recorder looks once a [Step] and writes what it sees to a store.
type Recorder struct {
	Store *Store
	// Look returns the state of the bus, and Server that of the server, which is asked once a [ServerStep]. Their commands are all
	// that recording sends to Redis. Server may be nil.
	Look   func(context.Context) (model.Snapshot, error)
	Server func(context.Context) (model.Server, error)
	// Actions returns what was done since it was called before; nil when that isn't recorded. It is called at each tick, also when the server is away.
	Actions func() ([]Action, error)
	// Ticks tells when to look. A tick that comes during a look is skipped by a [time.Ticker].
	Ticks <-chan time.Time
	// Wrote is called after each moment, Missed with the error of a look that failed, Unread with that of Server and Actions. They may
	// be nil.
	Wrote  func(*model.Snapshot)
	Missed func(error)
	Unread func(error)
	// Yields is called with true when another process records into the file, so that this one only looks whether that still lives, and
	// with false when this one records again. It may be nil.
	Yields func(bool)
	// Now is the local clock; default [time.Now].
	Now func() time.Time

	yields   bool
	last     time.Time     // when the last moment was recorded by the local clock
	step     time.Duration // the time from it to the next
	serverAt time.Time     // the last moment at which the server was asked
}

// Run records until ctx ends, which is no error. While another process records into the file, it asks the server nothing, and takes
// over within a few seconds when that ends or is killed. A large bus is recorded less often: see [StepOf]. A look that fails leaves a gap and is repeated at the next tick; the first error
// of the store ends it.
func (r *Recorder) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, r.Store.release(context.WithoutCancel(ctx))) }()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-r.Ticks:
			if err := r.tick(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// tick records a moment. Its error is that of the store. What was seen is written even if ctx ends meanwhile: a commit takes
// milliseconds.
func (r *Recorder) tick(ctx context.Context) error {
	write, now := context.WithoutCancel(ctx), r.now()
	mine, err := r.Store.lease(write, now)
	if err != nil {
		return err
	}
	r.yield(!mine)
	if !mine || !r.due(now) {
		return nil
	}
	if r.Actions != nil {
		actions, err := r.Actions()
		if err != nil {
			tell(ctx, r.Unread, err)
		}
		if err := r.Store.Note(write, actions); err != nil {
			return err
		}
	}
	snapshot, err := r.Look(ctx)
	if err != nil {
		tell(ctx, r.Missed, err)
		return nil
	}
	if err := r.Store.Write(write, &snapshot); err != nil {
		return err
	}
	r.last, r.step = now, StepOf(&snapshot)
	if r.Wrote != nil {
		r.Wrote(&snapshot)
	}
	return r.server(ctx, snapshot.At)
}

func (r *Recorder) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

// due reports whether it is time for a moment; it is when the clock was set back.
func (r *Recorder) due(now time.Time) bool {
	since := now.Sub(r.last)
	return since < 0 || since >= r.step-Step/2
}

// yield tells when it changes whether another process records.
func (r *Recorder) yield(yields bool) {
	if yields != r.yields && r.Yields != nil {
		r.Yields(yields)
	}
	r.yields = yields
}

// server records how the server is at a moment, if it is time.
func (r *Recorder) server(ctx context.Context, at time.Time) error {
	if since := at.Sub(r.serverAt); r.Server == nil || since >= 0 && since < ServerStep {
		return nil
	}
	r.serverAt = at
	server, err := r.Server(ctx)
	if err != nil {
		tell(ctx, r.Unread, err)
		return nil
	}
	return r.Store.WriteServer(context.WithoutCancel(ctx), at, &server)
}

// tell tells of an error, unless the end of ctx is its cause.
func tell(ctx context.Context, told func(error), err error) {
	if told != nil && ctx.Err() == nil {
		told(err)
	}
}
