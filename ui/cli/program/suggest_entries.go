package program

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// suggestedIDs is the max number of suggested entries: more than fit on a screen help nobody.
const suggestedIDs = 50

// CompleteFirst completes a flag's value with a suggester that gets the arguments.
func (p *Program) CompleteFirst(suggest Suggester) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return p.Ask(suggest, args), cobra.ShellCompDirectiveNoFileComp
	}
}

// PendingIDs returns the oldest pending entries of the group in the arguments, each with its consumer.
func PendingIDs(ctx context.Context, s *Session, before []string) []string {
	if s == nil || len(before) < 2 {
		return nil
	}
	rows, err := s.Reader().Pending(ctx, observe.PendingQuery{Stream: s.Stream(before[0]), Group: before[1], Count: suggestedIDs})
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

// StreamIDs returns the newest entries of the stream in the arguments.
func StreamIDs(ctx context.Context, s *Session, before []string) []string {
	if s == nil || len(before) == 0 {
		return nil
	}
	return newestIDs(ctx, s, s.Stream(before[0]), before)
}

// LetterIDs returns the newest dead letters of the stream in the arguments.
func LetterIDs(ctx context.Context, s *Session, before []string) []string {
	if s == nil || len(before) == 0 {
		return nil
	}
	return newestIDs(ctx, s, s.LetterKey(before[0]), before)
}

// newestIDs returns a stream's newest entries, with their types. It reads only a few, because each entry is read whole.
func newestIDs(ctx context.Context, s *Session, key string, but []string) []string {
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

// ConsumerNames returns the consumers of the group in the arguments.
func ConsumerNames(ctx context.Context, s *Session, before []string) []string {
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

// Positions returns the positions of a group that don't depend on the stream.
func Positions(context.Context, *Session, []string) []string {
	return []string{"0\tthe whole stream", "$\twhat is added from now on", "10m ago\twhat was added since"}
}

func sortedNames(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
