package change

import (
	"fmt"
	"slices"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Plan is what a change would do in the current state. The zero Plan means that nobody could look.
type Plan struct {
	// Holdings are the states of the target's entries, in order; nil when they don't matter, or are in the target's rows.
	Holdings []Holding
	// Reach are the groups that it reaches. Pending are the entries that each of them has pending, where that matters.
	Reach   []Reached
	Pending [][]model.Pending
	// Entries are the first of the entries. Into is the stream that their content is added to, if the change adds content.
	Entries []model.Entry
	Into    string
	// Payload writes a new payload for the one entry, where that is possible.
	Payload *Payload
	// HeldIn are the groups that have any of the first entries pending, where the person can choose one of them.
	HeldIn []string
	// Consumers are the group's consumers, the most recently active first, where they matter. Consumer is the one to change.
	Consumers []model.Consumer
	Consumer  *model.Consumer
	// Group is the group to change, if the change is about one.
	Group *model.Group
	// Found is further data from a look, which only the same kind of change reads.
	Found any
	// Costs are what the change takes away. Needed is the first position that a group still needs, if the change respects that.
	Costs  []Cost
	Needed model.Position
	// Whole is the total number of entries when the change goes page by page and reports each page; otherwise 0.
	Whole int64
	// Table is the data that the change was computed from, where that is worth showing.
	Table Table
	// Button is the label of its button, if it differs from the kind's.
	Button string
	// Can holds the server's capabilities, where they matter.
	Can model.Capabilities
	// Says are sentences about the consequence, Details add to them, Warns are warnings.
	Says, Details, Warns []string
	// Commands are the first commands that would be sent; More is the number of similar ones that follow.
	Commands []model.Command
	More     int
	// Names lists the groups that Says counts, for places with enough room.
	Names string
	// Nothing is why there is nothing to do; empty when there is.
	Nothing string
	// Whom is appended to the report of what was done: " for worker-2".
	Whom string
}

// Table has a head for each column: a name, then numbers, then an ID if IDs is set. Rows may be missing.
type Table struct {
	Heads []string
	Rows  [][]string
	IDs   bool
}

// Cost is something that a change takes away: "what db_writers has pending", and how many: 3.
type Cost struct {
	Name string
	N    model.Count
}

// Step is one batch of a change.
type Step struct {
	// Rows are the entries of the batch; nil when the change isn't about entries.
	Rows []model.Pending
	// Left are the entries left alone, each with the reason. Outcomes are the outcomes of the others.
	Left, Outcomes []Outcome
	// Changed is the number of changed entries, by the server's own count.
	Changed int64
	// Moved is the number of entries that went to another consumer, not included in Changed; nil where that doesn't apply.
	Moved *int64
	// Did says in a few words what was done so far, if that isn't a number of changed entries. Aside is an extra remark.
	Did, Aside string
	// Rest is the rest of the change, for callers that apply it step by step and report each step; nil when nothing follows, or
	// when all steps are applied at once.
	Rest Change
	// Receipts are the commands that were sent, with their replies. There may be some even on an error.
	Receipts []model.Receipt
}

// Outcomes of an entry that was not changed, or not for certain.
const (
	// NotPending: it was acknowledged meanwhile, or never delivered.
	NotPending = "not_pending"
	// Gone: it is no longer in the stream, nor pending.
	Gone = "gone"
	// Moved: it went to another consumer, or was delivered again, after it was listed; it was left alone.
	Moved = "moved"
	// TooRecent: it was touched more recently than min idle allows; it was left alone.
	TooRecent = "too_recent"
	// NoOrigin: the dead letter doesn't say which stream it came from.
	NoOrigin = "no_origin"
	// Unknown: the server changed only some entries of the batch, and said how many but not which.
	Unknown = "unknown"
)

// Reason returns in words why an entry was not changed.
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

// Outcome is the outcome of one entry: the Past of the [Kind], or one of the words above.
type Outcome struct {
	ID      model.Position `json:"id"`
	Outcome string         `json:"outcome"`
	// AddedStream and AddedID name the added entry: the republished or requeued entry, or the dead letter.
	AddedStream string          `json:"added_stream,omitempty"`
	AddedID     *model.Position `json:"added_id,omitempty"`
	// Acked says whether the original was acknowledged, if that was asked for.
	Acked *bool `json:"acked,omitempty"`
}

// Added returns the outcome with the new entry filled in.
func (o Outcome) Added(key model.Key) Outcome {
	o.AddedStream, o.AddedID = key.Stream, &key.ID
	return o
}

// alike returns the outcomes of a batch for which the server said only how many entries it changed.
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

// Worse says how a newer plan is worse than the one shown. An entry has another holder; a cost has grown or is now unknown; a
// group needs more than before, or wasn't named; the consumer has been active; or there is nothing left to do. It returns nil
// when none of these holds.
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

// MovedOn reports whether an entry has gone to another consumer, or was delivered again, since the last look: somebody else is
// working on it. An entry that has left the pending entries list is no reason to stop, because acting on it does nothing.
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
