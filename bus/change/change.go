// Package change holds the changes of Redis that a person can ask for, each as one value: what it is called, what it needs to
// know, what it would do as things are now, and how it is made. One dialog and one command show any of them; they ask and
// draw, and know none by name. Start reading at [Kind] and [Change]; [Kinds] is the list.
package change

import (
	"cmp"
	"context"
	"iter"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

// Kind is one kind of change. From it come an action of the desk, a form and a command.
type Kind struct {
	// Name is its command, and the action in reports and in the audit file: "ack". Title heads its dialog: "Ack".
	Name, Title string
	// Button is what its button says where it isn't about entries: "Destroy the group".
	Button string
	// Past is what becomes of an entry when all goes well, Does what happens to it, or to what is named behind it, Action how menus
	// put that: "claimed", "claim", "claim for another consumer".
	Past, Does, Action string
	// PastWords is Past for a person, where that isn't a word: "acked and deleted".
	PastWords string
	// Short, Help and Sends are the command's help: in a few words, in sentences, and which Redis commands it sends.
	Short, Help, Sends string
	// Example are command lines, one or more a line.
	Example string
	// On is what it acts on.
	On Subject
	// Adds says that it adds the entries' content to a stream: of an entry that is gone nothing can be added any more.
	Adds bool
	// Typed is why the name of its group has to be typed first; empty where it needn't.
	Typed string
	// Params are what it needs to know beside its target. Check says what a command's flags contradict: themselves or the target,
	// before anybody has looked (the plan is empty), or the target as a look has found it. Nil is that nothing does.
	Params []Param
	Check  func(Target, Values, *Plan) error
	// Make freezes the target and the values.
	Make func(Target, Values) Change
}

// Became says in words what becomes of an entry when all goes well.
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
	// NewGroup is a consumer group that there isn't yet: its name is made up by the person.
	NewGroup
	// Consumer is a consumer of a group.
	Consumer
	// Stream is a stream, whatever is in it.
	Stream
	// Bus is the bus as a whole: nothing of it is chosen.
	Bus
)

// Entries says whether the changes are of entries that are chosen.
func (s Subject) Entries() bool { return s < Group }

// Change is one change of one target, frozen when it was asked for. It changes nothing before [Change.Apply].
type Change interface {
	// Look sees how its target is now. What it brings depends on the target, and of the values on those alone whose [Param] says
	// that it Looks.
	Look(ctx context.Context, on Reader) (Plan, error)
	// Say fills in what would happen, as far as the plan knows: sentences, warnings and commands. It asks nobody.
	Say(plan *Plan)
	// Apply makes the change, batch after batch, each as soon as the one before was taken. It leaves alone what has moved on
	// since the plan, unless the plan is empty, for then nobody could look. A step that fails comes with its error, and is
	// the last; one that wraps [fault.ErrUncertain] may have taken effect.
	Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error]
}

// Target is what a change acts on. Nothing is added to it once a person was shown it.
type Target struct {
	Stream, Group, Consumer string
	// Rows are the entries. They name them by ID; when Known is set they also say who held them then: a row without a
	// consumer was not pending.
	Rows  []model.Pending
	Known bool
	// Found says that the stream was searched for them just now, so that they are there; others were named.
	Found bool
	// Copies are entries as they were read before, for when they are gone by now.
	Copies []model.Entry
	// Letters says that they are dead letters; Group is the one that gave them up then.
	Letters bool
}

// IDs are the entries' IDs, in their order.
func (t *Target) IDs() []model.Position { return idsOf(t.Rows) }

func idsOf(rows []model.Pending) []model.Position {
	ids := make([]model.Position, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// Rows are the rows of IDs of which nothing else is known.
func Rows(ids []model.Position) []model.Pending {
	rows := make([]model.Pending, len(ids))
	for i, id := range ids {
		rows[i].ID = id
	}
	return rows
}

// Reader is what changes look with. Nothing of it changes anything.
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
	DeadLetterKey(stream string) string
	Decode(e model.Entry) model.Record
	Edited(r *model.Record, value string) ([]model.Field, error)
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

// Server is what changes look and send with.
type Server interface {
	Reader
	Sender
}

// On is the server that a reader and a writer of the same bus reach.
func On(r *observe.Reader, w *Writer) Server {
	return struct {
		*observe.Reader
		*Writer
	}{r, w}
}
