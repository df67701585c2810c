package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

// workFlags are what the work command was asked for, beside the groups of the description.
type workFlags struct {
	listen, consumer, url string
	group, sink           string
	command               []string // behind --
}

func workCommand(p *program.Program) *cobra.Command {
	var flags workFlags
	cmd := &cobra.Command{
		Use:   "work [GROUP…] [--group NAME --sink KIND [-- COMMAND…]]",
		Short: "Work as one or several of the consumer groups",
		Long: `work runs this process as a consumer of each GROUP, until SIGTERM or ctrl+c; then it finishes what it has in
hand and acknowledges it. Any number of processes may share a group.
` + groupsHelp() + `A group of any other name is served by --sink, with the settings of what serves it:
` + sinksHelp() + `A command that ends with 0, and an answer of 2xx, acknowledge; another has the event tried again, and given up to
the dead letters after consume.max_deliver times. A command that is missing or ends with 75, and a server that can't be
reached, takes too long or answers 408, 429 or 5xx, are away: events stay pending.
It serves on --listen (work.listen in the settings) /healthz: 200, or 503 when a store can't be reached; /readyz: the
same, and 503 while starting and stopping; /livez: 200 as long as the process lives; and the groups' own paths.
A process is called by its host and the first free number (web1-1), or by --consumer; one that was killed finds its
pending entries when it comes back, and others take them over when it doesn't. What goes on is told on stderr.`,
		Example: groupExamples(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if dash := cmd.ArgsLenAtDash(); dash >= 0 {
				args, flags.command = args[:dash], args[dash:]
			}
			groups, err := workGroupsNamed(args)
			if err != nil {
				return err
			}
			if groups, err = flags.add(groups); err != nil {
				return err
			}
			p.Override(cmd, "listen", "work.listen", flags.listen)
			p.Override(cmd, "consumer", "work.consumer", flags.consumer)
			p.Override(cmd, "url", "work.http.url", flags.url)
			return work(cmd.Context(), p, groups, flags.command)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := slices.DeleteFunc(workGroupNames(), func(name string) bool { return slices.Contains(args, name) })
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&flags.listen, "listen", "", "serve HTTP on this `address`, host:port; \"\" for none"+program.Variable("work.listen"))
	cmd.Flags().StringVar(&flags.consumer, "consumer", "", "the `name` of this process in its groups"+program.Variable("work.consumer"))
	cmd.Flags().StringVar(&flags.group, "group", "", "also work as the group of this `name`, with --sink")
	cmd.Flags().StringVar(&flags.sink, "sink", "", "what serves --group, a `kind`: "+strings.Join(sinkNames(), ", "))
	cmd.Flags().StringVar(&flags.url, "url", "", "the `URL` that --sink http sends to"+program.Variable("work.http.url"))
	program.CompleteFlag(cmd, "listen", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "consumer", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "url", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "sink", cobra.FixedCompletions(sinkNames(), cobra.ShellCompDirectiveNoFileComp))
	program.CompleteFlag(cmd, "group", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return p.Ask(program.EveryGroupName, nil), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// sinks are all that can serve a group.
func sinks() []workGroup { return slices.Concat(workGroups, ownSinks) }

func sinkNames() []string {
	var names []string
	for _, s := range sinks() {
		names = append(names, s.sink)
	}
	return names
}

// add adds the group of one's own to those of the description.
func (f *workFlags) add(groups []workGroup) ([]workGroup, error) {
	all := sinks()
	at := slices.IndexFunc(all, func(s workGroup) bool { return s.sink == f.sink })
	taken := func(g workGroup) bool { return g.name == f.group || g.alone != "" && g.sink == f.sink }
	switch {
	case f.group == "" && f.sink == "" && len(groups) == 0:
		return nil, program.WrongUse("no GROUP given: want one or more of %s, or --group NAME --sink KIND", strings.Join(workGroupNames(), ", "))
	case f.group == "" && f.sink != "":
		return nil, program.WrongUse("--sink %s serves a group: name it with --group NAME", f.sink)
	case f.group != "" && at < 0:
		mend := "want one of " + strings.Join(sinkNames(), ", ")
		if meant := words.Nearest(strings.ToLower(f.sink), sinkNames()); meant != "" {
			mend = "did you mean " + meant + "?"
		}
		return nil, program.WrongUse("--group %s with --sink %q: %s", f.group, f.sink, mend)
	case f.sink != "exec" && f.command != nil, f.sink != "http" && f.url != "":
		return nil, program.WrongUse("a command behind -- is for --sink exec, and --url for --sink http")
	case f.group == "":
		return groups, nil
	case slices.ContainsFunc(groups, taken):
		return nil, program.WrongUse("--group %s --sink %s: one process can't do that beside %s: start another", f.group, f.sink, groups[slices.IndexFunc(groups, taken)].name)
	}
	own := all[at]
	own.name = f.group
	return append(groups, own), nil
}

// workGroupsNamed are the groups that were asked for.
func workGroupsNamed(names []string) ([]workGroup, error) {
	groups := make([]workGroup, 0, len(names))
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, program.WrongUse("%s is named twice: more of it are more processes", name)
		}
		at := slices.IndexFunc(workGroups, func(g workGroup) bool { return g.name == name })
		if at < 0 {
			if meant := words.Nearest(strings.ToLower(name), workGroupNames()); meant != "" {
				return nil, program.WrongUse("there is no group %q; did you mean %s?", name, meant)
			}
			return nil, program.WrongUse("there is no group %q; want one or more of %s; one of your own is served with --group %s --sink KIND",
				name, strings.Join(workGroupNames(), ", "), name)
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
