package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// Bounds of what an examination reads, whatever the server holds.
const (
	// maxRows is the max number of rows read from each group's pending entries list, by smallest ID: the server reads as many
	// in well under a millisecond.
	maxRows = 1000
	// maxGroups is the max number of groups whose rows are read, the most pending first.
	maxGroups = 256
	// maxPayloads is the max number of entries per group that are looked up when some were deleted.
	maxPayloads = 50
)

// DefaultInterval is the time between the two looks; growth by one event a second shows in it.
const DefaultInterval = time.Second

// Options are the settings of [Examine].
type Options struct {
	// Interval is the time between the two looks; 0 means only one look, which can't show growth.
	Interval time.Duration
	// Between is called between the two looks instead of waiting for Interval, if it is set.
	Between func(context.Context) error
	// Retention are the rules for how much of streams is kept.
	Retention []change.Retention
}

// Examination is what was read from a bus.
type Examination struct {
	Prefix string
	Server model.Server
	// First and Second are two looks at the same streams; Second is First when there was only one.
	First, Second model.Snapshot
	// DeadLetters are the streams of dead letters.
	DeadLetters model.Snapshot
	// Schedule is what is scheduled; nil when it can't be read, for the reason Unscheduled.
	Schedule    *observe.Schedule
	Unscheduled string
	// Retained is what the rules of retention would do just now, for each stream that has one.
	Retained []change.RetentionPlan
	// Groups are the groups whose pending entries were read, by stream and group.
	Groups map[GroupKey]PendingRows
	// Unlooked is the number of other groups with pending entries.
	Unlooked int
}

// GroupKey names a group of a stream.
type GroupKey struct{ Stream, Group string }

// PendingRows are the first rows of a group's pending entries list.
type PendingRows struct {
	// Rows are the rows with the smallest IDs.
	Rows []model.Pending
	// All reports that there are no more rows.
	All bool
	// Gone are the rows whose entries are no longer in the stream, as far as that was checked.
	Gone []model.Position
	// Problem is the reason why the rows could not be read.
	Problem string
}

// Examine reads what [Diagnose] needs: INFO, CONFIG GET, SCAN, XINFO STREAM … FULL twice, an interval apart, and XPENDING of
// up to 1,000 rows for groups with pending entries. It changes nothing, and its cost is bounded. An error is one of the connection.
func Examine(ctx context.Context, b *bus.Bus, o Options) (*Examination, error) {
	e := &Examination{Prefix: b.Reader().Prefix(), Groups: map[GroupKey]PendingRows{}}
	keys, err := b.Reader().Discover(ctx)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, isDeadLetter)
	if e.First, err = b.Reader().Snapshot(ctx, keys); err != nil {
		return nil, err
	}
	if err := o.wait(ctx); err != nil {
		return nil, err
	}
	e.Second = e.First
	if o.Interval > 0 || o.Between != nil {
		if e.Second, err = b.Reader().Snapshot(ctx, keys); err != nil {
			return nil, err
		}
	}
	// The server's abilities are asked for after streams were read: if it may not answer, the streams show them.
	if e.Server, err = b.Reader().Server(ctx); err != nil {
		return nil, err
	}
	if err := e.readDeadLetters(ctx, b); err != nil {
		return nil, err
	}
	if err := e.readPending(ctx, b); err != nil {
		return nil, err
	}
	if err := e.readRetained(ctx, b, o.Retention); err != nil {
		return nil, err
	}
	if schedule, err := b.Reader().Scheduled(ctx, "", 0); err != nil {
		e.Unscheduled = err.Error() // only a connection's error ends an examination, and that would have come before
	} else {
		e.Schedule = &schedule
	}
	return e, nil
}

// readRetained plans the rules of retention for the streams that have one.
func (e *Examination) readRetained(ctx context.Context, b *bus.Bus, rules []change.Retention) error {
	for i := range e.Second.Streams {
		s := &e.Second.Streams[i]
		rule := change.RetentionOf(rules, s.Key)
		if rule == nil || s.Problem != "" || s.Missing {
			continue
		}
		plan, err := change.PlanRetention(ctx, b.Reader(), s.Key, *rule, e.Second.At)
		switch {
		case errors.Is(err, fault.ErrNoStream): // it went meanwhile
		case err != nil:
			return err
		default:
			e.Retained = append(e.Retained, plan)
		}
	}
	return nil
}

func (o Options) wait(ctx context.Context) error {
	if o.Between != nil {
		return o.Between(ctx)
	}
	timer := time.NewTimer(o.Interval)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("doctor: %w", ctx.Err())
	}
}

// readDeadLetters looks for dead letters of every stream under the prefix, including streams that no longer exist.
func (e *Examination) readDeadLetters(ctx context.Context, b *bus.Bus) error {
	keys, err := b.Reader().DiscoverDeadLetters(ctx)
	if err != nil {
		return err
	}
	e.DeadLetters, err = b.Reader().Snapshot(ctx, keys)
	return err
}

// readPending reads the pending rows of the groups with the most of them.
func (e *Examination) readPending(ctx context.Context, b *bus.Bus) error {
	type busy struct {
		stream *model.Stream
		group  *model.Group
	}
	var all []busy
	for i := range e.Second.Streams {
		s := &e.Second.Streams[i]
		for j := range s.Groups {
			if s.Groups[j].Pending > 0 {
				all = append(all, busy{s, &s.Groups[j]})
			}
		}
	}
	sorting.By(all, func(x, y *busy) int { return cmp.Compare(y.group.Pending, x.group.Pending) })
	e.Unlooked = max(len(all)-maxGroups, 0)
	for _, one := range all[:len(all)-e.Unlooked] {
		rows := readRows(ctx, b, one.stream, one.group)
		if ctx.Err() != nil {
			return fmt.Errorf("doctor: %w", ctx.Err())
		}
		e.Groups[GroupKey{one.stream.Key, one.group.Name}] = rows
	}
	return nil
}

// readRows reads one group's rows. An error is kept with them: the group may be deleted meanwhile, or be forbidden.
func readRows(ctx context.Context, b *bus.Bus, s *model.Stream, g *model.Group) PendingRows {
	query := observe.PendingQuery{Stream: s.Key, Group: g.Name, Count: maxRows}
	entries, err := b.Reader().Pending(ctx, query)
	if err != nil {
		return PendingRows{Problem: err.Error()}
	}
	rows := PendingRows{All: len(entries) < maxRows, Rows: make([]model.Pending, len(entries))}
	unsure := model.MaxPosition
	for i := range entries {
		rows.Rows[i] = entries[i].Pending
		switch id := entries[i].ID; {
		case s.First.IsZero() || id.Before(s.First):
			rows.Gone = append(rows.Gone, id)
		case id.Before(unsure):
			unsure = id
		}
	}
	// An entry before the stream's first one is certainly gone. Any other has to be looked up, which is only worth it when an
	// entry after it was deleted; the server may not tell (0-0).
	if unsure == model.MaxPosition || (s.EntriesAdded.Known && s.MaxDeleted.Before(unsure)) {
		return rows
	}
	query.From, query.Count, query.Payloads = unsure, maxPayloads, true
	entries, err = b.Reader().Pending(ctx, query)
	if err != nil {
		return rows // the rows known so far stay valid
	}
	for i := range entries {
		if entries[i].Gone {
			rows.Gone = append(rows.Gone, entries[i].ID)
		}
	}
	return rows
}
