// Package dialog contains the boxes that float above the panes: one for any kind of change a person can ask for, the forms
// that inject, the help, and plain messages and questions. When a dialog opens, it copies what it acts on and asks the bus
// who holds it now. It says what will happen, and acts only when its button is pressed. It draws no pane and has no
// connection of its own. Start reading at [Dialog] and [Env].
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
	// Title returns the dialog's title, as its frame shows it.
	Title() string
	// Update handles a key, a turn of the wheel, or the answer to one of the dialog's own commands. Anything else, such as
	// an answer that is out of date, changes nothing. done means that the caller has to close the dialog, and still has to
	// run cmd.
	Update(msg tea.Msg) (cmd tea.Cmd, done bool)
	// Draw returns the framed box. It is as large as its content, max as large as the view.
	Draw(v View) []string
}

// Clicker is a dialog that also handles mouse clicks.
type Clicker interface {
	// Click handles a click on a cell of the box that was last drawn, counted from its upper left corner.
	Click(x, y int) (cmd tea.Cmd, done bool)
}

// Keyed is a dialog that tells which key did nothing.
type Keyed interface {
	// Unused returns the last key if the dialog had no use for it, else "". It forgets the key.
	Unused() string
}

// Picked is the message with which a dialog asks to compare an entry as the desk compares events: the first one is marked.
type Picked struct{ Entry model.Entry }

// Copy is the message with which a dialog asks to copy a text to the clipboard. What describes the text, such as "the path".
type Copy struct{ Text, What string }

// View is the theme, the size and the time that a dialog is drawn with.
type View struct {
	Theme *theme.Theme
	// Width and Height are the max size of the box, frame included.
	Width, Height int
	// Now is the server's clock, Location the zone that times are shown in.
	Now      time.Time
	Location *time.Location
	// Compared is the event that the next one is compared with; the zero Key while there is none.
	Compared model.Key
}

// Operator contains the methods of the bus that dialogs use; its reader and its writer together have them, see [OnBus].
type Operator interface {
	change.Server
	DeadLetters(ctx context.Context, stream string, before model.Position, count int) ([]model.DeadLetter, error)
}

// OnBus returns the operator of a bus.
func OnBus(b *bus.Bus) Operator { return onBus{b.Reader(), b.Writer()} }

type onBus struct {
	*observe.Reader
	*change.Writer
}

// Env is what every dialog needs.
type Env struct {
	// Ctx is canceled when the desk ends, and cancels every question and action.
	Ctx context.Context
	Op  Operator
	// Production requires that ProfileName is typed before anything is changed.
	Production  bool
	ProfileName string
	// Prefix is the beginning of every stream key of the bus.
	Prefix string
	// Payload is the name of the entry field that contains the envelope; default [model.FieldData].
	Payload string
	// Limits are the limits for the health of consumers.
	Limits health.Limits
	// NewID returns a new event ID. Now is the local clock, in the zone that times are shown in: times are typed in it.
	NewID func() string
	Now   func() time.Time
	// Edit opens a text in an external editor. back makes the message that contains the edited text. Edit is nil when
	// no editor is offered.
	Edit func(text string, back func(text string, err error) tea.Msg) tea.Cmd
}

// payloadField returns the name of the entry field that contains the envelope.
func (e *Env) payloadField() string {
	if e.Payload == "" {
		return model.FieldData
	}
	return e.Payload
}

// Target is the fixed set of entries that an action acts on.
type Target struct {
	// Stream and IDs name the entries, one or more.
	Stream string
	IDs    []model.Position
	// Sample is a few of them, for display.
	Sample []model.Record
	// Letters says that they are dead letters.
	Letters bool
	// Consumer is the consumer that a change of a consumer is about at first; "" for the one that has been idle for longest.
	Consumer string
}

// record returns the sample's record with that ID; nil when there is none.
func (t *Target) record(id model.Position) *model.Record {
	for i := range t.Sample {
		if t.Sample[i].ID == id && t.Sample[i].Stream == t.Stream {
			return &t.Sample[i]
		}
	}
	return nil
}

// count returns the number of entries or letters, in words.
func (t *Target) count() string {
	if t.Letters {
		return words.Letters(len(t.IDs))
	}
	return words.Entries(len(t.IDs))
}

// frozen returns the target in the form that changes use.
func (t *Target) frozen() change.Target {
	f := change.Target{Stream: t.Stream, Rows: change.Rows(t.IDs), Letters: t.Letters}
	for i := range t.Sample {
		if r := &t.Sample[i]; r.Stream == t.Stream && r.Fields != nil {
			f.Copies = append(f.Copies, r.Entry)
		}
	}
	return f
}

// Done is the message that an action sends when the server has answered, or failed to. It is for the action log, for the
// status line, and for the dialog itself: the receiver has to pass it on to the dialog. It comes even when the dialog was
// closed meanwhile.
type Done struct {
	// Name is the name of the command that does the same: ackdel, group setid. For inject there is no such command.
	// Title is the name in words.
	Name, Title string
	// Target is what the action acted on, Group the group it acted in, if any.
	Target Target
	Group  string
	// Receipts are the commands that were sent, in order, with their replies. There may be some even with an error.
	Receipts []model.Receipt
	// Summary is what happened, in a few words, such as "acked 1 of 1".
	Summary string
	// Added is the new entry of a republish (the last of several) or an inject; zero otherwise.
	Added model.Key
	// Err is the error; nil when there is none.
	Err error
	// At is the time when the answer came.
	At time.Time

	to ticket
	// left are the IDs that a retry has to act on; nil means all of them, empty means that nothing is left to retry.
	left []model.Position
	// rest is the change that continues after this page; nil when this was the last page.
	rest change.Change
	// changed is the number of changed entries, as counted by the server.
	changed int64
}
