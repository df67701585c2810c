package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/table"
	"streamdesk/ui/trail"
)

// entryChange is a change of chosen entries, in batches.
type entryChange struct {
	// name is the action's, such as "ack"; past is what becomes of an entry when all goes well, such as "acked".
	name, past string
	// adds: it adds the entries' content to a stream, so that an entry that is gone can't be served any more.
	adds bool
	// batch is how many entries are changed between two looks at whether to go on.
	batch int
	// consequence says in sentences what will happen to the target.
	consequence func(ctx context.Context, s *session, t *target) ([]string, error)
	// prepare looks at some of the target's rows as they are now.
	prepare func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error)
}

// prepared is one batch, ready to be sent.
type prepared struct {
	// left are the entries that are left alone, with the reason.
	left []outcome
	// commands are what send sends.
	commands []model.Command
	// send sends it; nil when there is nothing to send. With an error it tells of what went before that.
	send func(ctx context.Context) (sent, error)
}

// sent is what became of a batch.
type sent struct {
	outcomes []outcome
	// changed is how many entries were, by the server's count.
	changed  int64
	receipts []model.Receipt
}

// changeEntries finds the entries, asks, and changes them.
func (p *program) changeEntries(ctx context.Context, sel *selection, flags changeFlags, change *entryChange) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	if err := p.allow(settings, flags, sel.stdin); err != nil {
		return err
	}
	return p.with(ctx, func(s *session) error {
		targets, err := p.find(ctx, s, sel)
		if err != nil {
			return err
		}
		n := 0
		for _, t := range targets {
			n += len(t.rows)
		}
		switch {
		case flags.dryRun:
			return p.rehearse(ctx, s, targets, change)
		case n == 0:
			return p.nothingChosen(targets, change)
		}
		question, err := p.questionAbout(ctx, s, targets, change)
		if err != nil {
			return err
		}
		if err := p.confirm(ctx, settings, flags, question); err != nil {
			return err
		}
		return p.carryOut(ctx, s, targets, change, n)
	})
}

// nothingChosen reports that the selection is empty: done, and not silently.
func (p *program) nothingChosen(targets []*target, change *entryChange) error {
	fmt.Fprintln(p.Err, "no entry is chosen: nothing was changed")
	if p.flags.output != outputJSON {
		return nil
	}
	for _, t := range targets {
		if err := p.print(newReport(change, t, true)); err != nil {
			return err
		}
	}
	return nil
}

// batches calls do for each batch of a target.
func (c *entryChange) batches(t *target, do func(rows []model.Pending) error) error {
	for start := 0; start < len(t.rows); start += c.batch {
		if err := do(t.rows[start:min(start+c.batch, len(t.rows))]); err != nil {
			return err
		}
	}
	return nil
}

// rehearse prints what would be sent as things are now.
func (p *program) rehearse(ctx context.Context, s *session, targets []*target, change *entryChange) error {
	for _, t := range targets {
		kept := 0
		err := change.batches(t, func(rows []model.Pending) error {
			ready, err := change.prepare(ctx, s, t, rows)
			if err != nil {
				return err
			}
			kept += len(rows) - len(ready.left)
			return p.printCommands(ready.commands)
		})
		if err != nil {
			return err
		}
		if left := len(t.rows) - kept; left > 0 || len(t.rows) == 0 {
			p.say("%s of %s on %s would be left alone", words.Grouped(int64(left)), words.Entries(len(t.rows)), t.stream)
		}
	}
	return nil
}

// questionAbout is what the person is asked.
func (p *program) questionAbout(ctx context.Context, s *session, targets []*target, change *entryChange) (*question, error) {
	var all question
	for _, t := range targets {
		if len(t.rows) == 0 {
			continue
		}
		sample, err := p.sample(ctx, s, t)
		if err != nil {
			return nil, err
		}
		lines, err := change.consequence(ctx, s, t)
		if err != nil {
			return nil, err
		}
		if all.title == "" {
			all.title, all.sample, all.more = t.title(change.name), sample, max(len(t.rows)-len(sample.Rows), 0)
			all.lines = lines
			continue
		}
		all.lines = append(all.lines, "and "+t.title(change.name))
		all.lines = append(all.lines, lines...)
	}
	return &all, nil
}

// title is "ack: 3 entries in group db_writers on events:audit.failed".
func (t *target) title(action string) string {
	where := " on "
	if t.group != "" {
		where = " in group " + t.group + " on "
	}
	return action + ": " + words.Entries(len(t.rows)) + where + t.stream
}

