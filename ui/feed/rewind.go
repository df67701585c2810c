package feed

import (
	"cmp"
	"context"
	"slices"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/ui/live"
)

const (
	// rewindSpan is how much before the moment is read, so that charts, trends and alerts are those that the desk showed then.
	rewindSpan = time.Hour
	// rewindFine is the part of it at the end that is read moment by moment; before that it is one moment each rewindStep.
	rewindFine = 90 * time.Second
	rewindStep = 10 * time.Second
	// rewindOnward is the max way forward that is read on from the moment that is shown, instead of anew.
	rewindOnward = 2 * time.Minute
	// rewindEntries is about how many entries before the moment are read at first: a few screens full.
	rewindEntries = 400
)

// Rewind reads how the bus was: figures from a recording, entries from the streams as far as they still hold them. It only
// looks. Its goroutines end with its context; Wait waits for them.
type Rewind struct {
	Bus *bus.Bus
	// Open opens the recording to read from.
	Open func(context.Context) (*recording.Store, error)
	// Limits are the limits by which alerts are found.
	Limits health.Limits
	// OnPanic is called when a goroutine panics.
	OnPanic fault.Func

	feed Feed // gathers what Take returns
	step Moment
	seek chan seek
}

// seek is a request for the bus as it was at a time; onward asks for a moment later than the one that is shown, if there is one.
type seek struct {
	to     time.Time
	onward bool
}

// Moment is what [Rewind.Take] returns.
type Moment struct {
	live.Batch
	// At is the moment that is shown: the newest one that was recorded at or before the time asked for. It is zero when nothing
	// new was read.
	At time.Time
	// Fresh means that the batch begins anew, rather than adds to what came before.
	Fresh bool
	// Standing and Ended are the alerts at the moment, and those that ended in the hour before it.
	Standing, Ended []health.Alert
	// Span is what the recording holds.
	Span recording.Span
	// Err says why nothing can be shown.
	Err error
}

// BeforeError means that the recording begins later than the time asked for.
type BeforeError struct{ Asked, First time.Time }

func (e *BeforeError) Error() string {
	return "nothing was recorded so early: the recording begins at " + e.First.UTC().Format(time.RFC3339)
}

// Start starts reading; everything ends with ctx.
func (r *Rewind) Start(ctx context.Context) {
	r.seek = make(chan seek, 1)
	r.feed.Bus, r.feed.OnPanic = r.Bus, r.OnPanic
	r.feed.Run(ctx, r.run)
}

// Wait returns when every goroutine has ended.
func (r *Rewind) Wait() { r.feed.Wait() }

// Seek asks for the bus as it was at a time. Only the newest request counts. It is called by one goroutine.
func (r *Rewind) Seek(to time.Time) { r.ask(seek{to: to}) }

// Onward is like Seek, but when no moment was recorded between the shown one and that time, it asks for the next later one.
func (r *Rewind) Onward(to time.Time) { r.ask(seek{to: to, onward: true}) }

func (r *Rewind) ask(what seek) {
	select {
	case <-r.seek:
	default:
	}
	r.seek <- what
}

// Take returns what was read since the last call.
func (r *Rewind) Take() Moment {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	step := r.step
	step.Batch = r.feed.batch
	r.step, r.feed.batch = Moment{}, live.Batch{Skipped: model.Exactly(0)}
	return step
}

func (r *Rewind) run(ctx context.Context) {
	store, err := r.Open(ctx)
	if err != nil {
		r.fail(err)
		return
	}
	defer func() { _ = store.Close() }() // it was only read
	reading := rewinding{Rewind: r, store: store}
	defer func() { reading.leave() }()
	for {
		select {
		case <-ctx.Done():
			return
		case what := <-r.seek:
			if err := reading.show(ctx, what); err != nil && ctx.Err() == nil {
				r.fail(err)
			}
		}
	}
}

func (r *Rewind) fail(err error) {
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	r.step.Err = err
}

// rewinding is where a Rewind stands.
type rewinding struct {
	*Rewind
	store    *recording.Store
	at       *model.Snapshot // nil before the first moment
	standing []health.Alert
	ended    []health.Alert
	recall   context.CancelFunc // ends the reading of the time before the moment
	recalled chan struct{}
}

// show reads the bus as it was at a time.
func (r *rewinding) show(ctx context.Context, what seek) error {
	to := what.to
	if r.at != nil && what.onward {
		next, err := r.next(ctx, to)
		if err != nil {
			return err
		}
		to = next
	}
	if r.at != nil && to.After(r.at.At) && to.Sub(r.at.At) <= rewindOnward {
		return r.onward(ctx, to)
	}
	return r.anew(ctx, to)
}

// next returns a time, or that of the first moment after the one that is shown when that is later.
func (r *rewinding) next(ctx context.Context, to time.Time) (time.Time, error) {
	span, err := r.store.Span(ctx)
	if err != nil {
		return to, err
	}
	for moment, err := range r.store.Moments(ctx, r.at.At.Add(time.Millisecond), span.Last) {
		if err == nil && moment.At.After(to) {
			to = moment.At
		}
		return to, err
	}
	return to, nil
}

