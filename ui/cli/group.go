package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/consequence"
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
	cmd.AddCommand(groupCreateCommand(p))
	cmd.AddCommand(partCommands(p, "group")...)
	return cmd
}

func groupCreateCommand(p *program.Program) *cobra.Command {
	var flags program.ChangeFlags
	var after string
	var mkStream bool
	cmd := &cobra.Command{
		Use:   "create STREAM GROUP",
		Short: "Create a consumer group",
		Long: `create creates a consumer group on a stream. --after says where it begins: ` + change.AfterHelp + `.
` + changeHelp + `
It sends XGROUP CREATE.`,
		Example: `  streamdesk group create workflow.failed db_writers
  streamdesk group create workflow.failed db_writers --after 0 --yes
  streamdesk group create audit.archived reports --mkstream --dry-run`,
		Args:              program.Arguments(2, 2),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeOne(cmd.Context(), p, flags, func(ctx context.Context, s *program.Session) (*singleChange, error) {
				return planCreateGroup(ctx, s, change.CreateGroupRequest{Stream: s.Stream(args[0]), Group: args[1], MkStream: mkStream}, after)
			})
		},
	}
	cmd.Flags().StringVar(&after, "after", "$", "begin after this `position`")
	cmd.Flags().BoolVar(&mkStream, "mkstream", false, "create the stream too when it doesn't exist")
	program.CompleteFlag(cmd, "after", program.CompletePositions)
	flags.Add(cmd, p)
	return checkAfter(cmd, &after)
}

// checkAfter makes a position that can't be read wrong use before a server is asked.
func checkAfter(cmd *cobra.Command, after *string) *cobra.Command {
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if _, err := readAfter("--after ", *after, model.Snapshot{}); err != nil {
			return err
		}
		return nil
	}
	return cmd
}

func readAfter(flag, text string, snapshot model.Snapshot) (model.Position, error) {
	at, err := model.ParseAfter(text, snapshot.At)
	if err != nil {
		return at, program.WrongUse("%s%q: %w", flag, text, err)
	}
	return at, nil
}

func planCreateGroup(ctx context.Context, s *program.Session, r change.CreateGroupRequest, after string) (*singleChange, error) {
	snapshot, err := s.Observe(ctx, r.Stream)
	if err != nil {
		return nil, err
	}
	if r.At, err = readAfter("--after ", after, snapshot); err != nil {
		return nil, err
	}
	stream := &snapshot.Streams[0]
	switch {
	case stream.Missing && r.MkStream:
	case stream.Missing:
		return nil, fmt.Errorf("%s: %w; --mkstream creates it, 'streamdesk streams' lists those there are", r.Stream, fault.ErrNoStream)
	default:
		if err := program.OneStream(stream); err != nil {
			return nil, err
		}
	}
	if stream.Group(r.Group) != nil {
		return nil, fmt.Errorf("%s: %w: %s; 'streamdesk group setid' moves it", r.Stream, fault.ErrGroupExists, r.Group)
	}
	return &singleChange{
		name: "group create", stream: r.Stream, group: r.Group, commands: r.Commands(),
		lines: []string{consequence.CreateGroup(r.Group, r.At, stream.Length)},
		send: once(func(ctx context.Context) (singleResult, []model.Receipt, error) {
			result, err := s.Writer().CreateGroup(ctx, r)
			return groupResult(result, "created "+r.Group+", which begins "+change.GoesOn(r.At), "", err), result.Receipts, err
		}),
	}, nil
}

// groupResult is the result of a request about a group.
func groupResult(r change.GroupResult, done, not string, err error) singleResult {
	var result singleResult
	switch {
	case err != nil:
	case r.Changed:
		result.changed, result.summary = 1, done
	default:
		result.summary = not
	}
	return result
}
