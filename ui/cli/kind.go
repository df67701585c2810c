package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
)

// kindCommands are the commands of all kinds of change.
func kindCommands(p *program) []*cobra.Command {
	var commands []*cobra.Command
	for _, kind := range change.Kinds() {
		switch {
		case kind.On.Entries():
			commands = append(commands, kindCommand(p, kind))
		case !strings.Contains(kind.Name, " "): // the others stand below another
			commands = append(commands, wholeCommand(p, kind, kind.Name))
		}
	}
	return commands
}

// kindCommand is the command of one kind of change: its flags are the kind's params.
func kindCommand(p *program, kind *change.Kind) *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	name := strings.ReplaceAll(kind.Name, "-", "")
	inGroup := kind.On == change.Pending
	use, help, ids := name+" STREAM [ID…] | "+name+" -", chosenHelp, p.completeArgs(streamNames, streamIDs)
	if inGroup {
		use, help, ids = name+" STREAM GROUP [ID…] | "+name+" -", pendingHelp, p.completeArgs(streamNames, groupNames, pendingIDs)
	}
	if kind.On == change.Letters {
		help, ids = lettersHelp, p.completeArgs(streamNames, letterIDs)
	}
	cmd := &cobra.Command{
		Use: use, Short: kind.Short, Example: kind.Example,
		Long:              kind.Help + "\n" + selectionHelp + help + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Args:              arguments(1, -1),
		ValidArgsFunction: ids,
	}
	values := addParams(p, cmd, kind)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		sel, err := chosen.parse(cmd, scope{group: inGroup, letters: kind.On == change.Letters}, args)
		if err != nil {
			return err
		}
		given, err := values(nil)
		if err == nil {
			err = readParams(p, cmd, kind, given, &sel, flags)
		}
		if err != nil {
			return err
		}
		return changeEntries(cmd.Context(), p, &sel, flags, kind, func(s *session, t *target) change.Change {
			return kind.Make(t.frozen(), forTarget(kind, given, s, t))
		})
	}
	if !inGroup {
		which := "choose among what this `group` has pending"
		if kind.On == change.Letters {
			which = "only what this `group` gave up"
		}
		cmd.Flags().StringVar(&chosen.group, "group", "", which)
		completeFlag(cmd, "group", p.completeFirst(groupNames))
	}
	chosen.add(cmd)
	if kind.On != change.Letters {
		chosen.addPending(cmd, p)
	}
	flags.add(cmd, p)
	return cmd
}

// partCommands are the commands of the kinds of change whose names begin with that word.
func partCommands(p *program, of string) []*cobra.Command {
	var commands []*cobra.Command
	for _, kind := range change.Kinds() {
		if name, found := strings.CutPrefix(kind.Name, of+" "); found {
			commands = append(commands, wholeCommand(p, kind, name))
		}
	}
	return commands
}

// wholeCommand is the command of a kind of change that isn't about chosen entries, by its name among its like.
func wholeCommand(p *program, kind *change.Kind, name string) *cobra.Command {
	var flags changeFlags
	use, complete := name+" STREAM", []suggester{streamNames}
	if kind.On == change.Group {
		use, complete = use+" GROUP", append(complete, groupNames)
	}
	target := len(complete)
	for i := range kind.Params {
		if param := &kind.Params[i]; param.Argument {
			use += " " + strings.ToUpper(param.Name)
			complete = append(complete, suggests(param))
		}
	}
	cmd := &cobra.Command{
		Use: use, Short: kind.Short, Example: kind.Example,
		Long:              kind.Help + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Args:              arguments(len(complete), len(complete)),
		ValidArgsFunction: p.completeArgs(complete...),
	}
	values := addParams(p, cmd, kind)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given, err := values(args[target:])
		if err != nil {
			return err
		}
		settled := false
		return changeOne(cmd.Context(), p, flags, func(ctx context.Context, s *session) (*singleChange, error) {
			t := change.Target{Stream: s.stream(args[0])}
			if kind.On == change.Group {
				t.Group = args[1]
			}
			snapshot, _, err := lookAtGroup(ctx, s, t.Stream, t.Group)
			if err != nil {
				return nil, err
			}
			if !settled {
				settled, given = true, kind.Settle(given, snapshot.At)
			}
			return planKind(ctx, s, kind, t, given)
		})
	}
	flags.add(cmd, p)
	return cmd
}
