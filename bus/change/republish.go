package change

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Republish adds entries again as new ones, unchanged or with a new payload.
var Republish = Kind{
	Name: "republish", Title: "Republish", Past: "republished", Does: "republish", Action: "republish as a new entry",
	Short: "Add entries again, as new ones",
	Help: `republish adds entries again as new ones, byte for byte, with a field origin=STREAM/ID that says where each
came from. Every group of the stream receives them; --to-stream takes another stream. --payload gives a single entry another
payload, as JSON: what 'streamdesk export --decoded' shows of it, edited. It goes out in the form that the payload has
(gzip, msgpack, protobuf with its schema …); a form that can't be written again is refused, and says why. Its data is checked
by the JSON Schema of its type, when the settings name one, as that of an event that is published. With --group the entries are
chosen among what that group has pending, and --ack acknowledges each original there once its new entry is safe.`,
	Sends: "XRANGE, XADD (each at most once), XACK with --ack, and XPENDING with --group",
	Example: `  streamdesk republish workflow.failed 1762341000000-0
  streamdesk republish workflow.failed --group db_writers --idle 10m --ack
  streamdesk republish events:orders 1762341000000-0 --payload @order.json
  streamdesk republish audit.failed --from 1h --where agent:tester --to-stream audit.again --dry-run
  streamdesk tail 'audit.*' --from 1h --count 100 --output json |
    jq -c 'select(.data.retry)' | streamdesk republish - --yes`,
	On: Entries, Adds: true,
	Params: []Param{
		{
			Name: "to-stream", Type: StreamKey, Label: "To stream", Looks: true,
			Help: "add them to this `stream` instead of their own",
		},
		{Name: "payload", Type: JSON, Label: "Payload", Help: "with this payload: `JSON`, @FILE, or - for stdin; of one entry"},
		{
			Name: "origin", Type: Switch, Label: "Origin", Default: "true",
			Hint: "add a field " + model.FieldOrigin + " that says which entry it was made from", Help: "add no field that says where it came from",
		},
		{
			Name: "ack", Type: Holder, Label: "Ack it in", Hint: "the original, once the new entry is safe", Looks: true,
			Needed: "say with --group in which group the originals are to be acknowledged",
			Help:   "acknowledge the original in that group, once the new entry is safe",
		},
	},
	Make: func(t Target, v Values) Change {
		c := &republishing{Target: t, to: cmp.Or(v["to-stream"], t.Stream), payload: v["payload"], origin: v.on("origin"), ack: v["ack"]}
		c.free, c.Group = t.Group == "", cmp.Or(t.Group, c.ack)
		return c
	},
}

type republishing struct {
	Target
	to, payload, ack string
	origin           bool
	free             bool // the target has no group; any group that has it pending may acknowledge it
}

func (c *republishing) request(e model.Entry, fields []model.Field) RepublishRequest {
	return RepublishRequest{Entry: e, To: c.to, Fields: fields, Provenance: c.origin, AckGroup: c.ack}
}

// original returns an entry as found, or the copy that was read before the entry was gone.
func (c *republishing) original(found model.Entry) model.Entry {
	if found.Fields == nil {
		for _, e := range c.Copies {
			if e.ID == found.ID {
				return e
			}
		}
	}
	return found
}

// maxOriginals is the max number of entries read for display; the others are read when it is their turn.
const maxOriginals = 5

// Look reads the first entries. It finds out who reads the stream that they go to and, if they are to be acknowledged, who holds
// them.
func (c *republishing) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	plan.Into = c.to
	if err := plan.reach(ctx, on, c.to); err != nil {
		return plan, err
	}
	if c.free {
		if plan.HeldIn, err = HeldIn(ctx, on, &c.Target); err != nil {
			return plan, err
		}
	}
	if c.ack != "" && !c.Known {
		if plan.Holdings, err = Holdings(ctx, on, &c.Target); err != nil {
			return plan, err
		}
	}
	plan.Entries, err = on.Entries(ctx, c.Stream, idsOf(c.Rows[:min(len(c.Rows), maxOriginals)]))
	if err != nil || len(c.Rows) != 1 {
		return plan, err
	}
	if e := c.original(plan.Entries[0]); e.Fields != nil {
		plan.Payload = payloadOf(on, e)
		if c.payload != "" {
			_, err = plan.Payload.Write(c.payload)
		}
	}
	return plan, err
}

