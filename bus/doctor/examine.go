package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/observe"
	"streamdesk/model"
)

// Bounds of what an examination reads, whatever there is on the server.
const (
	// maxRows of each group's pending entries list are looked at, those with the smallest IDs: the server reads as many
	// well under a millisecond.
	maxRows = 1000
	// maxGroups with something pending are looked at, those with the most first.
	maxGroups = 256
	// maxPayloads of each group are read to see whether their entries are still there, when some were deleted.
	maxPayloads = 50
	// closeTimeout is how long a bus that has sent nothing may take to close.
	closeTimeout = time.Second
)

// DefaultInterval goes between the two looks, so that growth by one event a second shows.
const DefaultInterval = time.Second

// Options say how to examine.
type Options struct {
	// Interval goes between the two looks; with 0 there is only one, and growth can't be told.
	Interval time.Duration
	// Between is called between the two looks in place of waiting for Interval, when it is set.
	Between func(context.Context) error
}

// Examination is what was read of a bus.
type Examination struct {
	Prefix string
	Server model.Server
	// First and Second are two looks at the same streams; Second is First when there was only one.
	First, Second model.Snapshot
	// DeadLetters are the streams of dead letters.
	DeadLetters model.Snapshot
	// Groups are the groups with something pending that were looked at, by stream and group.
	Groups map[GroupKey]PendingRows
	// Unlooked is how many more groups have something pending.
	Unlooked int
}

// GroupKey names a group of a stream.
type GroupKey struct{ Stream, Group string }

// PendingRows are the first rows of a group's pending entries list.
type PendingRows struct {
	// Rows have the smallest IDs.
	Rows []model.Pending
	// All says that there are no more.
	All bool
	// Gone are those whose entries are no longer in the stream, as far as that was looked at.
	Gone []model.Position
	// Problem is why the rows could not be read.
	Problem string
}

// Examine reads what [Diagnose] needs: INFO, CONFIG GET, SCAN, XINFO STREAM … FULL twice, an interval apart, and for groups
// with something pending XPENDING of up to 1,000 rows. It changes nothing, and its cost is bounded. The client is
// the one that b was opened on; the error is that of the connection.
func Examine(ctx context.Context, b *bus.Bus, client redis.UniversalClient, o Options) (*Examination, error) {
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
	// What the server can do is asked when streams were seen: where it may not be asked, it shows by them.
	if e.Server, err = b.Reader().Server(ctx); err != nil {
		return nil, err
	}
	if err := e.readDeadLetters(ctx, client); err != nil {
		return nil, err
	}
	if err := e.readPending(ctx, b); err != nil {
		return nil, err
	}
	return e, nil
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

// readDeadLetters looks for dead letters of every stream under the prefix, of those that don't exist any more too.
func (e *Examination) readDeadLetters(ctx context.Context, client redis.UniversalClient) error {
	b, err := bus.Open(ctx, client, bus.WithPrefix(model.DeadLetterKey(e.Prefix)))
	if err != nil {
		return err
	}
	keys, err := b.Reader().Discover(ctx)
	if err == nil {
		e.DeadLetters, err = b.Reader().Snapshot(ctx, keys)
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	return errors.Join(err, b.Close(closing))
}

// readPending reads the pending rows of the groups that have the most.
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
	slices.SortStableFunc(all, func(x, y busy) int { return cmp.Compare(y.group.Pending, x.group.Pending) })
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

// readRows reads one group's rows. An error is kept beside them: the group may have gone meanwhile, or be forbidden.
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
	// Of an entry before the stream's first one it is clear that it is gone. One among the others can only be seen to be
	// missing by looking for it, which is worth it where something was deleted behind it; the server may not tell (0-0).
	if unsure == model.MaxPosition || (s.EntriesAdded.Known && s.MaxDeleted.Before(unsure)) {
		return rows
	}
	query.From, query.Count, query.Payloads = unsure, maxPayloads, true
	entries, err = b.Reader().Pending(ctx, query)
	if err != nil {
		return rows // what is known without it stands
	}
	for i := range entries {
		if entries[i].Gone {
			rows.Gone = append(rows.Gone, entries[i].ID)
		}
	}
	return rows
}
