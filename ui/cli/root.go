package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/model/config"
)

// globalFlags are those that every command takes.
type globalFlags struct {
	redis, config, profile, output string
	wait                           string
	readOnly                       bool
}

// suggestedDistance is how many letters may be wrong in the name of a command for it to be suggested.
const suggestedDistance = 2

// The forms of output.
const (
	outputText = "text"
	outputJSON = "json"
)

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "streamdesk",
		Short: "A desk for event buses on Redis Streams",
		Long: `streamdesk shows an event bus on Redis Streams live: what flows, which consumer group is behind
or stuck and why; and repairs it. Without a command it opens the desk, a screen in this terminal.

Settings come from flags, over STREAMDESK_… variables, over the file ~/.config/streamdesk/config.toml.
What waits for a server says so within a second, and gives up after --wait; ctrl+c ends any command at once.
Exit codes: 0 done, 1 failed, 2 wrong use, or a bug that ended it.`,
		Example: `  streamdesk                                  the desk on the configured Redis
  streamdesk --redis redis://10.0.0.5:6379/0  the desk on that one
  streamdesk demo                             the desk on a Redis of its own, simulated workflows
  streamdesk tail 'workflow.*' --from 10m     what happened in the last ten minutes, and now
  streamdesk groups --output json | jq '.[] | select(.lag > 100)'`,
		Version:       readVersion().Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return p.openDesk(cmd.Context()) },
	}
	root.SetVersionTemplate("streamdesk {{.Version}}\n")
	root.SuggestionsMinimumDistance = suggestedDistance
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if p.flags.output != outputText && p.flags.output != outputJSON {
			return wrongUse("--output %q: write text or json", p.flags.output)
		}
		if u := config.URL(p.flags.redis); u.String() != string(u) {
			fmt.Fprintln(p.Err, visiblePassword)
		}
		return nil
	}

	flags := root.PersistentFlags()
	flags.StringVar(&p.flags.redis, "redis", "", "`URL` of the server: redis://, rediss://, unix://, redis+cluster://h:p,h:p, redis+sentinel://h:p,h:p/MASTER/DB"+variable("redis"))
	flags.StringVar(&p.flags.config, "config", "", "the settings `file` ["+config.ConfigVariable+"]")
	flags.StringVar(&p.flags.profile, "profile", "", "`name` of the profile in the settings file"+variable("profile"))
	flags.StringVar(&p.flags.wait, "wait", "", "how long to wait for a server that is away or doesn't answer, such as 2m (`duration`, default 30s)"+variable("wait"))
	flags.BoolVar(&p.flags.readOnly, "read-only", false, "refuse every change"+variable("read_only"))
	flags.StringVar(&p.flags.output, "output", outputText, "`form` of the output: text or json")
	completeFlag(root, "output", cobra.FixedCompletions([]string{outputText, outputJSON}, cobra.ShellCompDirectiveNoFileComp))
	completeFlag(root, "profile", p.completeProfiles)
	completeFlag(root, "redis", cobra.NoFileCompletions)
	completeFlag(root, "wait", cobra.NoFileCompletions)

	root.AddCommand(
		p.demoCommand(), p.publishCommand(), p.tailCommand(), p.streamsCommand(), p.groupsCommand(), p.pendingCommand(),
		p.consumersCommand(),
		p.deadLettersCommand(),
		p.groupCommand(), p.consumerCommand(),
		p.workflowCommand(), p.deliveryCommand(), p.exportCommand(), p.importCommand(), p.replayCommand(),
		p.benchCommand(), p.doctorCommand(), p.workCommand(),
		p.completionCommand(), p.manCommand(), p.versionCommand(),
	)
	root.AddCommand(p.kindCommands()...)
	finishHelp(root)
	return root
}

// visiblePassword is said once a run, when a password stands on the command line.
const visiblePassword = "streamdesk: the password in --redis shows to everybody on this machine who lists processes (ps); " +
	"STREAMDESK_REDIS, or password_env or password_file in the settings, keep it out of sight"

// noCommand refuses what is no command, and names those that come close.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		return wrongUse("there is no command %q; did you mean %s?", args[0], strings.Join(meant, " or "))
	}
	return wrongUse("there is no command %q", args[0])
}

// arguments makes wrong numbers of arguments wrong use, with the command's own line as the mend.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return wrongUse("%d arguments given, want: %s", len(args), cmd.UseLine())
		}
		return nil
	}
}

// settings reads the settings with the flags on top.
func (p *program) settings() (*config.Settings, error) {
	o := config.Options{Path: p.flags.config, Profile: p.flags.profile, Env: p.Env, Environ: p.Environ, ReadFile: p.readFile, Overrides: slices.Clone(p.overrides)}
	if p.flags.redis != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--redis", Key: "redis", Value: p.flags.redis})
	}
	if p.flags.wait != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--wait", Key: "wait", Value: p.flags.wait})
	}
	if p.flags.readOnly {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--read-only", Key: "read_only", Value: "true"})
	}
	settings, err := config.Load(o)
	if err != nil {
		return nil, p.wrongSetting(err)
	}
	return settings, nil
}
