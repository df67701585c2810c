package cli

import (
	"github.com/spf13/cobra"

	"streamdesk/ui/cli/program"
)

func groupCommand(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "group",
		Short: "Create, destroy and move consumer groups",
		Long:  "group creates a consumer group, destroys one, or sets from where it goes on.",
		Example: `  streamdesk group create workflow.failed db_writers --after 0
  streamdesk group setid workflow.failed db_writers '10m ago'
  streamdesk group destroy workflow.failed db_writers`,
		Args: noCommand,
		RunE: func(*cobra.Command, []string) error {
			return program.WrongUse("name what to do: create, destroy or setid")
		},
	}
	cmd.SuggestionsMinimumDistance = suggestedDistance
	cmd.AddCommand(partCommands(p, "group")...)
	return cmd
}
