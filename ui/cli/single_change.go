package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
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
	// costs are what it takes away, by name. When one grows while the person thinks, nothing is done.
	costs map[string]int64
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
func (p *program) changeOne(ctx context.Context, flags changeFlags, plan func(ctx context.Context, s *session) (*singleChange, error)) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	if err := p.allow(settings, flags, false); err != nil {
		return err
	}
	return p.with(ctx, func(s *session) error {
		change, err := plan(ctx, s)
		if err != nil {
			return err
		}
		q := &question{title: change.title(), lines: change.lines, word: change.word}
		if flags.dryRun {
			if err := p.pose(q); err != nil {
				return err
			}
			if change.before != nil {
				if err := change.before(ctx, p.printCommands); err != nil {
					return err
				}
			}
			return p.printCommands(change.commands)
		}
		if err := p.confirm(ctx, settings, flags, q); err != nil {
			return err
		}
		if !flags.yes {
			newer, err := plan(ctx, s)
			if err != nil {
				return err
			}
			if err := change.outgrown(newer); err != nil {
				return err
			}
		}
		return p.makeChange(ctx, s, change)
	})
}

func (c *singleChange) title() string {
	names := slices.DeleteFunc([]string{c.stream, c.group, c.consumer}, func(name string) bool { return name == "" })
	return c.name + ": " + strings.Join(names, " · ")
}

// outgrown says that a newer plan takes away more than the person was told.
func (c *singleChange) outgrown(newer *singleChange) error {
	for what, n := range newer.costs {
		if n > c.costs[what] {
			return fmt.Errorf("nothing is changed: %s went from %s to %s since it was shown; look again",
				what, words.Grouped(c.costs[what]), words.Grouped(n))
		}
	}
	return nil
}

func (p *program) makeChange(ctx context.Context, s *session, change *singleChange) error {
	audit := newAudit(s.settings)
	out := singleOutput{to: p.Out, json: p.flags.output == outputJSON, change: change}
	result, err := change.send(ctx, func(receipts []model.Receipt, err error) {
		audit.write(&trail.Change{
			At: time.Now(), Action: change.name, Stream: change.stream, Group: change.group, Receipts: receipts, Err: err,
		})
		out.took(receipts)
	})
	printed := out.end(&result, err)
	audit.close(p.Err)
	return errors.Join(err, printed)
}

// once is the send of a change that is one request.
func once(do func(ctx context.Context) (singleResult, []model.Receipt, error)) func(context.Context, func([]model.Receipt, error)) (singleResult, error) {
	return func(ctx context.Context, note func([]model.Receipt, error)) (singleResult, error) {
		result, receipts, err := do(context.WithoutCancel(ctx)) // so that what it did is known
		note(receipts, err)
		return result, err
	}
}
