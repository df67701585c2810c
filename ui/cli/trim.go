package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
)

// trimFlags are how a stream is trimmed.
type trimFlags struct {
	before       string
	maxLen       int64
	hard, approx bool
}

func (p *program) trimCommand() *cobra.Command {
	var flags changeFlags
	var trim trimFlags
	cmd := &cobra.Command{
		Use:   "trim STREAM",
		Short: "Remove the older entries of a stream",
		Long: `trim removes what every group of the stream has acknowledged, and says which group the rest is kept for.
--before goes no further than an ID, a time or some time ago, and is refused where a group still needs what lies before.
--max-len N --hard keeps the newest N, whatever groups have not acknowledged, and says what that costs each.
` + changeHelp + `
It sends XINFO STREAM and XRANGE to look, and XTRIM: with ACKED from Redis 8.2 on, so that a group that is made or set back in
between loses nothing, and in a script (EVAL) before Redis 6.2, which knows no minimum ID.`,
		Example: `  streamdesk trim workflow.progress --dry-run
  streamdesk trim workflow.progress --before 30d --yes
  streamdesk trim workflow.progress --max-len 100000 --hard --approx`,
		Args:              arguments(1, 1),
		ValidArgsFunction: p.completeArgs(p.streamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := trim.check(cmd)
			if err != nil {
				return err
			}
			return p.changeOne(cmd.Context(), flags, func(ctx context.Context, s *session) (*singleChange, error) {
				return planTrim(ctx, s, s.stream(args[0]), trim, before)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&trim.before, "before", "", "remove only what lies before this `ID`, time, or some time ago")
	f.Int64Var(&trim.maxLen, "max-len", 0, "keep the newest so `many`; takes --hard")
	f.BoolVar(&trim.hard, "hard", false, "trim whatever groups have not acknowledged")
	f.BoolVar(&trim.approx, "approx", false, "let Redis keep somewhat more, for speed (~)")
	completeFlag(cmd, "before", cobra.NoFileCompletions)
	completeFlag(cmd, "max-len", cobra.NoFileCompletions)
	flags.add(cmd, p)
	return cmd
}

// check refuses what contradicts itself.
func (f *trimFlags) check(cmd *cobra.Command) (startingPoint, error) {
	length := cmd.Flags().Changed("max-len")
	switch {
	case length && !f.hard:
		return startingPoint{}, wrongUse("--max-len heeds no group: add --hard to insist, or leave it out to remove what every group has acknowledged")
	case f.hard && !length:
		return startingPoint{}, wrongUse("--hard: say with --max-len how many entries stay")
	case length && f.before != "":
		return startingPoint{}, wrongUse("--before and --max-len: give one of the two")
	case f.maxLen < 0:
		return startingPoint{}, wrongUse("--max-len %d: want 0 or more", f.maxLen)
	}
	before, err := parseFrom(f.before)
	if err != nil {
		return before, wrongUse("--before %q: %w", f.before, err)
	}
	return before, nil
}

func planTrim(ctx context.Context, s *session, key string, flags trimFlags, before startingPoint) (*singleChange, error) {
	snapshot, err := s.observe(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := oneStream(&snapshot.Streams[0]); err != nil {
		return nil, err
	}
	planned := &singleChange{name: "trim", stream: key}
	r := change.TrimRequest{Stream: key, Approx: flags.approx, Hard: flags.hard}
	if flags.hard {
		if err := planHardTrim(ctx, s, planned, flags); err != nil {
			return nil, err
		}
		r.MaxLen = flags.maxLen
	} else if r.MinID, r.How, err = planSafeTrim(ctx, s, planned, flags.approx, before.position(snapshot.At)); err != nil {
		return nil, err
	}
	planned.commands = r.Commands()
	planned.send = once(func(ctx context.Context) (singleResult, []model.Receipt, error) {
		result, err := s.Writer().Trim(ctx, r)
		return singleResult{
			changed: result.Removed, summary: "trimmed " + key + ": removed " + words.Entries(int(result.Removed)),
		}, result.Receipts, err
	})
	return planned, nil
}

func planHardTrim(ctx context.Context, s *session, planned *singleChange, flags trimFlags) error {
	plan, err := change.PlanMaxLen(ctx, s.Reader(), planned.stream, flags.maxLen)
	if err != nil {
		return err
	}
	planned.lines = append([]string{consequence.MaxLen(&plan, flags.approx)}, consequence.Costs(&plan)...)
	for _, c := range plan.Costs {
		planned.costs = append(planned.costs, change.Cost{Name: "what " + c.Group + " has pending and loses", N: c.Pending},
			change.Cost{Name: "what " + c.Group + " never read and loses", N: c.Undelivered})
	}
	return nil
}

// planSafeTrim plans a trim that heeds the groups, and says up to where it goes, and in which way.
func planSafeTrim(
	ctx context.Context, s *session, planned *singleChange, approx bool, before model.Position,
) (model.Position, change.TrimMethod, error) {
	if !before.IsZero() {
		plan, err := change.PlanTrimBefore(ctx, s.Reader(), planned.stream, before)
		if unsafe, ok := errors.AsType[*change.UnsafeTrimError](err); ok {
			return before, 0, errors.New(unsafe.Error() + "; without --before it removes what every group has acknowledged")
		}
		planned.lines = []string{consequence.TrimBefore(&plan, approx)}
		return before, plan.How, err
	}
	plan, err := change.PlanTrim(ctx, s.Reader(), planned.stream)
	planned.lines = []string{consequence.Trim(&plan, approx)}
	return plan.MinID, plan.How, err
}
