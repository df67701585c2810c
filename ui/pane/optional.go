package pane

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
)

// Effect is what a pane has the desk do.
type Effect struct {
	// Focus is the name of the pane that keys are to go to; empty leaves them where they go.
	Focus string
	// Action is the name of the action to be done; empty for none.
	Action string
	// Filter is to be put in force; nil leaves the one that is.
	Filter *string
	// Workflow is the ID of a workflow that is to be opened; esc comes back from there. Empty opens none.
	Workflow string
	// Warn is what the status line says.
	Warn string
	// To is what the other panes are led to, and the focus with them; esc comes back from there. Nil leads nowhere.
	To *Place
}

// Place is a group of a stream, or the stream alone, and the pending entry that is meant, if any.
type Place struct {
	Scope
	Entry model.Position
}

// Sideways is a pane whose cursor moves along its rows, too.
type Sideways interface {
	// Aside moves the cursor a column to the right, or to the left.
	Aside(right bool)
}

// Scoped is a pane that shows what others have chosen.
type Scoped interface {
	// Refresh takes in what is chosen and what is known by now. It is called often: what costs much is done when the snapshot
	// is a new one.
	Refresh(s Scope, d *live.Data)
}

// Chooser is a pane whose cursor chooses what the panes behind it show.
type Chooser interface {
	// Choose puts into the scope what is under the cursor.
	Choose(s *Scope)
	// Lead puts the cursor on its part of the scope, and says whether that is there.
	Lead(to Scope, d *live.Data) bool
}

// Watcher is a pane that shows streams beside each other, whose figures are kept finely while they are in sight.
type Watcher interface {
	// Watch are the keys of the streams in sight.
	Watch() []string
}

// Subjecter is a pane whose cursor is on an entry, which is shown whole, and which actions are about.
type Subjecter interface {
	// Subject is the entry under the cursor, false for none. The record is nil where only its ID is known.
	Subject(d *live.Data) (key model.Key, r *model.Record, ok bool)
}

// Marker is a [Subjecter] whose entries are those of a group, and can be marked, so that an action is about several.
type Marker interface {
	// Point puts the cursor on an entry of a group, once it has been read; what hides it is undone.
	Point(of Scope, id model.Position, d *live.Data)
	// Mark turns the mark of the entry under the cursor round, MarkAll those of all.
	Mark(k Known)
	MarkAll()
	// Chosen are the marked entries, or else the one under the cursor, and the group that they are pending in.
	Chosen() (live.GroupKey, []model.Position)
}

// Narrower is a pane of pending entries that can show some of them.
type Narrower interface {
	Filter() model.PendingFilter
	SetFilter(f model.PendingFilter)
}

// Zoomer is a pane in which time can be shown more finely.
type Zoomer interface {
	// Zoom goes on to a shorter stretch, or a longer one.
	Zoom(in bool, d *live.Data)
}

// Spanner is a pane that shows a stretch of time.
type Spanner interface {
	Zoomer
	Window() time.Duration
	SetWindow(span time.Duration)
}

// Enterer is a pane whose rows lead to something other than a pane.
type Enterer interface {
	// Enter goes into what is under the cursor, false when there is nothing.
	Enter() (Effect, bool)
}

// Comparer is a pane whose rows can be marked, and two of them be compared.
type Comparer interface {
	// Mark turns the mark of the row under the cursor round.
	Mark(k Known)
	// Pair are the two workflows that are marked, or the one that is and the one under the cursor; why says what is missing.
	Pair(d *live.Data) (left, right *workflow.Workflow, why string)
}

// Typer is a pane whose rows are narrowed to those that hold what is typed.
type Typer interface {
	// Begin begins to type; Typing says whether keys are typed, which Type takes in until one of them ends it.
	Begin()
	Typing() bool
	Type(key tea.KeyMsg)
}

// Backer is a pane in which there is something to be undone.
type Backer interface {
	// Back undoes the nearest thing, false when there is none. In a zoomed pane it leaves alone what comes after the zoom.
	Back(zoomed bool, k Known) (Effect, bool)
}

// Hearer is a pane that shows entries as they come in.
type Hearer interface {
	// Hear takes in new entries, none when those that there are were filtered, and says whether what is shown has changed.
	Hear(records []model.Record) bool
}

// Tail is the pane of the log: what is shown of it follows the newest entry, stands still, or goes back.
type Tail interface {
	Subjecter
	// Follow goes to the newest entry and stays there; Pause makes everything stand still, or go on.
	Follow(k Known)
	Pause(paused bool, k Known)
	// Refilter keeps the cursor on its entry when the log has another filter, or puts it on the newest.
	Refilter(d *live.Data)
	// Anchor is the entry under the cursor when another filter takes it out of view, as it does one that was read from the
	// past; nil else.
	Anchor(d *live.Data) *model.Moment
	// Jump goes to an entry or a time.
	Jump(to model.Moment, k Known) Effect
	// Hold keeps the cursor on an entry, when that is still in view.
	Hold(on model.Key, d *live.Data)
}

// Course is the pane of a workflow: that of the entry that is shown, or the one that was opened.
type Course interface {
	// Accompany goes with the entry that is shown, nil for none, and says whether what is shown has changed.
	Accompany(r *model.Record, d *live.Data) bool
	// Open stays with a workflow, with the cursor on an entry of it, nil for the newest.
	Open(workflow string, at *model.Key, k Known) Effect
	// Onward puts the cursor on the workflow's entry after another, or on the one before; false when there is none.
	Onward(from model.Key, later bool) bool
	// Any says whether a workflow is shown.
	Any() bool
}

// Sifter is a pane that can show only what is ill.
type Sifter interface {
	// Sift does so, or shows all again.
	Sift()
}

// Coursed is a pane whose cursor is on a workflow.
type Coursed interface {
	// Workflow is its ID; empty for none.
	Workflow() string
}

// Conversing is the pane of what the agents of a workflow say to each other.
type Conversing interface {
	// Converse shows that of a workflow, with the cursor on an event of it, nil for the newest.
	Converse(workflow string, at *model.Key, k Known)
}

// Viewer is a pane that shows one entry whole: the subject, or in a window one that was pinned.
type Viewer interface {
	Pane
	// Show shows an entry, nil for none; Await says that it is being read.
	Show(r *model.Record)
	Await()
	// Behind says how many entries have come since, while the one that is shown is being read.
	Behind(newer int)
	// SetDelivery takes in where the entry stands with its groups, or why that can't be told.
	SetDelivery(key model.Key, dl *model.Delivery, err error)
	// NextView goes on to the next way to look at it.
	NextView()
	// Toggle folds or unfolds at the cursor, false when nothing is there to fold; Fold and Unfold go out and in.
	Toggle() bool
	Fold()
	Unfold()
	// Text is what is copied, Value what is read whole: the value under the cursor.
	Text() string
	Value() (Value, bool)
}

// Value is something in an entry that can be read by itself.
type Value struct {
	// Path is where it stands in the payload, as jq writes it; "." is the payload itself. Of a field it is the name.
	Path string
	// Bytes are the value as it is stored.
	Bytes string
	// JSON is what it was opened as, and Way how, where the event's own envelope and schemas have opened it; else empty.
	JSON, Way string
	// Quoted says that it stands in JSON as a string, Field that it is a field of the entry.
	Quoted, Field bool
}
