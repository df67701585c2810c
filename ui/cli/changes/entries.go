package changes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
	"streamdesk/ui/trail"
)

// changeEntries finds the entries, asks, and changes them.
func changeEntries(ctx context.Context, p *program.Program, sel *selection, flags program.ChangeFlags, kind *change.Kind, made maker) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	if err := p.Allow(settings, flags, sel.stdin); err != nil {
		return err
	}
	return p.With(ctx, func(s *program.Session) error {
		targets, err := find(ctx, p, s, sel)
		if err != nil {
			return err
		}
		n := 0
		for _, t := range targets {
			n += len(t.rows)
		}
		switch {
		case flags.DryRun:
			return rehearse(ctx, p, s, targets, made)
		case n == 0:
			return nothingChosen(p, targets, kind)
		}
		if !flags.Yes {
			if reports, err := allLeft(ctx, p, s, targets, kind, made); err != nil || reports != nil {
				return tell(p, reports, err)
			}
		}
		question, shown, err := questionAbout(ctx, s, targets, kind, made)
		if err != nil {
			return err
		}
		if err := p.Confirm(ctx, settings, flags, question); err != nil {
			return err
		}
		if !flags.Yes {
			if err := lookAgain(ctx, s, targets, shown, made); err != nil {
				return err
			}
		}
		return carryOut(ctx, p, s, targets, kind, made, n)
	})
}

// maker returns the change for one target.
type maker func(s *program.Session, t *target) change.Change

// frozen returns the target for package change.
func (t *target) frozen() change.Target {
	return change.Target{Stream: t.stream, Group: t.group, Rows: t.rows, Known: t.group != "" && !t.letters, Found: t.found, Letters: t.letters}
}

// nothingChosen reports that no entry was selected. That is no error, but it is said.
func nothingChosen(p *program.Program, targets []*target, kind *change.Kind) error {
	fmt.Fprintln(p.Err, "no entry is chosen: nothing was changed")
	if !p.JSON() {
		return nil
	}
	for _, t := range targets {
		if err := printReport(p, newReport(kind, t, true)); err != nil {
			return err
		}
	}
	return nil
}

// rehearse prints the commands that would be sent now.
func rehearse(ctx context.Context, p *program.Program, s *program.Session, targets []*target, made maker) error {
	on := change.On(s.Reader(), s.Writer().Dry())
	for _, t := range targets {
		left := 0
		for step, err := range made(s, t).Apply(ctx, on, change.Plan{}) {
			if err != nil {
				return err
			}
			left += len(step.Left)
			for _, receipt := range step.Receipts {
				if err := p.PrintCommands([]model.Command{receipt.Command}); err != nil {
					return err
				}
			}
		}
		if left > 0 || len(t.rows) == 0 {
			p.Say("%s of %s on %s would be left alone", words.Grouped(int64(left)), words.Entries(len(t.rows)), t.stream)
		}
	}
	return nil
}

// allLeft returns reports when every entry of every target would be left alone, so that there is nothing to ask about.
// It returns nil when something would be sent.
func allLeft(ctx context.Context, p *program.Program, s *program.Session, targets []*target, kind *change.Kind, made maker) ([]*report, error) {
	on := change.On(s.Reader(), s.Writer().Dry())
	var reports []*report
	for _, t := range targets {
		r := newReport(kind, t, p.JSON())
		for step, err := range made(s, t).Apply(ctx, on, change.Plan{}) {
			if err != nil || len(step.Receipts) > 0 {
				return nil, err
			}
			r.add(inOrder(step.Rows, step.Left))
		}
		reports = append(reports, r)
	}
	return reports, nil
}

// lookAgain returns an error when the change would now do more than the person was told.
func lookAgain(ctx context.Context, s *program.Session, targets []*target, shown map[*target]change.Plan, made maker) error {
	for _, t := range targets {
		if len(t.rows) == 0 {
			continue
		}
		newer, err := made(s, t).Look(ctx, s.Reader())
		if err != nil {
			return err
		}
		if worse := change.Worse(shown[t], newer); len(worse) > 0 {
			return fmt.Errorf("nothing is changed: %s since it was shown; look again", strings.Join(worse, ", "))
		}
	}
	return nil
}

