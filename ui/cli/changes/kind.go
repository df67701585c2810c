package changes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// Commands returns the commands of all kinds of change.
func Commands(p *program.Program) []*cobra.Command {
	commands := []*cobra.Command{groupCommand(p), consumerCommand(p)}
	for _, kind := range change.Kinds() {
		switch {
		case kind.On.Entries():
			commands = append(commands, kindCommand(p, kind))
		case !strings.Contains(kind.Name, " "): // the others are subcommands
			commands = append(commands, wholeCommand(p, kind, kind.Name))
		}
	}
	return commands
}

// kindCommand returns the command of one kind of change. Its flags are the kind's params.
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

// partsCommand returns a command with subcommands only: the kinds of change whose names begin with its name.
func partsCommand(p *program.Program, cmd *cobra.Command) *cobra.Command {
	var names []string
	for _, kind := range change.Kinds() {
		if name, found := strings.CutPrefix(kind.Name, cmd.Use+" "); found {
			names = append(names, name)
			cmd.AddCommand(wholeCommand(p, kind, name))
		}
	}
	slices.Sort(names)
	cmd.SuggestionsMinimumDistance = program.SuggestedDistance
	cmd.Args = program.NoCommand
	cmd.RunE = func(*cobra.Command, []string) error {
		last := len(names) - 1
		return program.WrongUse("name what to do: %s or %s", strings.Join(names[:last], ", "), names[last])
	}
	return cmd
}

func groupCommand(p *program.Program) *cobra.Command {
	return partsCommand(p, &cobra.Command{
		Use:   "group",
		Short: "Create, destroy and move consumer groups",
		Long:  "group creates a consumer group, destroys one, or sets from where it goes on.",
		Example: `  streamdesk group create workflow.failed db_writers --after 0
  streamdesk group setid workflow.failed db_writers '10m ago'
  streamdesk group destroy workflow.failed db_writers`,
	})
}

// Cancel returns the command that cancels a scheduled event, a part of the command that lists them.
func Cancel(p *program.Program) *cobra.Command { return wholeCommand(p, &change.Cancel, "cancel") }

func consumerCommand(p *program.Program) *cobra.Command {
	return partsCommand(p, &cobra.Command{
		Use:   "consumer",
		Short: "Move what consumers hold, and delete them",
		Long:  "consumer moves what a consumer of a group holds to another, or deletes one after that.",
		Example: `  streamdesk consumers workflow.failed db_writers
  streamdesk consumer move workflow.failed db_writers worker-3 --to worker-2
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2`,
	})
}

// wholeCommand returns the command of a kind of change that isn't about chosen entries. name is its name within its
// parent.
func wholeCommand(p *program.Program, kind *change.Kind, name string) *cobra.Command {
	var flags program.ChangeFlags
	use, complete := name+" STREAM", []program.Suggester{program.StreamNames}
	switch kind.On {
	case change.GroupEverywhere:
		use, complete = name+" GROUP", []program.Suggester{program.EveryGroupName}
	case change.Group:
		use, complete = use+" GROUP", append(complete, program.GroupNames)
	case change.NewGroup:
		use, complete = use+" GROUP", append(complete, nil)
	case change.Consumer:
		use, complete = use+" GROUP CONSUMER", append(complete, program.GroupNames, program.ConsumerNames)
	default:
	}
	names := len(complete)
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
		given, err := values(args[names:])
		if err != nil {
			return err
		}
		t := named(kind, args[:names])
		if kind.Check != nil {
			if err := kind.Check(t, given, &change.Plan{}); err != nil {
				return program.WrongUse("%w", err)
			}
		}
		settled := false
		return changeOne(cmd.Context(), p, flags, func(ctx context.Context, s *program.Session) (*singleChange, error) {
			now, err := found(ctx, s, kind, &t, given, args[0])
			if err != nil {
				return nil, err
			}
			if !settled {
				settled, given = true, kind.Settle(given, now.In(s.Location()))
			}
			return planKind(ctx, s, kind, t, given)
		})
	}
	flags.Add(cmd, p)
	return cmd
}

// named returns the target that a command's arguments name.
func named(kind *change.Kind, args []string) change.Target {
	if kind.On == change.GroupEverywhere {
		return change.Target{Group: args[0]}
	}
	t := change.Target{Stream: args[0]}
	if len(args) > 1 {
		t.Group = args[1]
	}
	if len(args) > 2 {
		t.Consumer = args[2]
	}
	return t
}

// found makes sure that what a change acts on is there, and returns the time by the server's clock.
func found(ctx context.Context, s *program.Session, kind *change.Kind, t *change.Target, given change.Values, stream string) (time.Time, error) {
	if kind.On == change.GroupEverywhere {
		return foundGroup(ctx, s, t.Group)
	}
	t.Stream = s.Stream(stream)
	snapshot, err := s.Observe(ctx, t.Stream)
	if err == nil {
		err = there(kind, *t, given, &snapshot.Streams[0])
	}
	return snapshot.At, err
}

// foundGroup makes sure that a group is on any stream, or that something is set for it. It returns the time by the server's
// clock.
func foundGroup(ctx context.Context, s *program.Session, group string) (time.Time, error) {
	snapshot, err := s.Observe(ctx, "")
	if err != nil {
		return time.Time{}, err
	}
	for i := range snapshot.Streams {
		if snapshot.Streams[i].Group(group) != nil {
			return snapshot.At, nil
		}
	}
	if set, _, err := s.Reader().Control(ctx, group); err == nil && (set.Pause != nil || set.PerSecond > 0) {
		return snapshot.At, nil
	}
	return time.Time{}, fmt.Errorf("%w %s on any stream; 'streamdesk groups' lists those there are", fault.ErrNoGroup, group)
}

// there returns an error when something that a change needs is missing, or when what it creates exists already.
func there(kind *change.Kind, t change.Target, given change.Values, stream *model.Stream) error {
	if kind.Unborn {
		return nil
	}
	if kind.On != change.NewGroup {
		if err := program.OneGroup(stream, t.Group); err != nil || t.Consumer == "" {
			return err
		}
		if slices.ContainsFunc(stream.Group(t.Group).Consumers, func(c model.Consumer) bool { return c.Name == t.Consumer }) {
			return nil
		}
		return fmt.Errorf("%s: there is no consumer %s in group %s; 'streamdesk consumers %s %s' lists those there are",
			t.Stream, t.Consumer, t.Group, t.Stream, t.Group)
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
