// Package dialog holds the boxes that float above the panes: one for any kind of change a person can ask for, the forms that
// inject, the help, and plain messages and questions. A dialog freezes what it acts on when it opens, asks
// the bus who holds it now, says what will happen, and acts only when its button is pressed; it draws no pane and
// keeps no connection of its own. Start reading at [Dialog] and [Env].
package dialog

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
)

// Dialog floats above the panes and gets every key first.
type Dialog interface {
	// Title names the dialog, as its frame does.
	Title() string
	// Update takes a key, a wheel's turn, or the answer to a command of the dialog's own; anything else, answers that
	// are out of date among them, changes nothing. Done says that the dialog is to be closed; a command that comes with
	// it is still to be run.
	Update(msg tea.Msg) (cmd tea.Cmd, done bool)
	// Draw is the framed box, as large as its content and at most as large as the view.
	Draw(v View) []string
}

// Clicker is a dialog that takes the mouse, too.
type Clicker interface {
	// Click is a press on a cell of the box that was last drawn, counted from its upper left corner.
	Click(x, y int) (cmd tea.Cmd, done bool)
}

// Copy is the message that a dialog sends to have a text put on the clipboard. What says what it is, such as "the path".
type Copy struct{ Text, What string }

// View is what a dialog draws with.
type View struct {
	Theme *theme.Theme
	// Width and Height are the room there is for the box, frame included.
	Width, Height int
	// Now is the server's clock, Location the zone that times are shown in.
	Now      time.Time
	Location *time.Location
}

// Operator is what dialogs ask of the bus: what its reader and its writer do together, see [OnBus].
type Operator interface {
	change.Server
	DeadLetters(ctx context.Context, stream string, before model.Position, count int) ([]model.DeadLetter, error)
}

// OnBus is the operator of a bus.
func OnBus(b *bus.Bus) Operator { return onBus{b.Reader(), b.Writer()} }

type onBus struct {
	*observe.Reader
	*change.Writer
}

// Env is what every dialog needs.
type Env struct {
	// Ctx ends every question and action when the desk does.
	Ctx context.Context
	Op  Operator
	// Production asks for ProfileName to be typed before anything is changed.
	Production  bool
	ProfileName string
	// Prefix starts the key of every stream of the bus.
	Prefix string
	// Payload names the entry field that holds the envelope; empty means [model.FieldData].
	Payload string
	// Limits are those by which consumers are judged.
	Limits health.Limits
	// NewID makes an event ID, Now is the local clock.
	NewID func() string
	Now   func() time.Time
	// Edit opens a text in the person's own editor, and hands back what came of it in the message that back makes. Nil
	// means that this isn't offered.
	Edit func(text string, back func(text string, err error) tea.Msg) tea.Cmd
}

// payloadField is the entry field that holds the envelope.
func (e *Env) payloadField() string {
	if e.Payload == "" {
		return model.FieldData
	}
	return e.Payload
}

// Target freezes what an action is to act on.
type Target struct {
	// Stream and IDs name the entries, one or more.
	Stream string
	IDs    []model.Position
	// Sample is a few of them, to be shown.
	Sample []model.Record
	// Letters says that they are dead letters.
	Letters bool
}

// record is the sample's record with that ID, nil when it has none.
func (t *Target) record(id model.Position) *model.Record {
	for i := range t.Sample {
		if t.Sample[i].ID == id && t.Sample[i].Stream == t.Stream {
			return &t.Sample[i]
		}
	}
	return nil
}

// count is how many there are, in words.
func (t *Target) count() string {
	if t.Letters {
		return words.Letters(len(t.IDs))
	}
	return words.Entries(len(t.IDs))
}

// frozen is the target as changes know it.
func (t *Target) frozen() change.Target {
	f := change.Target{Stream: t.Stream, Rows: change.Rows(t.IDs), Letters: t.Letters}
	for i := range t.Sample {
		if r := &t.Sample[i]; r.Stream == t.Stream && r.Fields != nil {
			f.Copies = append(f.Copies, r.Entry)
		}
	}
	return f
}

// Done is the message that an action sends when the server has answered, or couldn't: for the action log and the
// status line, and for the dialog itself, to which it has to be handed on. It comes even when the dialog was closed
// meanwhile.
type Done struct {
	// Name is the command that does the same: ackdel, group setid; inject has none. Title names it in words.
	Name, Title string
	// Target is what it acted on, Group the group it acted in, if any.
	Target Target
	Group  string
	// Receipts are the commands that were sent with their replies, in order; some may be there beside an error.
	Receipts []model.Receipt
	// Summary says what happened in a few words, such as "acked 1 of 1".
	Summary string
	// Added is the new entry of a republish (the last of several) or an inject; zero otherwise.
	Added model.Key
	// Err is what went wrong, nil when nothing did.
	Err error
	// At is when the answer came.
	At time.Time

	to ticket
	// left are the IDs that trying again is to act on; nil means all of them, empty that there is nothing left to try.
	left []model.Position
	// rest is the change that goes on where this page of it ended; nil ends it.
	rest change.Change
	// changed is how many entries were, by the server's own count.
	changed int64
}
