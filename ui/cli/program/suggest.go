package program

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
)

// suggestTimeout is how long a person who pressed tab waits. When the server doesn't answer by then, nothing is
// completed.
const suggestTimeout = 500 * time.Millisecond

// Suggester returns the possible values of an argument, given the arguments before it.
type Suggester func(ctx context.Context, s *Session, before []string) []string

// CompleteFlag sets the completion of a flag's value. It panics when the flag isn't defined.
func CompleteFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err)
	}
}

// CompleteArgs completes the i-th argument with the i-th suggester. When the command accepts more arguments, the last
// suggester completes them.
func (p *Program) CompleteArgs(each ...Suggester) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		i := len(args)
		if i >= len(each) {
			if !strings.Contains(cmd.Use, "…") {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			i = len(each) - 1
		}
		return p.Ask(each[i], args), cobra.ShellCompDirectiveNoFileComp
	}
}

// Ask queries the server for suggestions. It returns nothing when the server can't be reached and the suggester needs
// it.
func (p *Program) Ask(suggest Suggester, before []string) []string {
	if suggest == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), suggestTimeout)
	defer cancel()
	s, err := p.open(ctx)
	if err != nil {
		return suggest(ctx, nil, before)
	}
	found := suggest(ctx, s, before)
	_ = s.End() // nothing was sent
	return found
}

// StreamNames returns the keys of the existing streams.
func StreamNames(ctx context.Context, s *Session, _ []string) []string {
	if s == nil {
		return nil
	}
	keys, err := s.Reader().Discover(ctx)
	if err != nil {
		return nil
	}
	return keys
}

// TypeNames returns the known event types and those that have a stream.
func TypeNames(ctx context.Context, s *Session, _ []string) []string {
	var names []string
	for _, kind := range model.KnownTypes() {
		names = append(names, string(kind))
	}
	if s != nil {
		for _, key := range StreamNames(ctx, s, nil) {
			names = append(names, string(model.TypeOf(key, s.Reader().Prefix())))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// GroupNames returns the groups of the stream in the first argument.
func GroupNames(ctx context.Context, s *Session, before []string) []string {
	names := map[string]bool{}
	for _, g := range groupsOf(ctx, s, before) {
		names[g.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// EveryGroupName returns the groups of all streams.
func EveryGroupName(ctx context.Context, s *Session, _ []string) []string {
	if s == nil {
		return nil
	}
	snapshot, err := s.Observe(ctx, "")
	if err != nil {
		return nil
	}
	names := map[string]bool{}
	for _, stream := range snapshot.Streams {
		for _, g := range stream.Groups {
			names[g.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func groupsOf(ctx context.Context, s *Session, before []string) []model.Group {
	if s == nil || len(before) == 0 {
		return nil
	}
	snapshot, err := s.Observe(ctx, s.Stream(before[0]))
	if err != nil || len(snapshot.Streams) == 0 {
		return nil
	}
	return snapshot.Streams[0].Groups
}

// CompleteConsumers completes the consumers of the group that the arguments name.
func (p *Program) CompleteConsumers(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return p.Ask(ConsumerNames, args), cobra.ShellCompDirectiveNoFileComp
}

// CompleteProfiles completes the profiles of the settings file.
func (p *Program) CompleteProfiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	settings, err := p.Settings()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(settings.Profiles)), cobra.ShellCompDirectiveNoFileComp
}
