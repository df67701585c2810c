// Package work is the work command: this process as a consumer of one or several groups, each served by a sink, with
// health over HTTP. Package sink and its neighbours implement the sinks. This package lists them, and opens each from
// the settings. Start reading at [Command], then [Run].
package work

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

// flags are the flags of the work command.
type flags struct {
	listen, consumer, url string
	group, sink           string
	command               []string // after --
}

// Command returns the work command.
func Command(p *program.Program) *cobra.Command {
	var asked flags
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
				args, asked.command = args[:dash], args[dash:]
			}
			groups, err := groupsNamed(args)
			if err != nil {
				return err
			}
			if groups, err = asked.add(groups); err != nil {
				return err
			}
			p.OverrideGiven(cmd, "listen", "work.listen", asked.listen)
			p.OverrideGiven(cmd, "consumer", "work.consumer", asked.consumer)
			p.OverrideGiven(cmd, "url", "work.http.url", asked.url)
			return run(cmd.Context(), p, groups, asked.command)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			names := slices.DeleteFunc(groupNames(), func(name string) bool { return slices.Contains(args, name) })
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&asked.listen, "listen", "", "serve HTTP on this `address`, host:port; \"\" for none"+program.Variable("work.listen"))
	cmd.Flags().StringVar(&asked.consumer, "consumer", "", "the `name` of this process in its groups"+program.Variable("work.consumer"))
	cmd.Flags().StringVar(&asked.group, "group", "", "also work as the group of this `name`, with --sink")
	cmd.Flags().StringVar(&asked.sink, "sink", "", "what serves --group, a `kind`: "+strings.Join(sinkNames(), ", "))
	cmd.Flags().StringVar(&asked.url, "url", "", "the `URL` that --sink http sends to"+program.Variable("work.http.url"))
	program.CompleteFlag(cmd, "listen", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "consumer", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "url", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "sink", cobra.FixedCompletions(sinkNames(), cobra.ShellCompDirectiveNoFileComp))
	program.CompleteFlag(cmd, "group", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return p.Ask(program.EveryGroupName, nil), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// sinks returns all sinks that can serve a group.
func sinks() []group { return slices.Concat(described, ownSinks) }

func sinkNames() []string {
	var names []string
	for _, s := range sinks() {
		names = append(names, s.sink)
	}
	return names
}

// add adds the group of --group to the described groups.
func (f *flags) add(groups []group) ([]group, error) {
	all := sinks()
	at := slices.IndexFunc(all, func(s group) bool { return s.sink == f.sink })
	taken := func(g group) bool { return g.name == f.group || g.alone != "" && g.sink == f.sink }
	switch {
	case f.group == "" && f.sink == "" && len(groups) == 0:
		return nil, program.WrongUse("no GROUP given: want one or more of %s, or --group NAME --sink KIND", strings.Join(groupNames(), ", "))
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

// groupsNamed returns the described groups with the given names.
func groupsNamed(names []string) ([]group, error) {
	groups := make([]group, 0, len(names))
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, program.WrongUse("%s is named twice: more of it are more processes", name)
		}
		at := slices.IndexFunc(described, func(g group) bool { return g.name == name })
		if at < 0 {
			if meant := words.Nearest(strings.ToLower(name), groupNames()); meant != "" {
				return nil, program.WrongUse("there is no group %q; did you mean %s?", name, meant)
			}
			return nil, program.WrongUse("there is no group %q; want one or more of %s; one of your own is served with --group %s --sink KIND",
				name, strings.Join(groupNames(), ", "), name)
		}
		groups = append(groups, described[at])
	}
	return groups, nil
}

func groupNames() []string {
	names := make([]string, len(described))
	for i, g := range described {
		names[i] = g.name
	}
	return names
}
