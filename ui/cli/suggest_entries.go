package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
) // suggestedIDs is how many entries are offered: more than fit on a screen help nobody choose.
const suggestedIDs = 50

// completeFirst completes a flag with what a suggester finds for the arguments.
func (p *program) completeFirst(suggest suggester) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return p.ask(suggest, args), cobra.ShellCompDirectiveNoFileComp
	}
}

// pendingIDs are the oldest entries that the group in the arguments has pending, and who holds them.
func pendingIDs(ctx context.Context, s *session, before []string) []string {
	if s == nil || len(before) < 2 {
		return nil
	}
	rows, err := s.Reader().Pending(ctx, observe.PendingQuery{Stream: s.stream(before[0]), Group: before[1], Count: suggestedIDs})
	if err != nil {
		return nil
	}
	var ids []string
	for i := range rows {
		if id := rows[i].ID.String(); !slices.Contains(before, id) {
			ids = append(ids, id+"\t"+rows[i].Consumer)
		}
	}
	return ids
}

// streamIDs are the newest entries of the stream in the arguments.
func streamIDs(ctx context.Context, s *session, before []string) []string {
	if s == nil || len(before) == 0 {
		return nil
	}
	return newestIDs(ctx, s, s.stream(before[0]), before)
}

// letterIDs are the newest dead letters of the stream in the arguments.
func letterIDs(ctx context.Context, s *session, before []string) []string {
	if s == nil || len(before) == 0 {
		return nil
	}
	return newestIDs(ctx, s, s.letterKey(before[0]), before)
}

// newestIDs are a stream's newest entries, with their types. Few are read, as each comes in its whole size.
func newestIDs(ctx context.Context, s *session, key string, but []string) []string {
	const few = 10
	entries, err := s.Reader().RangeBack(ctx, key, model.Position{}, model.Position{}, few)
	if err != nil {
		return nil
	}
	var ids []string
	for i := range entries {
		if id := entries[i].ID.String(); !slices.Contains(but, id) {
			record := s.Reader().Decode(entries[i])
			ids = append(ids, id+"\t"+string(record.Event.Type))
		}
	}
	return ids
}

// consumerNames are the consumers of the group in the arguments.
func consumerNames(ctx context.Context, s *session, before []string) []string {
	names := map[string]bool{}
	for _, g := range groupsOf(ctx, s, before) {
		for _, c := range g.Consumers {
			if len(before) < 2 || g.Name == before[1] {
				names[c.Name] = true
			}
		}
	}
	return sortedNames(names)
}

// positions are the positions of a group that need no knowledge of the stream.
func positions(context.Context, *session, []string) []string {
	found, _ := completePositions(nil, nil, "")
	return found
}

func sortedNames(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }

// completePositions completes the positions that need no knowledge of the stream.
func completePositions(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"0\tthe whole stream", "$\twhat is added from now on", "10m ago\twhat was added since"}, cobra.ShellCompDirectiveNoFileComp
}
