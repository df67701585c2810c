package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// kindCommands are the commands of all kinds of change.
func kindCommands(p *program.Program) []*cobra.Command {
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
func kindCommand(p *program.Program, kind *change.Kind) *cobra.Command {
	var chosen selectionFlags
	var flags program.ChangeFlags
	name := strings.ReplaceAll(kind.Name, "-", "")
	inGroup := kind.On == change.Pending
	use, help, ids := name+" STREAM [ID…] | "+name+" -", chosenHelp, p.CompleteArgs(program.StreamNames, program.StreamIDs)
	if inGroup {
		use, help, ids = name+" STREAM GROUP [ID…] | "+name+" -", pendingHelp, p.CompleteArgs(program.StreamNames, program.GroupNames, program.PendingIDs)
	}
	if kind.On == change.Letters {
		help, ids = lettersHelp, p.CompleteArgs(program.StreamNames, program.LetterIDs)
	}
	cmd := &cobra.Command{
		Use: use, Short: kind.Short, Example: kind.Example,
		Long:              kind.Help + "\n" + selectionHelp + help + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Args:              program.Arguments(1, -1),
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
		return changeEntries(cmd.Context(), p, &sel, flags, kind, func(s *program.Session, t *target) change.Change {
			return kind.Make(t.frozen(), forTarget(kind, given, s, t))
		})
	}
	if !inGroup {
		which := "choose among what this `group` has pending"
		if kind.On == change.Letters {
			which = "only what this `group` gave up"
		}
		cmd.Flags().StringVar(&chosen.group, "group", "", which)
		program.CompleteFlag(cmd, "group", p.CompleteFirst(program.GroupNames))
	}
	chosen.add(cmd)
	if kind.On != change.Letters {
		chosen.addPending(cmd, p)
	}
	flags.Add(cmd, p)
	return cmd
}

// partCommands are the commands of the kinds of change whose names begin with that word.
func partCommands(p *program.Program, of string) []*cobra.Command {
	var commands []*cobra.Command
	for _, kind := range change.Kinds() {
		if name, found := strings.CutPrefix(kind.Name, of+" "); found {
			commands = append(commands, wholeCommand(p, kind, name))
		}
	}
	return commands
}

// wholeCommand is the command of a kind of change that isn't about chosen entries, by its name among its like.
func wholeCommand(p *program.Program, kind *change.Kind, name string) *cobra.Command {
	var flags program.ChangeFlags
	use, complete := name+" STREAM", []program.Suggester{program.StreamNames}
	switch kind.On {
	case change.Group:
		use, complete = use+" GROUP", append(complete, program.GroupNames)
	case change.NewGroup:
		use, complete = use+" GROUP", append(complete, nil)
	default:
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
		Args:              program.Arguments(len(complete), len(complete)),
		ValidArgsFunction: p.CompleteArgs(complete...),
	}
	values := addParams(p, cmd, kind)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given, err := values(args[target:])
		if err != nil {
			return err
		}
		settled := false
		return changeOne(cmd.Context(), p, flags, func(ctx context.Context, s *program.Session) (*singleChange, error) {
			t := change.Target{Stream: s.Stream(args[0])}
			if target > 1 {
				t.Group = args[1]
			}
			snapshot, err := s.Observe(ctx, t.Stream)
			if err == nil {
				err = thereFor(kind, t, given, &snapshot.Streams[0])
			}
			if err != nil {
				return nil, err
			}
			if !settled {
				settled, given = true, kind.Settle(given, snapshot.At)
			}
			return planKind(ctx, s, kind, t, given)
		})
	}
	flags.Add(cmd, p)
	return cmd
}

// thereFor says what a change needs that isn't there, or is there already, with the mend.
func thereFor(kind *change.Kind, t change.Target, given change.Values, stream *model.Stream) error {
	if kind.On != change.NewGroup {
		named := target{stream: t.Stream, group: t.Group, info: stream}
		return named.exists()
	}
	for i := range kind.Params {
		param := &kind.Params[i]
		switch {
		case !param.Makes || !stream.Missing:
		case given[param.Name] == "":
			return fmt.Errorf("%s: %w; --%s creates it, 'streamdesk streams' lists those there are", t.Stream, fault.ErrNoStream, param.Name)
		default:
			return nil
		}
	}
	if stream.Group(t.Group) != nil {
		return fmt.Errorf("%s: %w: %s; 'streamdesk group setid' moves it", t.Stream, fault.ErrGroupExists, t.Group)
	}
	return program.OneStream(stream)
}