// onward reads on from the moment that is shown.
func (r *rewinding) onward(ctx context.Context, to time.Time) error {
	moments, err := r.moments(ctx, r.at.At.Add(time.Millisecond), to, 0)
	if err != nil || len(moments) == 0 {
		return err
	}
	from := model.PositionAt(r.at.At.Add(time.Millisecond))
	r.review(moments)
	return r.give(ctx, moments, from, batchMost, false)
}

// anew reads the moment, what led to it, and the entries before it.
func (r *rewinding) anew(ctx context.Context, to time.Time) error {
	at, found, err := r.store.At(ctx, to)
	if err != nil {
		return err
	}
	if !found {
		span, err := r.store.Span(ctx)
		if err == nil && span.Moments == 0 {
			err = recording.ErrNone
		}
		return cmp.Or(err, error(&BeforeError{Asked: to, First: span.First}))
	}
	moments, err := r.moments(ctx, at.At.Add(-rewindSpan), at.At.Add(-rewindFine), rewindStep)
	if err != nil {
		return err
	}
	fine, err := r.moments(ctx, at.At.Add(-rewindFine+time.Millisecond), at.At, 0)
	if err != nil {
		return err
	}
	r.leave()
	r.at, r.standing, r.ended = nil, nil, nil
	moments = append(moments, fine...)
	r.review(moments)
	if err := r.give(ctx, moments, model.Position{}, rewindEntries, true); err != nil {
		return err
	}
	r.remember(ctx)
	return nil
}

// moments returns what was recorded from one time to another, both included: all, or the first in each step.
func (r *rewinding) moments(ctx context.Context, from, to time.Time, step time.Duration) (moments []model.Snapshot, err error) {
	for moment, err := range r.store.Sampled(ctx, from, to, step) {
		if err != nil {
			return nil, err
		}
		moments = append(moments, moment)
	}
	return moments, nil
}

// review finds the alerts that stand after the moments, the last of which becomes the one that is shown.
func (r *rewinding) review(moments []model.Snapshot) {
	for i := range moments {
		now := &moments[i]
		standing, _ := r.Limits.Review(r.standing, r.at, now)
		r.ended = append(r.ended, health.Ended(r.standing, standing, now.At)...)
		r.standing, r.at = standing, now
	}
}

// entries returns the entries from an ID up to the moment that is shown, oldest first; from about most on, it reads no further back.
func (r *rewinding) entries(ctx context.Context, from model.Position, most int) ([]model.Record, error) {
	query := observe.HistoryQuery{Before: model.PositionAt(r.at.At.Add(time.Millisecond))}
	for i := range r.at.Streams {
		if s := &r.at.Streams[i]; !s.Missing && s.Problem == "" {
			query.Streams = append(query.Streams, s.Key)
		}
	}
	if len(query.Streams) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, AskTimeout)
	defer cancel()
	var records []model.Record
	for page, err := range r.Bus.Reader().History(ctx, query) {
		if err != nil {
			return nil, err
		}
		records = append(records, slices.DeleteFunc(page.Records, func(rec model.Record) bool { return rec.ID.Before(from) })...)
		if page.Left == 0 || page.Back.Before(from) || len(records) >= most {
			break
		}
	}
	sorting.By(records, func(a, b *model.Record) int { return a.ID.Compare(b.ID) })
	return records, nil
}

// give adds moments, and the entries from an ID on, to what Take returns. Entries that can't be read leave the figures as they are.
func (r *rewinding) give(ctx context.Context, moments []model.Snapshot, from model.Position, most int, fresh bool) error {
	span, err := r.store.Span(ctx)
	if err != nil {
		return err
	}
	records, trouble := r.entries(ctx, from, most)
	r.feed.mu.Lock()
	defer r.feed.mu.Unlock()
	batch := &r.feed.batch
	if fresh {
		*batch = live.Batch{}
	}
	if batch.Snapshot != nil {
		batch.Earlier = append(batch.Earlier, *batch.Snapshot)
	}
	last := len(moments) - 1
	batch.Earlier = append(batch.Earlier, moments[:last]...)
	batch.Snapshot, batch.SnapshotAt = &moments[last], moments[last].At
	batch.Trouble, batch.Healthy = trouble, trouble == nil
	batch.Skipped = model.Exactly(0)
	batch.Records = append(batch.Records, records...)
	r.step = Moment{
		At: r.at.At, Fresh: fresh || r.step.Fresh, Span: span,
		Standing: slices.Clone(r.standing), Ended: slices.Clone(r.ended),
	}
	return nil
}

// remember reads beside the loop the entries of the minutes before the moment: workflows are made of them.
func (r *rewinding) remember(ctx context.Context) {
	ctx, r.recall = context.WithCancel(ctx)
	done := make(chan struct{})
	r.recalled = done
	shown := r.at
	r.feed.Run(ctx, func(ctx context.Context) {
		defer close(done)
		newRecollection(&r.feed, shown).readBack(ctx)
	})
}

// leave ends the reading of what was before the moment that was shown.
func (r *rewinding) leave() {
	if r.recall != nil {
		r.recall()
		<-r.recalled
		r.recall = nil
	}
}
