package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// jsonRetention is a row of the retention command.
type jsonRetention struct {
	Stream    string          `json:"stream"`
	Pattern   string          `json:"pattern"`
	MaxLength *int64          `json:"max_length"`
	MaxAge    *float64        `json:"max_age_seconds"`
	Length    int64           `json:"length"`
	Removable model.Count     `json:"removable"`
	Held      model.Count     `json:"held"`
	HeldBy    *string         `json:"held_by"`
	MinID     *model.Position `json:"min_id"`
}

func retentionCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "retention [STREAM…]",
		Short: "Say what the rules of retention would remove, and what holds it back",
		Long: `retention lists the streams that have a rule ([[retention]] in the settings): how long each is, how many entries
exceed its rule and would go now, and how many more do and stay, because a group has not acknowledged them. 'streamdesk work' with
the same settings enforces the rules, in steps, every ten seconds; of several such processes one does. It never removes what a group
has not acknowledged, and lets Redis keep up to a hundred entries more.
It changes nothing itself: it sends TIME, SCAN, XINFO and XRANGE.`,
		Example: `  streamdesk retention
  streamdesk retention workflow.progress
  streamdesk retention --output json | jq '.[] | select(.held > 0) | [.stream, .held_by]'`,
		Args:              program.Arguments(0, -1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd.Context(), func(s *program.Session) error { return listRetention(cmd.Context(), p, s, args) })
		},
	}
}

// planRetention plans the rules of the settings for streams, or for all when none is named.
func planRetention(ctx context.Context, s *program.Session, names []string) (plans []change.RetentionPlan, err error) {
	rules := program.Retention(s.Settings)
	now, err := s.Reader().Now(ctx)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, name := range names {
		key := s.Stream(name)
		if change.RetentionOf(rules, key) == nil {
			return nil, fmt.Errorf("%s: no [[retention]] in the settings fits it: add one with a pattern that does", key)
		}
		keys = append(keys, key)
	}
	if len(names) == 0 {
		if keys, err = s.Reader().Discover(ctx); err != nil {
			return nil, err
		}
	}
	for _, key := range keys {
		rule := change.RetentionOf(rules, key)
		if rule == nil {
			continue
		}
		plan, err := change.PlanRetention(ctx, s.Reader(), key, *rule, now)
		switch {
		case errors.Is(err, fault.ErrNoStream) && len(names) == 0: // it went meanwhile
			continue
		case err != nil:
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

func listRetention(ctx context.Context, p *program.Program, s *program.Session, names []string) error {
	if len(s.Settings.Retention) == 0 {
		return program.WrongUse("there is no rule of retention: write one into the settings, [[retention]] with pattern = \"events:*\" and max_length or max_age")
	}
	plans, err := planRetention(ctx, s, names)
	if err != nil {
		return err
	}
	if p.JSON() {
		list := make([]jsonRetention, len(plans))
		for i := range plans {
			list[i] = newJSONRetention(&plans[i])
		}
		return program.WriteList(p.Out, list)
	}
	if len(plans) == 0 {
		p.Say("no stream fits a rule of retention")
	}
	t := table.NewText(table.Left("STREAM"), table.Left("RULE"), table.Right("LENGTH"), table.Right("GOES"), table.Right("STAYS OVER IT"), table.Left("HELD BY"))
	for i := range plans {
		plan := &plans[i]
		t.Add(plan.Stream, plan.Rule.String(), words.Grouped(plan.Length), words.Counted(plan.Removable), words.Counted(plan.Held), program.FirstOf(plan.HeldBy, "-"))
	}
	return t.Write(p.Out)
}

func newJSONRetention(plan *change.RetentionPlan) jsonRetention {
	j := jsonRetention{
		Stream: plan.Stream, Pattern: plan.Rule.Pattern, Length: plan.Length, Removable: plan.Removable,
		Held: plan.Held, HeldBy: table.TextOrNull(plan.HeldBy), MinID: table.IDOrNull(plan.MinID),
	}
	if plan.Rule.MaxLength > 0 {
		j.MaxLength = &plan.Rule.MaxLength
	}
	if plan.Rule.MaxAge > 0 {
		j.MaxAge = table.Seconds(plan.Rule.MaxAge)
	}
	return j
}
