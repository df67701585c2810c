package cli

import (
	"context"
	"iter"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// entryChange is a change of chosen entries whose steps are still written here, rather than in package change.
type entryChange struct {
	// name is the action's, such as "claim"; past is what becomes of an entry when all goes well, such as "claimed".
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
	left []change.Outcome
	// commands are what send sends.
	commands []model.Command
	// send sends it; nil when there is nothing to send. With an error it tells of what went before that.
	send func(ctx context.Context) (sent, error)
}

// sent is what became of a batch.
type sent struct {
	outcomes []change.Outcome
	// changed is how many entries were, by the server's count.
	changed  int64
	receipts []model.Receipt
}

// kind is the change as a kind, made how it is made of a target.
func (c *entryChange) kind() (kind *change.Kind, made maker) {
	return &change.Kind{Name: c.name, Past: c.past, Adds: c.adds}, func(s *session, t *target, dry bool) change.Change {
		return &steps{c, s, t, dry}
	}
}

// steps is a change of one target, made step by step.
type steps struct {
	*entryChange
	session *session
	target  *target
	dry     bool
}

func (c *steps) Look(ctx context.Context, _ change.Reader) (plan change.Plan, err error) {
	plan.Says, err = c.consequence(ctx, c.session, c.target)
	return plan, err
}

func (*steps) Say(*change.Plan) {}

func (c *steps) Apply(ctx context.Context, _ change.Server, _ change.Plan) iter.Seq2[change.Step, error] {
	return func(yield func(change.Step, error) bool) {
		for start := 0; start < len(c.target.rows); start += c.batch {
			step, err := c.step(ctx, c.target.rows[start:min(start+c.batch, len(c.target.rows))])
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}

func (c *steps) step(ctx context.Context, rows []model.Pending) (change.Step, error) {
	step := change.Step{Rows: rows}
	ready, err := c.prepare(ctx, c.session, c.target, rows)
	if err != nil {
		return step, err
	}
	step.Left = ready.left
	switch {
	case c.dry:
		for _, command := range ready.commands {
			step.Receipts = append(step.Receipts, model.Receipt{Command: command})
		}
	case ready.send != nil:
		came, err := ready.send(ctx)
		step.Outcomes, step.Changed, step.Receipts = came.outcomes, came.changed, came.receipts
		return step, err
	}
	return step, nil
}

// asTheyWere looks at rows of a group's pending entries list again. Those that are as they were when they were chosen come
// back, as they are now; the others are left alone.
func asTheyWere(ctx context.Context, s *session, t *target, rows []model.Pending) (same []model.Pending, left []change.Outcome, err error) {
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
			left = append(left, change.Outcome{ID: rows[i].ID, Outcome: change.Moved})
		default:
			same = append(same, now[i])
		}
	}
	others, err := whyNotPending(ctx, s, t.stream, missing)
	return same, append(left, others...), err
}

// whyNotPending tells entries that are gone from those that somebody has acknowledged, or that were never delivered.
func whyNotPending(ctx context.Context, s *session, stream string, ids []model.Position) ([]change.Outcome, error) {
	var outcomes []change.Outcome
	for start := 0; start < len(ids); start += payloadPage {
		entries, err := s.Reader().Entries(ctx, stream, ids[start:min(start+payloadPage, len(ids))])
		if err != nil {
			return outcomes, err
		}
		for i := range entries {
			o := change.Outcome{ID: entries[i].ID, Outcome: change.NotPending}
			if entries[i].Fields == nil {
				o.Outcome = change.Gone
			}
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}
