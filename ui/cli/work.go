package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/model/config"
	"streamdesk/model/words"
)

func (p *program) workCommand() *cobra.Command {
	var listen, consumer string
	cmd := &cobra.Command{
		Use:   "work GROUP…",
		Short: "Work as one or several of the consumer groups",
		Long: `work runs this process as a consumer of each GROUP, until SIGTERM or ctrl+c; then it finishes what it has in
hand and acknowledges it. Any number of processes may share a group.
` + groupsHelp() + `
It serves on --listen (work.listen in the settings) /healthz: 200, or 503 when a store can't be reached; /readyz: the
same, and 503 while starting and stopping; /livez: 200 as long as the process lives; and the groups' own paths.
A process is called by its host and the first free number (web1-1), or by --consumer; one that was killed finds its
pending entries when it comes back, and others take them over when it doesn't. What goes on is told on stderr.`,
		Example: groupExamples(),
		RunE: func(cmd *cobra.Command, args []string) error {
			groups, err := workGroupsNamed(args)
			if err != nil {
				return err
			}
			p.overrideChanged(cmd, "listen", "work.listen", listen)
			p.overrideChanged(cmd, "consumer", "work.consumer", consumer)
			return p.work(cmd.Context(), groups)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := slices.DeleteFunc(workGroupNames(), func(name string) bool { return slices.Contains(args, name) })
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "serve HTTP on this `address`, host:port; \"\" for none"+variable("work.listen"))
	cmd.Flags().StringVar(&consumer, "consumer", "", "the `name` of this process in its groups"+variable("work.consumer"))
	completeFlag(cmd, "listen", cobra.NoFileCompletions)
	completeFlag(cmd, "consumer", cobra.NoFileCompletions)
	return cmd
}

// overrideChanged has a flag go over a setting, when it was given.
func (p *program) overrideChanged(cmd *cobra.Command, flag, key, value string) {
	if cmd.Flags().Changed(flag) {
		p.overrides = append(p.overrides, config.Override{Flag: "--" + flag, Key: key, Value: value})
	}
}

// workGroupsNamed are the groups that were asked for.
func workGroupsNamed(names []string) ([]workGroup, error) {
	if len(names) == 0 {
		return nil, wrongUse("no GROUP given: want one or more of %s", strings.Join(workGroupNames(), ", "))
	}
	groups := make([]workGroup, 0, len(names))
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, wrongUse("%s is named twice: more of it are more processes", name)
		}
		at := slices.IndexFunc(workGroups, func(g workGroup) bool { return g.name == name })
		if at < 0 {
			if meant := words.Nearest(strings.ToLower(name), workGroupNames()); meant != "" {
				return nil, wrongUse("there is no group %q; did you mean %s?", name, meant)
			}
			return nil, wrongUse("there is no group %q; want one or more of %s", name, strings.Join(workGroupNames(), ", "))
		}
		groups = append(groups, workGroups[at])
	}
	return groups, nil
}

func workGroupNames() []string {
	names := make([]string, len(workGroups))
	for i, g := range workGroups {
		names[i] = g.name
	}
	return names
}
