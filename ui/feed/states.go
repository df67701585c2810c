package feed

import (
	"context"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/live"
)

// What ReadStates reads at most: groups that have pending entries, rows of each group, and dead letters of a stream. A filter
// is undecided about what is beyond, and says why.
const (
	statesGroups = 64
	statesRows   = 2000
	statesDead   = 1000
)

// ReadStates reads pending rows from the ID oldest on, and dead letters, as far as a filter asks for them. What can't be
// read is left out, and is then unknown.
func ReadStates(
	ctx context.Context, reader *observe.Reader, snapshot *model.Snapshot, streams []string, oldest model.Position, by filter.Filter,
) *live.States {
	states := &live.States{Snapshot: snapshot, Pending: map[live.GroupKey]live.PendingRows{}, Dead: map[string]live.DeadLetters{}}
	groups := 0
	for _, key := range streams {
		stream := snapshot.Stream(key)
		if stream == nil {
			continue
		}
		for i := range stream.Groups {
			g := &stream.Groups[i]
			if g.Pending == 0 || groups == statesGroups || !by.Concerns(g.Name) {
				continue
			}
			groups++
			rows, err := reader.Pending(ctx, observe.PendingQuery{
				Stream: key, Group: g.Name, From: oldest, To: model.MaxPosition, Count: statesRows,
			})
			if err != nil {
				continue
			}
			read := live.PendingRows{From: oldest, To: model.MaxPosition, IDs: make(map[model.Position]bool, len(rows))}
			for i := range rows {
				read.IDs[rows[i].ID] = true
			}
			if len(rows) == statesRows {
				read.To = rows[len(rows)-1].ID
			}
			states.Pending[live.GroupKey{Stream: key, Group: g.Name}] = read
		}
		if by.Asks(filter.StateDead) {
			letters, err := reader.DeadLetters(ctx, key, model.Position{}, statesDead)
			if err != nil {
				continue
			}
			read := live.DeadLetters{IDs: make(map[model.Position][]string, len(letters)), All: len(letters) < statesDead}
			for i := range letters {
				if origin := letters[i].Origin; origin.Stream == key {
					read.IDs[origin.ID] = append(read.IDs[origin.ID], letters[i].Group)
				}
			}
			states.Dead[key] = read
		}
	}
	return states
}
