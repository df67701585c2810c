package cli

import (
	"context"
	"slices"
	"strings"

	"streamdesk/bus"
	"streamdesk/model"
)

// lastFrom is the position from which on the newest so many entries are that a tail would print: it looks back through
// the streams until it has found them. What is added later comes after it, so that nothing lies between.
func (t *tailing) lastFrom(ctx context.Context, types []string, last int, snapshot *model.Snapshot) (model.Position, error) {
	from := max0(model.PositionAt(snapshot.At))
	keys, err := t.bus.Discover(ctx)
	if err != nil {
		return from, err
	}
	keys = slices.DeleteFunc(keys, func(key string) bool {
		name := string(model.TypeOf(key, t.bus.Prefix()))
		return len(types) > 0 && !slices.ContainsFunc(types, func(glob string) bool { return model.MatchGlob(strings.TrimPrefix(glob, t.bus.Prefix()), name) })
	})
	if len(keys) == 0 {
		return from, nil
	}
	query := bus.HistoryQuery{Streams: keys, Workflow: t.workflow, Match: func(r *model.Record) bool { return t.filter.Match(r, snapshot.At) }}
	progress := t.newProgress("entries searched")
	defer progress.end()
	var found []model.Position
	for page, err := range t.bus.History(ctx, query) {
		if err != nil {
			return from, err
		}
		for i := range page.Records {
			found = append(found, page.Records[i].ID)
		}
		slices.SortFunc(found, func(a, b model.Position) int { return b.Compare(a) })
		found = found[:min(len(found), last)]
		progress.tell(page.Scanned, 0)
		if len(found) == last && page.Back.Before(found[last-1]) {
			break
		}
	}
	if len(found) == 0 {
		return from, nil
	}
	return found[len(found)-1], nil
}
