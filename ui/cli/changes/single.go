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
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

// singleChange is a change of a group, a consumer, or a whole stream, not of chosen entries.
type singleChange struct {
	kind *change.Kind
	of   change.Target
	made change.Change
	// plan is the plan that the person sees. When a newer plan is worse by the time the person answers, nothing is
	// done.
	plan change.Plan
}

// singleResult is the result of a single change.
type singleResult struct {
	// changed is how many groups or consumers were changed, or how many entries a trim removed or were moved to another
	// consumer.
	changed int64
	// moved is how many entries were moved to another consumer first; nil when the change moves none.
	moved   *int64
	summary string
}

// changeOne plans a change, asks, and makes it. After the question it plans again.
func changeOne(ctx context.Context, p *program.Program, flags program.ChangeFlags, plan func(ctx context.Context, s *program.Session) (*singleChange, error)) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	if err := p.Allow(settings, flags, false); err != nil {
		return err
	}
	return p.With(ctx, func(s *program.Session) error {
		shown, err := plan(ctx, s)
		if err != nil {
			return err
		}
		q := &program.Question{Title: shown.title(), Lines: slices.Concat(shown.plan.Says, shown.plan.Details, shown.plan.Warns)}
		if shown.kind.Typed != "" {
			q.Word = shown.of.Group
		}
		if flags.DryRun {
			if err := p.Pose(q); err != nil {
				return err
			}
			return shown.rehearse(ctx, p, s)
		}
		if err := p.Confirm(ctx, settings, flags, q); err != nil {
			return err
		}
		if !flags.Yes {
			newer, err := plan(ctx, s)
			if err != nil {
				return err
			}
			if err := shown.outgrown(newer); err != nil {
				return err
			}
		}
		return shown.make(ctx, p, s)
	})
}

// planKind plans a change that isn't about chosen entries.
func planKind(ctx context.Context, s *program.Session, kind *change.Kind, t change.Target, given change.Values) (*singleChange, error) {
	c := &singleChange{kind: kind, of: t, made: kind.Make(t, given)}
	var err error
	if c.plan, err = c.made.Look(ctx, s.Reader()); err == nil && kind.Check != nil {
		err = kind.Check(t, given, &c.plan)
	}
	c.made.Say(&c.plan)
	return c, err
}

// title returns a text such as "Delete consumer worker-2 in group db_writers on events:audit.failed".
func (c *singleChange) title() string {
	text := upper(c.kind.Does) + " "
	switch of := &c.of; {
	case of.Stream == "":
		return text + of.Group
	case of.Consumer != "":
		text += of.Consumer + " in group " + of.Group + " on "
	case of.Group != "":
		text += of.Group + " on "
	}
	return text + c.of.Stream
}

// outgrown returns an error when a newer plan does more than the person was told, or can't say any more how much.
func (c *singleChange) outgrown(newer *singleChange) error {
	worse := change.Worse(c.plan, newer.plan)
	if len(worse) == 0 {
		return nil
	}
	return fmt.Errorf("nothing is changed: %s since it was shown; look again", strings.Join(worse, ", "))
}

// rehearse prints the commands that would be sent now.
func (c *singleChange) rehearse(ctx context.Context, p *program.Program, s *program.Session) error {
	for step, err := range c.made.Apply(ctx, change.On(s.Reader(), s.Writer().Dry()), c.plan) {
		if err != nil {
			return err
		}
		for _, receipt := range step.Receipts {
			if err := p.PrintCommands([]model.Command{receipt.Command}); err != nil {
				return err
			}
		}
	}
	return nil
}

// make makes the change. A step that has begun is finished, so that its result is known.
func (c *singleChange) make(ctx context.Context, p *program.Program, s *program.Session) error {
	audit := program.NewAudit(s.Settings)
	out := singleOutput{to: p.Out, json: p.JSON(), change: c}
	progress := p.NewProgress("entries")
	if p.JSON() && program.IsTerminal(p.Out) {
		progress.To = nil // the receipts are written to the same line
	}
	var result singleResult
	var failed error
	came := int64(0)
	for step, err := range c.made.Apply(context.WithoutCancel(ctx), change.On(s.Reader(), s.Writer()), c.plan) {
		failed = err
		audit.Write(&trail.Change{
			At: time.Now(), Action: c.kind.Name, Stream: c.of.Stream, Group: c.of.Group, Receipts: step.Receipts, Err: err,
		})
		out.took(step.Receipts)
		result.add(&step)
		if step.Aside != "" {
			fmt.Fprintln(p.Err, step.Aside)
		}
		if step.Rest == nil {
			continue
		}
		came += int64(len(step.Rows))
		progress.Tell(came, max(c.plan.Whole, came))
		if ctx.Err() != nil {
			failed = errInterrupted
			break
		}
	}
	progress.End()
	printed := out.end(&result, failed)
	audit.Close(p.Err)
	return errors.Join(failed, printed)
}

// add adds the result of a step.
func (r *singleResult) add(step *change.Step) {
	r.changed += step.Changed
	r.summary = step.Did
	if step.Moved != nil {
		if r.moved == nil {
			r.moved = new(int64)
		}
		*r.moved += *step.Moved
	}
}
