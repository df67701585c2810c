package cli

import (
	"fmt"

	"streamdesk/ui/cli/changes"
	"streamdesk/ui/cli/check"
	"streamdesk/ui/cli/demo"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/work"

	"github.com/spf13/cobra"
)

func rootCommand(p *program.Program) *cobra.Command {
	var version bool
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
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          program.NoCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				_, err := fmt.Fprintln(p.Out, "streamdesk "+program.ReadVersion().Version)
				return err
			}
			return openDesk(cmd.Context(), p)
		},
	}
	p.AddTheme(root)
	root.Flags().BoolVarP(&version, "version", "v", false, "version for streamdesk")
	root.SuggestionsMinimumDistance = program.SuggestedDistance
	root.CompletionOptions.DisableDefaultCmd = true
	p.AddFlags(root)

	root.AddCommand(
		demo.Command(p), publishCommand(p), scheduledCommand(p), retentionCommand(p), tailCommand(p), streamsCommand(p), groupsCommand(p), pendingCommand(p),
		consumersCommand(p),
		deadLettersCommand(p),
		workflowsCommand(p), workflowCommand(p), deliveryCommand(p), exportCommand(p), importCommand(p), replayCommand(p),
		exporterCommand(p), watchCommand(p), serveCommand(p), recordCommand(p), historyCommand(p), incidentCommand(p), openCommand(p),
		benchCommand(p), doctorCommand(p), check.Command(p), work.Command(p),
		completionCommand(p), manCommand(p), versionCommand(p),
	)
	root.AddCommand(changes.Commands(p)...)
	finishHelp(root)
	return root
}
