// Package change holds the changes to Redis that a person can ask for. Each is one value: its name, its parameters, what it would
// do right now, and how to apply it. One dialog and one command handle all of them, and know none by name. Start reading at
// [Kind] and [Change]; [Kinds] is the list.
package change

import (
	"cmp"
	"context"
	"iter"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// Kind is one kind of change. It gives the desk an action and a form, and the command line a command.
type Kind struct {
	// Name is the command, and the action in reports and in the audit file: "ack". Title is the title of the dialog: "Ack".
	Name, Title string
	// Button is the label of the button when the change isn't about entries: "Destroy the group".
	Button string
	// Past is the outcome of an entry on success: "claimed". Does is the verb, followed by its object: "claim". Action is the
	// text in menus: "claim for another consumer".
	Past, Does, Action string
	// PastWords is Past as a person reads it, where Past isn't a plain word: "acked and deleted".
	PastWords string
	// Short, Help and Sends are the command's help: a few words, full sentences, and the Redis commands it sends.
	Short, Help, Sends string
	// Example holds example command lines, one or more per line.
	Example string
	// On is what it acts on.
	On Subject
	// Unborn is set when the stream needn't exist yet.
	Unborn bool
	// Adds is set when the change adds the entries' content to a stream. The content of an entry that is gone can't be added.
	Adds bool
	// Typed is why the name of the group must be typed first; empty when it needn't be.
	Typed string
	// Params are the parameters beside the target. Check returns an error when a command's flags contradict each other or the
	// target: before a look, with an empty plan, or after it, with what the look found. A nil Check accepts everything.
	Params []Param
	Check  func(Target, Values, *Plan) error
	// Make freezes the target and the values.
	Make func(Target, Values) Change
}

// Became returns the outcome of an entry on success, in words.
func (k *Kind) Became() string { return cmp.Or(k.PastWords, k.Past) }

// Subject is what a change acts on.
type Subject uint8

const (
	// Pending are entries that are pending in a group.
	Pending Subject = iota
	// Entries are entries of a stream, whether a group has them pending or not.
	Entries
	// Letters are dead letters.
	Letters
	// Group is a consumer group.
	Group
	// NewGroup is a consumer group that doesn't exist yet: the person chooses its name.
	NewGroup
	// GroupEverywhere is a consumer group by its name, on all streams of the bus. The target has no stream.
	GroupEverywhere
	// Consumer is a consumer of a group.
	Consumer
	// Stream is a stream, whatever it contains.
	Stream
	// Bus is the bus as a whole: no part of it is chosen.
	Bus
)

// Entries reports whether the change acts on chosen entries.
func (s Subject) Entries() bool { return s < Group }

// Change is one change of one target, frozen when it was asked for. It changes nothing before [Change.Apply].
type Change interface {
	// Look reads the current state of the target. The result depends on the target, and only on those values whose [Param] has
	// Looks set.
	Look(ctx context.Context, on Reader) (Plan, error)
	// Say fills in what would happen, as far as the plan shows: sentences, warnings and commands. It sends nothing to Redis.
	Say(plan *Plan)
	// Apply makes the change in batches, each as soon as the caller has taken the step before. It leaves alone what has changed
	// since the plan, but not when the plan is empty, which means that nobody could look. A step that fails comes with its error
	// and is the last. If the error wraps [fault.ErrUncertain], the step may have taken effect.
	Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error]
}

// Target is what a change acts on. Nothing is added to it once a person has seen it.
type Target struct {
	Stream, Group, Consumer string
	// Rows are the entries. Each row has an ID. When Known is set it also says who held the entry then: a row without a consumer
	// was not pending.
	Rows  []model.Pending
	Known bool
	// Found is set when the entries come from a search of the stream just now, so they exist. Otherwise they were given by ID.
	Found bool
	// Copies are entries as they were read earlier, for use when they are gone by now.
	Copies []model.Entry
	// Letters is set when the entries are dead letters. Group is then the group that gave them up.
	Letters bool
}

// IDs returns the entries' IDs, in order.
func (t *Target) IDs() []model.Position { return idsOf(t.Rows) }

func idsOf(rows []model.Pending) []model.Position {
	ids := make([]model.Position, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// Rows returns one row per ID, with nothing else filled in.
func Rows(ids []model.Position) []model.Pending {
	rows := make([]model.Pending, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	return rows
}

// Reader is what changes read with. None of its methods changes anything.
type Reader interface {
	Can(ctx context.Context) (model.Capabilities, error)
	Pending(ctx context.Context, q observe.PendingQuery) ([]model.PendingEntry, error)
	PendingOf(ctx context.Context, stream, group string, ids []model.Position) ([]model.Pending, error)
	Delivery(ctx context.Context, key model.Key) (model.Delivery, error)
	Entries(ctx context.Context, stream string, ids []model.Position) ([]model.Entry, error)
	Snapshot(ctx context.Context, streams []string) (model.Snapshot, error)
	LookAt(ctx context.Context, stream, group string) (*model.Stream, *model.Group, error)
	CountBetween(ctx context.Context, s *model.Stream, from, to model.Position) (model.Count, error)
	EntryAt(ctx context.Context, s *model.Stream, n int64) (model.Position, bool, error)
	PendingBefore(ctx context.Context, stream string, g *model.Group, end model.Position) (model.Count, error)
	EntriesRead(ctx context.Context, key string, at model.Position) (model.Position, model.Count, error)
	Control(ctx context.Context, group string) (*model.Control, time.Time, error)
	Prefix() string
	FindScheduled(ctx context.Context, stream, id string) ([]model.Scheduled, error)
	DeadLetterKey(stream string) string
	Decode(e model.Entry) model.Record
	Edited(r *model.Record, value string) ([]model.Field, error)
	Unfit(e *model.Event) *model.SchemaError
}

// Sender sends the changes.
type Sender interface {
	Ack(ctx context.Context, r AckRequest) (AckResult, error)
	Claim(ctx context.Context, r ClaimRequest) (ClaimResult, error)
	Append(ctx context.Context, r AppendRequest) (AppendResult, error)
	Republish(ctx context.Context, r RepublishRequest) (RepublishResult, error)
	DeadLetter(ctx context.Context, r DeadLetterRequest) (DeadLetterResult, error)
	Delete(ctx context.Context, r DeleteRequest) (DeleteResult, error)
	Requeue(ctx context.Context, r RequeueRequest) (RequeueResult, error)
	CreateGroup(ctx context.Context, r CreateGroupRequest) (GroupResult, error)
	DestroyGroup(ctx context.Context, r DestroyGroupRequest) (GroupResult, error)
	SetGroupID(ctx context.Context, r SetGroupIDRequest) (GroupResult, error)
	DeleteConsumer(ctx context.Context, r DeleteConsumerRequest) (GroupResult, error)
	Trim(ctx context.Context, r TrimRequest) (TrimResult, error)
	Together(ctx context.Context, commands ...model.Command) (counts []int64, receipts []model.Receipt, err error)
}

// Server is what changes read and send with.
type Server interface {
	Reader
	Sender
}

// On returns the server behind a reader and a writer of the same bus.
func On(r *observe.Reader, w *Writer) Server {
	return struct {
		*observe.Reader
		*Writer
	}{r, w}
}
