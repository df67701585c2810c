package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// findLast finds the newest entries that a tail would print, at most last, newest first. It reads the streams backwards
// until it has found them. Entries that are added later come after them, so that none is skipped.
func (t *tailing) findLast(ctx context.Context, types []string, last int, snapshot *model.Snapshot) ([]model.Key, error) {
	keys, err := t.bus.Reader().Discover(ctx)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, func(key string) bool {
		name := string(model.TypeOf(key, t.bus.Reader().Prefix()))
		return len(types) > 0 && !slices.ContainsFunc(types, func(glob string) bool {
			return model.MatchGlob(strings.TrimPrefix(glob, t.bus.Reader().Prefix()), name)
		})
	})
	if len(keys) == 0 {
		return nil, nil
	}
	query := observe.HistoryQuery{Streams: keys, Workflow: t.workflow, Match: func(r *model.Record) bool { return t.Lets(r, snapshot.At) }}
	progress := t.NewProgress("entries searched")
	defer progress.End()
	var found []model.Key
	for page, err := range t.bus.Reader().History(ctx, query) {
		if err != nil {
			return nil, err
		}
		t.warn(page.Unreadable)
		for i := range page.Records {
			found = append(found, page.Records[i].Key())
		}
		sorting.By(found, func(a, b *model.Key) int { return cmp.Or(b.ID.Compare(a.ID), strings.Compare(b.Stream, a.Stream)) })
		found = found[:min(len(found), last)]
		progress.Tell(page.Scanned, 0)
		if len(found) == last && page.Back.Before(found[last-1].ID) {
			break
		}
	}
	return found, nil
}

// lastHeld is the max number of entries in memory while the last ones are read again in the order of their IDs.
const lastHeld = 5000

// printLast prints the entries that findLast found, oldest first. Entries that were trimmed meanwhile are left out.
func (t *tailing) printLast(ctx context.Context, out *bufio.Writer, found []model.Key, snapshot *model.Snapshot) error {
	wanted := make(map[model.Key]bool, len(found))
	spans := map[string]observe.Span{}
	for _, key := range found { // newest first
		wanted[key] = true
		span, known := spans[key.Stream]
		if span.From = key.ID; !known {
			span.Stream, span.To = key.Stream, key.ID
		}
		spans[key.Stream] = span
	}
	for e, err := range t.bus.Reader().ReplaySpans(ctx, slices.Collect(maps.Values(spans)), lastHeld) {
		if err != nil {
			return err
		}
		if !wanted[e.Key()] {
			continue
		}
		r := t.bus.Reader().Decode(e)
		if done, err := t.printRecord(out, &r, snapshot.At); err != nil || done {
			return errors.Join(err, out.Flush())
		}
	}
	return out.Flush()
}
