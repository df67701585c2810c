package cli

import (
	"context"

	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/consequence"
)

func (p *program) deadLetterCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	var reason string
	cmd := &cobra.Command{
		Use:   "deadletter STREAM GROUP [ID…] | deadletter -",
		Short: "Give up pending entries: to the dead letters",
		Long: `deadletter gives pending entries up in a group: each is written to the dead-letter stream, byte for byte and
with where it came from and why, and acknowledged after that. Other groups keep what they hold of it.
'streamdesk deadletters' lists what was given up, 'streamdesk requeue' takes it back.
` + selectionHelp + pendingHelp + `
` + changeHelp + `
It sends XPENDING, XRANGE, XADD (each at most once) and XACK.`,
		Example: `  streamdesk deadletter audit.failed db_writers 1762341000000-0 --reason 'schema of 2023'
  streamdesk deadletter audit.failed db_writers --deliveries 10 --idle 1m
  streamdesk pending audit.failed db_writers --output json | jq '.[] | select(.deliveries > 10)' |
    streamdesk deadletter - --reason poison --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames, p.pendingIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{group: true}, args)
			if err != nil {
				return err
			}
			kind, made := deadLettering(reason).kind()
			return p.changeEntries(cmd.Context(), &sel, flags, kind, made)
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "given up by hand", "why, as `text` beside the entry")
	completeFlag(cmd, "reason", cobra.NoFileCompletions)
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}

func deadLettering(reason string) *entryChange {
	return &entryChange{
		name: "dead-letter", past: "dead_lettered", adds: true, batch: payloadPage,
		consequence: func(_ context.Context, s *session, t *target) ([]string, error) {
			return []string{consequence.DeadLetter(t.group, s.Reader().DeadLetterKey(t.stream), len(t.rows)), consequence.OthersKeep}, nil
		},
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			entries, left, err := readEntries(ctx, s, t, rows)
			if err != nil || len(entries) == 0 {
				return prepared{left: left}, err
			}
			requests := make([]bus.DeadLetterRequest, len(entries))
			ready := prepared{left: left}
			for i := range entries {
				requests[i] = bus.DeadLetterRequest{
					Entry: entries[i].Entry, Group: t.group, Reason: reason, Deliveries: entries[i].Deliveries, To: s.Reader().DeadLetterKey(t.stream),
				}
				ready.commands = append(ready.commands, requests[i].Commands()...)
			}
			ready.send = func(ctx context.Context) (sent, error) { return sendDeadLetters(ctx, s, requests) }
			return ready, nil
		},
	}
}

func sendDeadLetters(ctx context.Context, s *session, requests []bus.DeadLetterRequest) (came sent, err error) {
	for i := range requests {
		result, err := s.Writer().DeadLetter(ctx, requests[i])
		came.receipts = append(came.receipts, result.Receipts...)
		if !result.Letter.ID.IsZero() {
			came.changed++
			o := change.Outcome{ID: requests[i].Entry.ID, Outcome: "dead_lettered", Acked: new(result.Acked == 1)}
			came.outcomes = append(came.outcomes, o.Added(result.Letter))
		}
		if err != nil {
			return came, err
		}
	}
	return came, nil
}