func (c *republishing) Say(plan *Plan) {
	plan.Says, plan.Details, plan.Warns, plan.Names, plan.Nothing, plan.Whom = nil, nil, nil, "", "", ""
	plan.Commands, plan.More = nil, 0
	what, originals := "this", "The original is acknowledged in "+c.ack+", once the new entry is safe."
	if n := len(c.Rows); n > 1 {
		what, originals = words.These(n), "The originals are acknowledged in "+c.ack+", each once its new entry is safe."
	}
	if c.to == c.Stream {
		what += " again"
	}
	if plan.Into == c.to { // who reads it is known
		readers := plan.readers(c.to)
		if plan.Says = []string{Receive(readers, c.to, what)}; len(readers) > 1 {
			plan.Names = strings.Join(readers, ", ")
		}
	}
	if c.payload != "" {
		plan.Details = append(plan.Details, plan.Payload.says())
	}
	if c.ack != "" {
		plan.Details, plan.Whom = append(plan.Details, originals), ", original acked in "+c.ack
	}
	c.sayFirst(plan)
}

// sayFirst says what happens to the first entry.
func (c *republishing) sayFirst(plan *Plan) {
	first := model.Entry{ID: c.Rows[0].ID}
	if len(plan.Entries) > 0 {
		first = plan.Entries[0]
	}
	e := c.original(first)
	switch looked := len(plan.Entries) > 0; {
	case e.Fields == nil && looked && len(c.Rows) == 1:
		plan.Says, plan.Details = nil, nil
		plan.Warns = []string{"The entry is gone from the stream, and no copy of it was kept: nothing is left to republish."}
		plan.Nothing = "nothing is left to republish"
	case looked && first.Fields == nil && e.Fields != nil:
		plan.Warns = []string{"The original is gone from the stream: what is sent is the copy that was read before."}
	}
	var fields []model.Field
	if c.payload != "" && plan.Payload != nil {
		var err error
		var unfit *model.SchemaError
		if fields, unfit, err = plan.Payload.For(c.to, c.payload); err != nil {
			plan.Nothing = err.Error()
		} else {
			plan.judge(unfit)
		}
	}
	if e.Fields != nil && plan.Nothing == "" {
		plan.Commands = c.request(e, fields).Commands()
		plan.More = (len(c.Rows) - 1) * len(plan.Commands)
	}
}

// edited returns an entry's fields with the new payload, and a sentence about what of it doesn't fit the schema of its type. It is
// an error when that is refused.
func (c *republishing) edited(on Reader, e model.Entry) (fields []model.Field, warn string, err error) {
	fields, unfit, err := payloadOf(on, e).For(c.to, c.payload)
	switch {
	case err != nil || unfit == nil:
		return fields, "", err
	case unfit.Refused:
		return nil, "", unfit
	default:
		return fields, unfit.Sentence(), nil
	}
}

func (c *republishing) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return c.inBatches(plan, payloadBatch, func(before []Holding) (Step, error) {
		found, left, err := c.read(ctx, on, plan, before)
		step := Step{Left: left}
		for i := 0; i < len(found) && err == nil; i++ {
			e := c.original(found[i].Entry)
			if e.Fields == nil {
				step.Left = append(step.Left, Outcome{ID: found[i].Entry.ID, Outcome: Gone})
				continue
			}
			var fields []model.Field
			if c.payload != "" {
				if fields, step.Aside, err = c.edited(on, e); err != nil {
					break
				}
			}
			var result RepublishResult
			result, err = on.Republish(ctx, c.request(e, fields))
			step.Receipts = append(step.Receipts, result.Receipts...)
			if !result.Added.ID.IsZero() {
				step.Changed++
				o := Outcome{ID: e.ID, Outcome: Republish.Past}.Added(result.Added)
				if c.ack != "" {
					o.Acked = new(result.Acked == 1)
				}
				step.Outcomes = append(step.Outcomes, o)
			}
		}
		return step, err
	})
}