// questionAbout returns the question for the person, and the plan of each target.
func questionAbout(
	ctx context.Context, s *program.Session, targets []*target, kind *change.Kind, made maker,
) (*program.Question, map[*target]change.Plan, error) {
	var all program.Question
	shown := map[*target]change.Plan{}
	for _, t := range targets {
		if len(t.rows) == 0 {
			continue
		}
		sample, err := sample(ctx, s, t)
		if err != nil {
			return nil, nil, err
		}
		of := made(s, t)
		plan, err := of.Look(ctx, s.Reader())
		if err != nil {
			return nil, nil, err
		}
		of.Say(&plan)
		shown[t] = plan
		lines := slices.Concat(plan.Says, plan.Details, plan.Warns)
		if all.Title == "" {
			all.Title, all.Sample, all.More = upper(t.title(kind)), sample, max(len(t.rows)-len(sample.Rows), 0)
			all.Lines = lines
			continue
		}
		all.Lines = append(all.Lines, "and "+t.title(kind))
		all.Lines = append(all.Lines, lines...)
	}
	return &all, shown, nil
}

// title returns a text such as "acknowledge 3 entries in group db_writers on events:audit.failed".
func (t *target) title(kind *change.Kind) string {
	what, where := words.Entries(len(t.rows)), " in group "
	if t.letters {
		what, where = words.Letters(len(t.rows)), " of group "
	}
	if t.group != "" {
		what += where + t.group
	}
	return kind.Does + " " + what + " on " + t.stream
}

// upper returns text with its first letter as a capital.
func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// carryOut changes the targets in batches, and reports on each target. It stops at the first error, or between batches
// when ctx ends.
func carryOut(ctx context.Context, p *program.Program, s *program.Session, targets []*target, kind *change.Kind, made maker, all int) error {
	audit := program.NewAudit(s.Settings)
	progress := p.NewProgress("entries")
	done := int64(0)
	var failed error
	var reports []*report
	for _, t := range targets {
		r := newReport(kind, t, p.JSON())
		reports = append(reports, r)
		failed = carryOutOn(ctx, p, s, t, kind, made, r, audit, func(rows int) {
			done += int64(rows)
			progress.Tell(done, int64(all))
		})
		if failed != nil {
			r.Error = table.TextOrNull((&program.PlainError{Err: failed}).Error())
			break
		}
	}
	progress.End()
	defer audit.Close(p.Err)
	return tell(p, reports, failed)
}

// tell prints the reports. It returns the failure, or why nothing was changed.
func tell(p *program.Program, reports []*report, failed error) error {
	var ineffective error
	changed := int64(0)
	for _, r := range reports {
		if err := printReport(p, r); err != nil {
			return errors.Join(failed, err)
		}
		changed += r.Changed
		ineffective = errors.Join(ineffective, r.err())
	}
	if failed == nil && changed == 0 {
		return ineffective
	}
	return failed
}

// errInterrupted ends a change between two batches.
var errInterrupted = errors.New("interrupted: what was done is above, the rest is as it was")

// carryOutOn changes one target. A batch that has begun is finished, so that its result is known.
func carryOutOn(
	ctx context.Context, p *program.Program, s *program.Session, t *target, kind *change.Kind, made maker, r *report, audit *program.Audit, tell func(rows int),
) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	on, came := change.On(s.Reader(), s.Writer()), 0
	for step, err := range made(s, t).Apply(context.WithoutCancel(ctx), on, change.Plan{}) {
		r.add(inOrder(step.Rows, slices.Concat(step.Left, step.Outcomes)))
		r.took(step.Receipts)
		r.Changed += step.Changed
		if step.Aside != "" {
			p.Say("warning: %s", step.Aside)
		}
		if len(step.Receipts) > 0 {
			audit.Write(&trail.Change{
				At: time.Now(), Action: kind.Name, Stream: t.stream, Group: t.group, IDs: idsOf(step.Rows), Receipts: step.Receipts, Err: err,
			})
		}
		if err != nil {
			return err
		}
		came += len(step.Rows)
		tell(len(step.Rows))
		if ctx.Err() != nil && came < len(t.rows) {
			return errInterrupted
		}
	}
	return nil
}

// inOrder sorts outcomes in the order of their rows.
func inOrder(rows []model.Pending, outcomes []change.Outcome) []change.Outcome {
	at := make(map[model.Position]int, len(rows))
	for i := range rows {
		at[rows[i].ID] = i
	}
	sorting.By(outcomes, func(a, b *change.Outcome) int { return at[a.ID] - at[b.ID] })
	return outcomes
}