// carryOut changes the targets, a batch at a time, and reports on each. It stops at the first error, and between batches
// when ctx ends.
func (p *program) carryOut(ctx context.Context, s *session, targets []*target, change *entryChange, all int) error {
	audit := newAudit(s.settings)
	progress := p.newProgress("entries")
	done := int64(0)
	var failed, ineffective error
	changed := int64(0)
	var reports []*report
	for _, t := range targets {
		r := newReport(change, t, p.flags.output == outputJSON)
		reports = append(reports, r)
		failed = change.batches(t, func(rows []model.Pending) error {
			if ctx.Err() != nil {
				return errInterrupted
			}
			// A batch that has begun is finished, so that what it did is known.
			err := p.carryOutBatch(context.WithoutCancel(ctx), s, t, change, rows, r, audit)
			done += int64(len(rows))
			progress.tell(done, int64(all))
			return err
		})
		changed += r.Changed
		if failed != nil {
			r.Error = table.TextOrNull((&plainError{failed}).Error())
			break
		}
		ineffective = errors.Join(ineffective, r.err())
	}
	progress.end()
	for _, r := range reports {
		if err := p.print(r); err != nil {
			return errors.Join(failed, err)
		}
	}
	audit.close(p.Err)
	if failed == nil && changed == 0 {
		failed = ineffective
	}
	return failed
}

// errInterrupted ends a change between two batches.
var errInterrupted = errors.New("interrupted: what was done is above, the rest is as it was")

func (p *program) carryOutBatch(
	ctx context.Context, s *session, t *target, change *entryChange, rows []model.Pending, r *report, audit *audit,
) error {
	ready, err := change.prepare(ctx, s, t, rows)
	if err != nil {
		return err
	}
	if ready.send == nil {
		r.add(inOrder(rows, ready.left))
		return nil
	}
	came, err := ready.send(ctx)
	r.add(inOrder(rows, append(ready.left, came.outcomes...)))
	r.took(came.receipts)
	r.Changed += came.changed
	audit.write(&trail.Change{
		At: time.Now(), Action: change.name, Stream: t.stream, Group: t.group, IDs: idsOf(rows), Receipts: came.receipts, Err: err,
	})
	return err
}

// inOrder puts outcomes into the order of their rows.
func inOrder(rows []model.Pending, outcomes []outcome) []outcome {
	at := make(map[model.Position]int, len(rows))
	for i := range rows {
		at[rows[i].ID] = i
	}
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return at[a.ID] - at[b.ID] })
	return outcomes
}

// asTheyWere looks at rows of a group's pending entries list again. Those that are as they were when they were chosen come
// back, as they are now; the others are left alone.
func asTheyWere(ctx context.Context, s *session, t *target, rows []model.Pending) (same []model.Pending, left []outcome, err error) {
	now, err := s.Reader().PendingOf(ctx, t.stream, t.group, idsOf(rows))
	if err != nil {
		return nil, nil, err
	}
	var missing []model.Position
	for i := range rows {
		switch {
		case now[i].ID.IsZero():
			missing = append(missing, rows[i].ID)
		case now[i].Consumer != rows[i].Consumer || now[i].Deliveries != rows[i].Deliveries:
			left = append(left, outcome{ID: rows[i].ID, Outcome: moved})
		default:
			same = append(same, now[i])
		}
	}
	others, err := whyNotPending(ctx, s, t.stream, missing)
	return same, append(left, others...), err
}

// whyNotPending tells entries that are gone from those that somebody has acknowledged, or that were never delivered.
func whyNotPending(ctx context.Context, s *session, stream string, ids []model.Position) ([]outcome, error) {
	var outcomes []outcome
	for start := 0; start < len(ids); start += payloadPage {
		entries, err := s.Reader().Entries(ctx, stream, ids[start:min(start+payloadPage, len(ids))])
		if err != nil {
			return outcomes, err
		}
		for i := range entries {
			o := outcome{ID: entries[i].ID, Outcome: notPending}
			if entries[i].Fields == nil {
				o.Outcome = gone
			}
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

// alike are the outcomes of a batch of which the server said only how many it changed.
func alike(rows []model.Pending, changed int64, past, none string) []outcome {
	what := unknown
	switch changed {
	case int64(len(rows)):
		what = past
	case 0:
		what = none
	}
	outcomes := make([]outcome, len(rows))
	for i := range rows {
		outcomes[i] = outcome{ID: rows[i].ID, Outcome: what}
	}
	return outcomes
}
