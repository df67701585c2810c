package database

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
)

const (
	// defaultBatch is so large that a commit costs little, and a workflow with many events is merged once for all of them. It
	// is half of what the bus has in hand, so that the next batch is read while one is written. A crash repeats one batch.
	defaultBatch = 5000
	// maxTransaction is the max size of one transaction in bytes: both sides hold it in memory.
	maxTransaction = 8 << 20
	// attemptTime is far above the time of a transaction, and below the grace period that a process has to stop.
	attemptTime = 8 * time.Second
	// watchEvery is how often an idle writer checks whether the database is there.
	watchEvery = 2 * time.Second
)

// Options are the settings of a [Writer].
type Options struct {
	// DSN is "sqlite:FILE" or "postgres://USER@HOST:5432/DATABASE"; empty means [DefaultDSN].
	DSN string
	// Batch is the max number of events in one transaction; 0 means 5,000.
	Batch int
	// RetryRefused retries an event that the database refuses, as often and with such pauses as the setup says, before it
	// goes to the dead letters. It is for a table or a rule that may be corrected meanwhile. By default such an event goes
	// there at once.
	RetryRefused bool
}

// Writer is one consumer of db_writers: a [sink.Service].
type Writer struct {
	setup  sink.Setup
	batch  int
	store  store
	log    *slog.Logger
	outage outage
	// patience is how long a transaction may take before the database counts as away.
	patience time.Duration
	// spare holds batches that have served, one for each handler.
	spare chan *batch
	// retryRefused is Options.RetryRefused.
	retryRefused bool
}

// Open opens the database and brings its schema up to date. It consumes nothing. The error says what to correct. It is a
// [sink.AwayError] when the database can't be reached now and may be later.
func Open(ctx context.Context, setup sink.Setup, o Options) (*Writer, error) {
	setup.Group = cmp.Or(setup.Group, sink.DBWriters)
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	s, err := openStore(ctx, cmp.Or(o.DSN, DefaultDSN), max(setup.Concurrency, 1))
	if err != nil {
		return nil, openError(err)
	}
	if err := s.migrate(ctx); err != nil {
		_ = s.close() // the first error says more
		return nil, openError(err)
	}
	return &Writer{
		setup: setup, batch: cmp.Or(o.Batch, defaultBatch), store: s, log: setup.Logger(), patience: attemptTime,
		spare: make(chan *batch, max(setup.Concurrency, 1)), retryRefused: o.RetryRefused,
	}, nil
}

func openError(err error) error {
	if away(err) {
		return &sink.AwayError{Err: err}
	}
	return err
}

// Name returns the group's name.
func (w *Writer) Name() string { return w.setup.Group }

// Run writes the group's events until ctx ends. An entry is acknowledged after its transaction has been committed.
func (w *Writer) Run(ctx context.Context, b *bus.Bus) error {
	ctx, crew := sink.NewCrew(ctx)
	crew.Go(func() { w.watch(ctx) })
	return crew.Wait(b.ConsumeBatch(ctx, w.setup.Group, w.handle, w.setup.Options(bus.WithBatchSize(w.batch))...))
}

// Health returns nil while the database can be written to.
func (w *Writer) Health() error { return w.outage.health() }

// Close closes the database.
func (w *Writer) Close() error { return w.store.close() }

// watch pings the database every watchEvery, to notice an outage while there is nothing to write.
func (w *Writer) watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		attempt, cancel := context.WithTimeout(ctx, w.patience)
		err := w.store.ping(attempt)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			w.away(err, true)
		default:
			w.back(true)
		}
	}
}

// handle writes a batch. Events that the database refuses are given up one by one. When the database is away, the rest is
// retried later, without limit.
func (w *Writer) handle(ctx context.Context, messages []bus.Message) error {
	failed := bus.BatchError{}
	for at := 0; at < len(messages); {
		n := fitting(messages[at:])
		w.write(ctx, messages[at:at+n], at, failed)
		at += n
	}
	if len(failed) > 0 {
		return failed
	}
	return nil
}

// fitting returns how many of the messages go into one transaction.
func fitting(messages []bus.Message) int {
	size := 0
	for i := range messages {
		if size += messages[i].Size(); size > maxTransaction && i > 0 {
			return i
		}
	}
	return len(messages)
}

// write writes messages, the first of which has index at in the batch, and records the error of each failed one in failed.
// When the database refuses one of many, write finds it by halving.
func (w *Writer) write(ctx context.Context, messages []bus.Message, at int, failed bus.BatchError) {
	if wait, why := w.outage.wait(time.Now()); wait > 0 {
		later(messages, at, failed, bus.RetryAfter(wait, why))
		return
	}
	err := w.attempt(ctx, messages)
	switch {
	case err == nil:
		w.back(false)
	case !w.store.refused(err):
		w.away(err, false)
		wait, _ := w.outage.wait(time.Now())
		later(messages, at, failed, bus.RetryAfter(wait, err))
	case len(messages) == 1:
		w.back(false)
		failed[at] = w.refuse(&messages[0], err)
	default:
		w.back(false)
		half := len(messages) / 2
		w.write(ctx, messages[:half], at, failed)
		w.write(ctx, messages[half:], at+half, failed)
	}
}

// refuse returns the error for an event that the database refuses.
func (w *Writer) refuse(m *bus.Message, err error) error {
	err = fmt.Errorf("the database refuses it: %w", err)
	if w.retryRefused {
		w.log.Warn("the database refuses an event", "stream", m.Stream, "id", m.ID.String(), "delivery", m.Deliveries, "error", err)
		return err
	}
	w.log.Error("the database refuses an event; it goes to the dead letters", "stream", m.Stream, "id", m.ID.String(), "error", err)
	return bus.Term(err)
}

func later(messages []bus.Message, at int, failed bus.BatchError, err error) {
	for i := range messages {
		failed[at+i] = err
	}
}

// attempt writes messages in one transaction.
func (w *Writer) attempt(ctx context.Context, messages []bus.Message) error {
	ctx, cancel := context.WithTimeout(ctx, w.patience)
	defer cancel()
	b := w.takeBatch()
	b.fill(messages)
	if err := w.store.write(ctx, b); err != nil {
		return err // a connection that was cut may still read from b: it isn't used again
	}
	b.empty()
	select {
	case w.spare <- b:
	default:
	}
	return nil
}

// takeBatch returns a batch that has served, or a new one.
func (w *Writer) takeBatch() *batch {
	select {
	case b := <-w.spare:
		return b
	default:
		return newBatch(nil)
	}
}

func (w *Writer) away(err error, idle bool) {
	if w.outage.failed(time.Now(), err, idle) {
		w.log.Error("the database can't be written to; events stay pending", "error", err)
	}
}

func (w *Writer) back(idle bool) {
	if after := w.outage.over(time.Now(), idle); after > 0 {
		w.log.Info("the database can be written to again", "after", after.String())
	}
}
