// Package chores is the work that a bus does now and then while it consumes: it adds scheduled entries to their streams when they
// are due, and removes what the rules of retention don't keep. Any number of processes may do it at the same time. Package bus has the public part. Start reading at [Runner.Join],
// then at a chore.
package chores

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/internal/wire"
	"streamdesk/bus/observe"
	"streamdesk/bus/report"
	"streamdesk/model"
)

// Runner runs the chores of one bus while at least one of its consumers runs.
type Runner struct {
	conn    *wire.Conn
	reader  *observe.Reader
	changes *change.Writer
	hooks   *report.Hooks
	config  Config

	mu      sync.Mutex
	users   int
	closed  bool
	stop    context.CancelFunc
	running sync.WaitGroup
	noticed map[string]struct{} // streams for which this bus scheduled something since the last look
}

// Config holds a program's settings for chores.
type Config struct {
	// Off turns all chores off.
	Off bool
	// MaxLen and Approx trim a stream while entries are added to it, as for publishing; 0 never does.
	MaxLen int64
	Approx bool
	// Retention are the rules for how much of streams is kept; none keeps everything.
	Retention []change.Retention
	// Added is called with each stream to which entries were added. It may not block.
	Added func(stream string)
}

// chore is one kind of work.
type chore interface {
	// do does what there is to do, and returns when to do it again.
	do(ctx context.Context) (next time.Duration)
}

// New returns a new Runner; nothing runs before [Runner.Join].
func New(conn *wire.Conn, reader *observe.Reader, changes *change.Writer, hooks *report.Hooks, config Config) *Runner {
	return &Runner{conn: conn, reader: reader, changes: changes, hooks: hooks, config: config, noticed: map[string]struct{}{}}
}

// Join starts the chores for a consumer, unless they run already. leave stops them when no other consumer needs them; it doesn't
// wait for what is being done.
func (r *Runner) Join() (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.config.Off || r.closed {
		return func() {}
	}
	r.users++
	if r.users == 1 {
		ctx, stop := context.WithCancel(context.Background())
		r.stop = stop
		for _, c := range r.chores() {
			r.running.Add(1)
			go r.conn.Guard(func() {
				repeat(ctx, c)
				r.running.Done() // not deferred: a chore that breaks down hasn't stopped in good order
			})()
		}
	}
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.users--
		if r.users == 0 {
			r.stop()
		}
	})
}

func (r *Runner) chores() []chore {
	list := []chore{&mover{runner: r, streams: map[string]*moving{}}}
	if len(r.config.Retention) > 0 {
		list = append(list, newKeeper(r))
	}
	return list
}

// firstRun is the max wait before a chore is done for the first time. Half of it at least is waited, so that a consumer that lives
// shorter sends nothing of it.
const firstRun = time.Second

// repeat does a chore until ctx ends. The waits are shortened at random by up to a half, so that processes that were started
// together don't all do it at once.
func repeat(ctx context.Context, c chore) {
	for wait := firstRun; wire.Pause(ctx, wait-rand.N(wait/2+1)); {
		wait = c.do(ctx)
	}
}

// Notice tells the chores of a stream for which something was just scheduled.
func (r *Runner) Notice(stream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users > 0 {
		r.noticed[stream] = struct{}{}
	}
}

// takeNoticed returns the streams that were noticed since the last call.
func (r *Runner) takeNoticed() map[string]struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	noticed := r.noticed
	r.noticed = map[string]struct{}{}
	return noticed
}

// Close stops the chores, and waits until they have stopped or ctx is done.
func (r *Runner) Close(ctx context.Context) {
	r.mu.Lock()
	r.closed = true
	if r.stop != nil {
		r.stop()
	}
	r.mu.Unlock()
	select {
	case <-r.conn.Crash.Ended(&r.running):
	case <-ctx.Done():
	}
}

// failed reports a failure.
func (r *Runner) failed(what, stream string, err error, retryIn time.Duration) {
	if hook := r.hooks.ChoreFailed; hook != nil {
		hook(what, stream, err, retryIn)
	}
}

// added reports entries that were added.
func (r *Runner) added(stream string, ids []model.Position) {
	if r.config.Added != nil {
		r.config.Added(stream)
	}
	if hook := r.hooks.Moved; hook != nil {
		hook(stream, ids)
	}
}

// Names of the chores, as [report.Hooks].ChoreFailed has them.
const (
	Scheduled = "scheduled"
	Retention = "retention"
)
