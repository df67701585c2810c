package cli

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/consequence"
)

// claimFlags are how entries are claimed.
type claimFlags struct {
	consumer, minIdle, setIdle, deliveries string
	force, justID                          bool
}

func (p *program) claimCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	var claim claimFlags
	cmd := &cobra.Command{
		Use:   "claim STREAM GROUP [ID…] | claim -",
		Short: "Give pending entries to another consumer",
		Long: `claim gives pending entries to the consumer that --for names, which is created when it doesn't exist. Whoever
held them isn't told. --min-idle leaves alone what has been touched more recently. An entry that is gone from the
stream can't be claimed: from Redis 7 on, claiming drops it from the pending entries.
` + selectionHelp + pendingHelp + `
` + changeHelp + `
It sends XCLAIM, and before that XPENDING for each entry.`,
		Example: `  streamdesk claim workflow.failed db_writers --for worker-2 1762341000000-0
  streamdesk claim audit.failed db_writers --for worker-2 --consumer worker-3 --idle 5m --just-id
  streamdesk pending audit.failed db_writers --idle 1h --output json |
    streamdesk claim - --for worker-2 --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames, p.pendingIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{group: true}, args)
			if err != nil {
				return err
			}
			request, err := claim.request()
			if err != nil {
				return err
			}
			kind, made := claiming(request).kind()
			return p.changeEntries(cmd.Context(), &sel, flags, kind, made)
		},
	}
	f := cmd.Flags()
	f.StringVar(&claim.consumer, "for", "", "the `consumer` that gets them")
	f.StringVar(&claim.minIdle, "min-idle", "", "leave alone what was touched in the last so `long`")
	f.StringVar(&claim.setIdle, "set-idle", "", "the idle `time` they have then; 0s unless told")
	f.StringVar(&claim.deliveries, "set-deliveries", "", "the delivery `count` they have then; one more unless told")
	f.BoolVar(&claim.force, "force", false, "also entries that nobody has pending")
	f.BoolVar(&claim.justID, "just-id", false, "leave the delivery count alone")
	completeFlag(cmd, "for", p.completeConsumers)
	for _, name := range []string{"min-idle", "set-idle", "set-deliveries"} {
		completeFlag(cmd, name, cobra.NoFileCompletions)
	}
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}

// request is the claim without what it acts on.
func (f *claimFlags) request() (bus.ClaimRequest, error) {
	r := bus.ClaimRequest{Consumer: f.consumer, Force: f.force, JustID: f.justID}
	if f.consumer == "" {
		return r, wrongUse("no consumer is named: say with --for who gets the entries")
	}
	for _, length := range []struct {
		flag, text string
		into       func(time.Duration)
	}{
		{"--min-idle", f.minIdle, func(d time.Duration) { r.MinIdle = d }},
		{"--set-idle", f.setIdle, func(d time.Duration) { r.SetIdle = &d }},
	} {
		if length.text == "" {
			continue
		}
		d, err := model.ParseAge(length.text)
		if err != nil {
			return r, wrongUse("%s %q: %w", length.flag, length.text, err)
		}
		length.into(d)
	}
	if f.deliveries != "" {
		n, err := strconv.ParseInt(f.deliveries, 10, 64)
		if err != nil || n < 0 {
			return r, wrongUse("--set-deliveries %q: want a number, 0 or more", f.deliveries)
		}
		r.RetryCount = &n
	}
	return r, nil
}

func claiming(like bus.ClaimRequest) *entryChange {
	entries := &entryChange{
		name: "claim", past: "claimed", batch: payloadPage, // XCLAIM sends the entries back
		consequence: func(_ context.Context, _ *session, t *target) ([]string, error) {
			lines := []string{consequence.Claim(like.Consumer, len(t.rows), owners(t.rows))}
			g := t.info.Group(t.group)
			if g != nil && !slices.ContainsFunc(g.Consumers, func(c model.Consumer) bool { return c.Name == like.Consumer }) {
				lines = append(lines, consequence.NewConsumer(like.Consumer))
			}
			return lines, nil
		},
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			same, left, err := asTheyWere(ctx, s, t, rows)
			if like.Force {
				left = slices.DeleteFunc(left, func(o change.Outcome) bool {
					if o.Outcome == change.NotPending {
						same = append(same, model.Pending{ID: o.ID})
					}
					return o.Outcome == change.NotPending
				})
			}
			if err != nil || len(same) == 0 {
				return prepared{left: left}, err
			}
			request := like
			request.Stream, request.Group, request.IDs = t.stream, t.group, idsOf(same)
			return prepared{left: left, commands: request.Commands(), send: func(ctx context.Context) (sent, error) {
				return sendClaim(ctx, s, request)
			}}, nil
		},
	}
	if like.JustID {
		entries.batch = idBatch
	}
	return entries
}

// sendClaim claims, and finds out why what was missed was.
func sendClaim(ctx context.Context, s *session, r bus.ClaimRequest) (sent, error) {
	result, err := s.Writer().Claim(ctx, r)
	came := sent{changed: int64(len(result.Claimed)), receipts: result.Receipts}
	for _, id := range result.Claimed {
		came.outcomes = append(came.outcomes, change.Outcome{ID: id, Outcome: "claimed"})
	}
	if err != nil {
		return came, err
	}
	now, err := s.Reader().PendingOf(ctx, r.Stream, r.Group, result.Missed)
	if err != nil {
		return came, err
	}
	var others []model.Position
	still := map[model.Position]bool{}
	for i, id := range result.Missed {
		if still[id] = !now[i].ID.IsZero(); still[id] && now[i].Idle < r.MinIdle {
			came.outcomes = append(came.outcomes, change.Outcome{ID: id, Outcome: tooRecent})
			continue
		}
		others = append(others, id)
	}
	why, err := whyNotPending(ctx, s, r.Stream, others)
	for _, o := range why {
		if still[o.ID] && o.Outcome == change.NotPending { // somebody else was quicker; before Redis 7 one that is gone stays pending, too
			o.Outcome = change.Moved
		}
		came.outcomes = append(came.outcomes, o)
	}
	return came, err
}
