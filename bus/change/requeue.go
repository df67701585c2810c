package change

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Requeue sends dead letters back to the streams they came from, and deletes each once its new entry is stored.
var Requeue = Kind{
	Name: "requeue", Title: "Requeue", Past: "requeued", Does: "requeue",
	Short: "Send dead letters back to where they came from",
	Help: `requeue adds what was given up to the stream it came from again, byte for byte, where every group receives it,
and deletes the dead letter after that. STREAM is the stream they came from (its key or event type), or the dead-letter
stream itself; the IDs are those of the dead letters, as 'streamdesk deadletters' lists them.`,
	Sends: "XRANGE, XADD (each at most once) and XDEL",
	Example: `  streamdesk requeue audit.failed 1762341000000-0
  streamdesk requeue audit.failed --group db_writers --where '"disk full"' --dry-run
  streamdesk deadletters audit.failed --output json | jq '.[] | select(.deliveries < 5)' |
    streamdesk requeue - --yes`,
	On:   Letters,
	Make: func(t Target, _ Values) Change { return &requeueing{t} },
}

type requeueing struct{ Target }

// requeueOf returns the request that requeues a letter; able reports whether the letter contains its origin and fields.
func requeueOf(e model.Entry) (r RequeueRequest, able bool) {
	r.Letter = model.ReadDeadLetter(e)
	return r, r.Letter.Origin.Stream != "" && len(r.Letter.Original) > 0
}

// Look reads the first letters, and finds out who reads the streams they came from.
func (c *requeueing) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	plan.Entries, err = on.Entries(ctx, c.Stream, idsOf(c.Rows[:min(len(c.Rows), payloadBatch)]))
	for _, stream := range slices.Sorted(maps.Keys(origins(plan.Entries))) {
		if err == nil {
			err = plan.reach(ctx, on, stream)
		}
	}
	return plan, err
}

// origins returns the number of letters that go back to each stream.
func origins(letters []model.Entry) map[string]int {
	n := map[string]int{}
	for _, e := range letters {
		if r, able := requeueOf(e); able {
			n[r.Letter.Origin.Stream]++
		}
	}
	return n
}

func (c *requeueing) Say(plan *Plan) {
	plan.Says, plan.Warns, plan.Names, plan.Nothing = nil, nil, "", ""
	plan.Commands, plan.More = nil, 0
	from, n := origins(plan.Entries), 0
	for _, stream := range slices.Sorted(maps.Keys(from)) {
		n += from[stream]
		what := "it"
		switch more := len(c.Rows) > len(plan.Entries); {
		case more && len(from) > 1:
			what = "those of " + words.These(len(c.Rows)) + " that came from it"
		case more:
			what = words.These(len(c.Rows))
		case from[stream] > 1:
			what = words.Entries(from[stream])
		}
		readers := plan.readers(stream)
		plan.Says = append(plan.Says, Receive(readers, stream, what+" again"))
		if len(readers) > 1 {
			plan.Names = strings.Join(readers, ", ")
		}
	}
	lost := 0
	for _, e := range plan.Entries {
		r, able := requeueOf(e)
		switch {
		case e.Fields == nil:
		case !able:
			lost++
		case plan.Commands == nil:
			plan.Commands = r.Commands()
		}
	}
	if lost > 0 {
		plan.Warns = []string{words.Letters(lost) + " can't go back: nothing says which stream it came from."}
	}
	switch {
	case n > 0:
		plan.More = (n + len(c.Rows) - len(plan.Entries) - 1) * len(plan.Commands)
	case lost > 0 && lost == len(c.Rows):
		plan.Nothing = "none says which stream it came from"
	}
}

// Apply sends the letters back one by one. It first checks that each still exists, so that a letter that somebody else has
// handled meanwhile isn't sent twice.
func (c *requeueing) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return c.inBatches(plan, payloadBatch, func(before []Holding) (Step, error) {
		var step Step
		for i := range before {
			found, err := on.Entries(ctx, c.Stream, []model.Position{before[i].ID})
			if err != nil {
				return step, err
			}
			r, able := requeueOf(found[0])
			switch {
			case found[0].Fields == nil:
				step.Left = append(step.Left, Outcome{ID: before[i].ID, Outcome: Gone})
				continue
			case !able:
				step.Left = append(step.Left, Outcome{ID: before[i].ID, Outcome: NoOrigin})
				continue
			}
			result, err := on.Requeue(ctx, r)
			step.Receipts = append(step.Receipts, result.Receipts...)
			if !result.Added.ID.IsZero() {
				step.Changed++
				step.Outcomes = append(step.Outcomes, Outcome{ID: before[i].ID, Outcome: Requeue.Past}.Added(result.Added))
			}
			if err != nil {
				return step, err
			}
		}
		return step, nil
	})
}
