package cli

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

// singleChange is a change that isn't about chosen entries: of a group, a consumer, or a whole stream.
type singleChange struct {
	// name is the action's, such as "group create".
	name                    string
	stream, group, consumer string
	// lines say in sentences what will happen; word has to be typed to confirm it.
	lines []string
	word  string
	// plan is what it was worked out from. When that is worse by the time the person has decided, nothing is done.
	plan change.Plan
	// commands are what would be sent; before finds those that are sent before them, some at a time, where there are any.
	commands []model.Command
	before   func(ctx context.Context, each func([]model.Command) error) error
	// send sends it, and says in words what came of it; note takes the receipts as they come.
	send func(ctx context.Context, note func([]model.Receipt, error)) (result singleResult, err error)
}

// singleResult is what a single change came to.
type singleResult struct {
	// changed is how many things were: groups, consumers, or entries that a trim removed.
	changed int64
	// moved is how many entries went to another consumer first; nil where that isn't a matter.
	moved   *int64
	summary string
}

// changeOne plans a change, asks, and makes it. The plan is made anew after a person has been asked.
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
		q := &program.Question{Title: shown.title(), Lines: shown.lines, Word: shown.word}
		if flags.DryRun {
			if err := p.Pose(q); err != nil {
				return err
			}
			if shown.before != nil {
				if err := shown.before(ctx, p.PrintCommands); err != nil {
					return err
				}
			}
			return p.PrintCommands(shown.commands)
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
		return makeChange(ctx, p, s, shown)
	})
}

func (c *singleChange) title() string {
	names := slices.DeleteFunc([]string{c.stream, c.group, c.consumer}, func(name string) bool { return name == "" })
	return c.name + ": " + strings.Join(names, " · ")
}

// outgrown says that a newer plan does more than the person was told, or can't tell any more how much.
func (c *singleChange) outgrown(newer *singleChange) error {
	worse := change.Worse(c.plan, newer.plan)
	if len(worse) == 0 {
		return nil
	}
	return fmt.Errorf("nothing is changed: %s since it was shown; look again", strings.Join(worse, ", "))
}

func makeChange(ctx context.Context, p *program.Program, s *program.Session, made *singleChange) error {
	audit := program.NewAudit(s.Settings)
	out := singleOutput{to: p.Out, json: p.JSON(), change: made}
	result, err := made.send(ctx, func(receipts []model.Receipt, err error) {
		audit.Write(&trail.Change{
			At: time.Now(), Action: made.name, Stream: made.stream, Group: made.group, Receipts: receipts, Err: err,
		})
		out.took(receipts)
	})
	printed := out.end(&result, err)
	audit.Close(p.Err)
	return errors.Join(err, printed)
}

// planKind plans a change of a kind that isn't about chosen entries.
func planKind(ctx context.Context, s *program.Session, kind *change.Kind, t change.Target, given change.Values) (*singleChange, error) {
	made := kind.Make(t, given)
	plan, err := made.Look(ctx, s.Reader())
	if err != nil {
		return nil, err
	}
	made.Say(&plan)
	planned := &singleChange{
		name: kind.Name, stream: t.Stream, group: t.Group, commands: plan.Commands, plan: plan,
		lines: slices.Concat(plan.Says, plan.Details, plan.Warns),
		send: once(func(ctx context.Context) (result singleResult, receipts []model.Receipt, err error) {
			for step, failed := range made.Apply(ctx, change.On(s.Reader(), s.Writer()), plan) {
				receipts, err = append(receipts, step.Receipts...), failed
				result.changed += step.Changed
				result.summary = step.Did
			}
			return result, receipts, err
		}),
	}
	if kind.Typed != "" {
		planned.word = t.Group
	}
	return planned, nil
}

// once is the send of a change that is one request.
func once(do func(ctx context.Context) (singleResult, []model.Receipt, error)) func(context.Context, func([]model.Receipt, error)) (singleResult, error) {
	return func(ctx context.Context, note func([]model.Receipt, error)) (singleResult, error) {
		result, receipts, err := do(context.WithoutCancel(ctx)) // so that what it did is known
		note(receipts, err)
		return result, err
	}
}
