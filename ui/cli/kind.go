package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
)

// kindCommands are the commands of all kinds of change.
func (p *program) kindCommands() []*cobra.Command {
	var commands []*cobra.Command
	for _, kind := range change.Kinds() {
		commands = append(commands, p.kindCommand(kind))
	}
	return commands
}

// kindCommand is the command of one kind of change.
func (p *program) kindCommand(kind *change.Kind) *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	name := strings.ReplaceAll(kind.Name, "-", "")
	cmd := &cobra.Command{
		Use:               name + " STREAM GROUP [ID…] | " + name + " -",
		Short:             kind.Short,
		Long:              kind.Help + "\n" + selectionHelp + pendingHelp + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Example:           kind.Example,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames, p.pendingIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{group: true}, args)
			if err != nil {
				return err
			}
			return p.changeEntries(cmd.Context(), &sel, flags, kind, func(_ *session, t *target, _ bool) change.Change {
				return kind.Make(t.frozen())
			})
		},
	}
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}
