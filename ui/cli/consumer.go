package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/consequence"
)

func consumerCommand(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "consumer",
		Short: "Delete consumers",
		Long:  "consumer deletes a consumer of a group, after what it holds has gone to another.",
		Example: `  streamdesk consumers workflow.failed db_writers
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2`,
		Args: noCommand,
		RunE: func(*cobra.Command, []string) error { return program.WrongUse("name what to do: delete") },
	}
	cmd.SuggestionsMinimumDistance = suggestedDistance
	cmd.AddCommand(consumerDeleteCommand(p))
	return cmd
}

func consumerDeleteCommand(p *program.Program) *cobra.Command {
	var flags program.ChangeFlags
	var moveTo string
	cmd := &cobra.Command{
		Use:   "delete STREAM GROUP CONSUMER",
		Short: "Delete a consumer that holds nothing",
		Long: `delete removes a consumer from its group. What it has pending would be lost with it, so it is refused as long as it
holds anything; --move-to gives that to another consumer first, which is created when it doesn't exist. Delivery
counts stay as they are.
` + changeHelp + `
It sends XPENDING and XCLAIM … JUSTID for what is moved, then a script that looks and deletes in one go.`,
		Example: `  streamdesk consumer delete workflow.failed db_writers worker-3
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2 --dry-run
  streamdesk consumer delete workflow.failed db_writers worker-3 --move-to worker-2 --yes`,
		Args:              program.Arguments(3, 3),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames, program.GroupNames, program.ConsumerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if moveTo == args[2] {
				return program.WrongUse("--move-to %s: it is the consumer that goes; name another", moveTo)
			}
			return changeOne(cmd.Context(), p, flags, func(ctx context.Context, s *program.Session) (*singleChange, error) {
				return planDeleteConsumer(ctx, p, s, change.DeleteConsumerRequest{Stream: s.Stream(args[0]), Group: args[1], Consumer: args[2]}, moveTo)
			})
		},
	}
	cmd.Flags().StringVar(&moveTo, "move-to", "", "give what it has pending to this `consumer` first")
	program.CompleteFlag(cmd, "move-to", p.CompleteConsumers)
	flags.Add(cmd, p)
	return cmd
}

func planDeleteConsumer(ctx context.Context, p *program.Program, s *program.Session, r change.DeleteConsumerRequest, moveTo string) (*singleChange, error) {
	_, g, err := lookAtGroup(ctx, s, r.Stream, r.Group)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(g.Consumers, func(c model.Consumer) bool { return c.Name == r.Consumer })
	if i < 0 {
		return nil, fmt.Errorf("%s: there is no consumer %s in group %s; 'streamdesk consumers %s %s' lists those there are",
			r.Stream, r.Consumer, r.Group, r.Stream, r.Group)
	}
	pending := g.Consumers[i].Pending
	if pending > 0 && moveTo == "" {
		return nil, fmt.Errorf("%s has %s pending, which would be lost with it: move them first with --move-to %s, or acknowledge them",
			r.Consumer, words.Entries(int(pending)), program.FirstOf(livelier(g, r.Consumer), "CONSUMER"))
	}
	deletion := &singleChange{
		name: "consumer delete", stream: r.Stream, group: r.Group, consumer: r.Consumer,
		lines: []string{consequence.DeleteConsumer(r.Group, r.Consumer, pending, moveTo)},
		plan:  change.Plan{Costs: []change.Cost{{Name: "what it has pending", N: model.Exactly(pending)}}}, commands: r.Commands(),
	}
	if moveTo != "" && pending > 0 {
		deletion.before = func(ctx context.Context, each func([]model.Command) error) error {
			return moveCommands(ctx, s, r, moveTo, each)
		}
	}
	deletion.send = func(ctx context.Context, note func([]model.Receipt, error)) (singleResult, error) {
		m := moving{Program: p, session: s, of: r, to: moveTo, whole: pending, note: note}
		return m.run(ctx)
	}
	return deletion, nil
}

// livelier is the consumer that was active most recently, other than the one that goes; "" when there is none.
func livelier(g *model.Group, but string) string {
	others := slices.DeleteFunc(slices.Clone(g.Consumers), func(c model.Consumer) bool { return c.Name == but })
	if len(others) == 0 {
		return ""
	}
	return slices.MinFunc(others, func(a, b model.Consumer) int { return cmp.Compare(a.Idle, b.Idle) }).Name
}

// moveCommands calls each with the claims that moving a consumer's entries takes as things are now, a page at a time.
func moveCommands(ctx context.Context, s *program.Session, r change.DeleteConsumerRequest, to string, each func([]model.Command) error) error {
	var from model.Position
	for {
		claim, err := movePage(ctx, s, r, to, from)
		if err != nil || len(claim.IDs) == 0 {
			return err
		}
		if err := each(claim.Commands()); err != nil {
			return err
		}
		from = claim.IDs[len(claim.IDs)-1].Next()
	}
}

// movePage is the claim of the next page of what a consumer has pending.
func movePage(ctx context.Context, s *program.Session, r change.DeleteConsumerRequest, to string, from model.Position) (change.ClaimRequest, error) {
	rows, err := s.Reader().Pending(ctx, observe.PendingQuery{Stream: r.Stream, Group: r.Group, Consumer: r.Consumer, From: from, Count: idBatch})
	claim := change.ClaimRequest{Stream: r.Stream, Group: r.Group, Consumer: to, JustID: true}
	for i := range rows {
		claim.IDs = append(claim.IDs, rows[i].ID)
	}
	return claim, err
}
