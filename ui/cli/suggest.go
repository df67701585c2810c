package cli

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
)

// suggestTimeout is how long a person who pressed tab waits: a server that doesn't answer by then completes nothing.
const suggestTimeout = 500 * time.Millisecond

// suggester finds what an argument may be, given the arguments before it.
type suggester func(ctx context.Context, s *session, before []string) []string

// completeFlag sets what a flag's value may be. The flag was defined a line before, so there is no error.
func completeFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(name, complete); err != nil {
		panic(err)
	}
}

// completeArgs completes the i-th argument with the i-th suggester, and further ones with the last where the command
// takes them.
func (p *program) completeArgs(each ...suggester) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		i := len(args)
		if i >= len(each) {
			if !strings.Contains(cmd.Use, "…") {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			i = len(each) - 1
		}
		return p.ask(each[i], args), cobra.ShellCompDirectiveNoFileComp
	}
}

// ask asks the live server; nothing when it can't be reached, or there is nothing to ask.
func (p *program) ask(suggest suggester, before []string) []string {
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
	_ = s.close() // nothing was sent
	return found
}

// streamNames are the keys of the streams there are.
func streamNames(ctx context.Context, s *session, _ []string) []string {
	if s == nil {
		return nil
	}
	keys, err := s.Reader().Discover(ctx)
	if err != nil {
		return nil
	}
	return keys
}

// typeNames are the known event types and those that have a stream.
func typeNames(ctx context.Context, s *session, _ []string) []string {
	var names []string
	for _, kind := range model.KnownTypes() {
		names = append(names, string(kind))
	}
	if s != nil {
		for _, key := range streamNames(ctx, s, nil) {
			names = append(names, string(model.TypeOf(key, s.Reader().Prefix())))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// groupNames are the groups of the stream in the first argument.
func groupNames(ctx context.Context, s *session, before []string) []string {
	names := map[string]bool{}
	for _, g := range groupsOf(ctx, s, before) {
		names[g.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// everyGroupName are the groups of all streams.
func everyGroupName(ctx context.Context, s *session, _ []string) []string {
	if s == nil {
		return nil
	}
	snapshot, err := s.observe(ctx, "")
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

func groupsOf(ctx context.Context, s *session, before []string) []model.Group {
	if s == nil || len(before) == 0 {
		return nil
	}
	snapshot, err := s.observe(ctx, s.stream(before[0]))
	if err != nil || len(snapshot.Streams) == 0 {
		return nil
	}
	return snapshot.Streams[0].Groups
}

// completeConsumers completes the consumers of the group that the arguments name.
func (p *program) completeConsumers(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return p.ask(consumerNames, args), cobra.ShellCompDirectiveNoFileComp
}

// completeProfiles completes the profiles of the settings file.
func (p *program) completeProfiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	settings, err := p.settings()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(settings.Profiles)), cobra.ShellCompDirectiveNoFileComp
}
