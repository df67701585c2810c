package change

import (
	"fmt"
	"slices"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Plan is what a change would do as things are now. The zero Plan is that nobody could look.
type Plan struct {
	// Holdings say where each of the target's entries stands, in their order; nil when that doesn't matter, or is in the
	// target's rows.
	Holdings []Holding
	// Reach are the groups that it reaches, Pending what each of them has pending of the entries, where that matters.
	Reach   []Reached
	Pending [][]model.Pending
	// Entries are the first of them, Into is the stream that their content is added to, where that is what it does.
	Entries []model.Entry
	Into    string
	// Payload is how another payload of the one entry is written, where that can be asked for.
	Payload *Payload
	// HeldIn are the groups that have any of the first entries pending, where one of them can be chosen.
	HeldIn []string
	// Consumers are those of the group, the most recently active first, where that matters; Consumer is the one that it is about.
	Consumers []model.Consumer
	Consumer  *model.Consumer
	// Group is the group that it is about, where it is about one.
	Group *model.Group
	// Found is what else a look has brought, which only its own kind reads.
	Found any
	// Costs are what the change takes away. Needed is from where on a group needs what it removes, where it heeds that.
	Costs  []Cost
	Needed model.Position
	// Whole is how many entries it changes where it does so page by page, each of which is told of; 0 elsewhere.
	Whole int64
	// Table is what the change was worked out from, where that is worth seeing.
	Table Table
	// Button is what its button says, where that is another than its kind's.
	Button string
	// Can is what the server can do, where that matters.
	Can model.Capabilities
	// Says are the consequence, in sentences; Details go on with it, Warns are what is to be minded.
	Says, Details, Warns []string
	// Commands are the first that would be sent; More is how many like them follow.
	Commands []model.Command
	More     int
	// Names are the groups that Says counts, for where there is room.
	Names string
	// Nothing is why there is nothing to do; empty when there is.
	Nothing string
	// Whom goes on with what is said of what was done: " for worker-2".
	Whom string
}

// Table has a head over each column: what a thing is called, then numbers, and where IDs is set an ID. Rows may be missing.
type Table struct {
	Heads []string
	Rows  [][]string
	IDs   bool
}

// Cost is something that a change takes away: "what db_writers has pending", 3 of it.
type Cost struct {
	Name string
	N    model.Count
}

// Step is one batch of a change.
type Step struct {
	// Rows are what it was about, nil when the change isn't about entries.
	Rows []model.Pending
	// Left were left alone, each with the reason; Outcomes are what became of the others.
	Left, Outcomes []Outcome
	// Changed is how many were changed, by the server's own count.
	Changed int64
	// Moved is how many entries went to another consumer, beside what was changed; nil where that is no matter.
	Moved *int64
	// Did says in a few words what was done so far, where that isn't how many entries were changed; Aside what else is to be minded.
	Did, Aside string
	// Rest is the change from here on, for who makes it a step at a time and wants to tell of each; nil when nothing follows, or
	// the steps are made in one go.
	Rest Change
	// Receipts are the commands that were sent, with their replies. Some may be there beside an error.
	Receipts []model.Receipt
}

// What can become of an entry beside being changed.
const (
	// NotPending: it was acknowledged meanwhile, or never delivered.
	NotPending = "not_pending"
	// Gone: it is no longer in the stream, nor pending.
	Gone = "gone"
	// Moved: it went to another consumer, or was delivered again, after it was listed; it was left alone.
	Moved = "moved"
	// TooRecent: it was touched more recently than was asked for; it was left alone.
	TooRecent = "too_recent"
	// NoOrigin: the dead letter doesn't say which stream it came from.
	NoOrigin = "no_origin"
	// Unknown: the server said how many of a batch it changed, which were fewer than asked for, and not which.
	Unknown = "unknown"
)

// Reason says in words why an entry was not changed.
func Reason(outcome string) string {
	switch outcome {
	case NotPending:
		return "not pending (any more)"
	case Gone:
		return "gone from the stream"
	case Moved:
		return "left alone: another consumer got it, or it was delivered again"
	case TooRecent:
		return "left alone: touched too recently"
	case NoOrigin:
		return "left alone: nothing says which stream it came from"
	default:
		return "? somebody else was at the same entries"
	}
}

// Outcome is what became of one entry: what [Kind] calls Past, or one of the words above.
type Outcome struct {
	ID      model.Position `json:"id"`
	Outcome string         `json:"outcome"`
	// AddedStream and AddedID are the new entry of a republish, the dead letter, or what was requeued.
	AddedStream string          `json:"added_stream,omitempty"`
	AddedID     *model.Position `json:"added_id,omitempty"`
	// Acked says whether the original was acknowledged, where that was asked for.
	Acked *bool `json:"acked,omitempty"`
}

// Added fills in the new entry.
func (o Outcome) Added(key model.Key) Outcome {
	o.AddedStream, o.AddedID = key.Stream, &key.ID
	return o
}

// alike are the outcomes of a batch of which the server said only how many it changed.
func alike(rows []model.Pending, changed int64, past, none string) []Outcome {
	what := Unknown
	switch changed {
	case int64(len(rows)):
		what = past
	case 0:
		what = none
	}
	outcomes := make([]Outcome, len(rows))
	for i := range rows {
		outcomes[i] = Outcome{ID: rows[i].ID, Outcome: what}
	}
	return outcomes
}

// Worse says what a newer plan does that the one that was shown doesn't: an entry has another holder, a cost has grown, or can't
// be told any more, a group needs more than before, one is reached that wasn't named, the consumer has been active, or there is nothing
// to do any more. It is nil when nothing of that is so.
func Worse(shown, newer Plan) []string {
	var worse []string
	if newer.Nothing != "" && shown.Nothing == "" {
		worse = append(worse, newer.Nothing)
	}
	if MovedOn(shown.Holdings, newer.Holdings) {
		worse = append(worse, "an entry has gone to another consumer, or was delivered again")
	}
	for _, cost := range newer.Costs {
		was := model.Exactly(0)
		if i := slices.IndexFunc(shown.Costs, func(c Cost) bool { return c.Name == cost.Name }); i >= 0 {
			was = shown.Costs[i].N
		}
		if cost.N.MayExceed(was) {
			worse = append(worse, fmt.Sprintf("%s went from %s to %s", cost.Name, words.Counted(was), words.Counted(cost.N)))
		}
	}
	if shown.Consumer != nil && newer.Consumer != nil && newer.Consumer.Idle < shown.Consumer.Idle {
		worse = append(worse, newer.Consumer.Name+" has been active")
	}
	if newer.Needed.Before(shown.Needed) {
		worse = append(worse, "what a group still needs went back to "+newer.Needed.String())
	}
	for _, r := range newer.Reach {
		if !slices.Contains(shown.Reach, r) {
			worse = append(worse, r.Group+" has joined the groups that it reaches")
		}
	}
	return worse
}

// MovedOn says whether an entry has gone to another consumer, or was delivered again, since it was last looked at: somebody
// else is at work on it. An entry that has left the pending entries list is no reason to stop, for acting on it does
// nothing.
func MovedOn(before, after []Holding) bool {
	if len(before) != len(after) {
		return false
	}
	for i := range after {
		a, b := &after[i], &before[i]
		switch {
		case a.State != Held:
		case b.State == Held && (a.Consumer != b.Consumer || a.Deliveries != b.Deliveries):
			return true
		case b.State != Held && b.State != Unlooked:
			return true
		}
	}
	return false
}
