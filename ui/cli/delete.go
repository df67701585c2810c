package cli

import (
	"context"

	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/consequence"
)

func (p *program) deleteCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "delete STREAM [ID…] | delete -",
		Short: "Delete entries from a stream",
		Long: `delete deletes entries from a stream, for every group and reader at once, for good. What a group has pending of
them goes with them from Redis 8.2 on; before, it stays in its pending entries, as gone, until it is acknowledged or claimed. With --group the entries are chosen
among what that group has pending. STREAM may be a dead-letter stream.
` + selectionHelp + `, and with --group also --idle, --deliveries
and --consumer; or --all. Of pending entries, one that has moved on since it was listed is left alone, and counted.
` + changeHelp + `
It sends XDEL (XDELEX … DELREF from Redis 8.2 on), XRANGE, and XPENDING with --group.`,
		Example: `  streamdesk delete workflow.failed 1762341000000-0
  streamdesk delete audit.progress --to 30d --dry-run
  streamdesk deadletters audit.failed --output json | jq '.[] | select(.reason | test("schema"))' |
    streamdesk delete - --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.streamIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{}, args)
			if err != nil {
				return err
			}
			kind, made := deleting(sel.named()).kind()
			return p.changeEntries(cmd.Context(), &sel, flags, kind, made)
		},
	}
	cmd.Flags().StringVar(&chosen.group, "group", "", "choose among what this `group` has pending")
	completeFlag(cmd, "group", p.completeFirst(p.groupNames))
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}

// deleting deletes entries. Those that were named, rather than found, are looked for first: the server tells only how many
// it deleted.
func deleting(named bool) *entryChange {
	entries := &entryChange{
		name: "delete", past: "deleted", batch: idBatch,
		consequence: func(ctx context.Context, s *session, t *target) ([]string, error) {
			lines := []string{consequence.Delete(t.stream, len(t.rows))}
			if len(t.info.Groups) == 0 {
				return lines, nil
			}
			can, err := s.Reader().Can(ctx)
			return append(lines, consequence.Pending(can.DeleteReferences)), err
		},
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			var left []change.Outcome
			var err error
			switch {
			case named:
				var entries []model.PendingEntry
				entries, left, err = readEntries(ctx, s, t, rows)
				rows = make([]model.Pending, len(entries))
				for i := range entries {
					rows[i] = entries[i].Pending
				}
			case t.group != "":
				rows, left, err = asTheyWere(ctx, s, t, rows)
			}
			if err != nil || len(rows) == 0 {
				return prepared{left: left}, err
			}
			can, err := s.Reader().Can(ctx)
			if err != nil {
				return prepared{left: left}, err
			}
			request := bus.DeleteRequest{Stream: t.stream, IDs: idsOf(rows), References: can.DeleteReferences}
			return prepared{left: left, commands: request.Commands(), send: func(ctx context.Context) (sent, error) {
				result, err := s.Writer().Delete(ctx, request)
				came := sent{changed: result.Deleted, receipts: result.Receipts}
				if err == nil {
					came.outcomes = alike(rows, result.Deleted, "deleted", change.Gone)
				}
				return came, err
			}}, nil
		},
	}
	if named {
		entries.batch = payloadPage
	}
	return entries
}
