package cli

import (
	"context"

	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/consequence"
)

// idBatch is how many IDs one command names: a longer one would hold up the server's other clients.
const idBatch = 500

func (p *program) ackCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "ack STREAM GROUP [ID…] | ack -",
		Short: "Acknowledge pending entries",
		Long: `ack acknowledges entries in a group, on behalf of whichever consumers hold them: the group never sees them
again. STREAM is the stream's key or the event type.
` + selectionHelp + pendingHelp + `
` + changeHelp + `
It sends XACK, and before that XPENDING for each entry.`,
		Example: `  streamdesk ack workflow.failed db_writers 1762341000000-0
  streamdesk ack audit.failed db_writers --deliveries 10 --dry-run
  streamdesk ack audit.failed db_writers --where 'wf:wf-8f31 "stack too deep"' --yes
  streamdesk pending audit.failed db_writers --idle 1h --output json |
    jq '.[] | select(.deliveries > 5)' | streamdesk ack - --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames, p.pendingIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{group: true}, args)
			if err != nil {
				return err
			}
			return p.changeEntries(cmd.Context(), &sel, flags, ack())
		},
	}
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}

func ack() *entryChange {
	const past = "acked"
	return &entryChange{
		name: "ack", past: past, batch: idBatch,
		consequence: func(_ context.Context, _ *session, t *target) ([]string, error) {
			return []string{consequence.Ack(t.group, len(t.rows))}, nil
		},
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			same, left, err := asTheyWere(ctx, s, t, rows)
			if err != nil || len(same) == 0 {
				return prepared{left: left}, err
			}
			request := bus.AckRequest{Stream: t.stream, Group: t.group, IDs: idsOf(same)}
			return prepared{left: left, commands: request.Commands(), send: func(ctx context.Context) (sent, error) {
				result, err := s.Writer().Ack(ctx, request)
				came := sent{changed: result.Acked, receipts: result.Receipts}
				if err == nil {
					came.outcomes = alike(same, result.Acked, past, notPending)
				}
				return came, err
			}}, nil
		},
	}
}
