package pane

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/widget"
)

// Effect is what a pane asks the desk to do.
type Effect struct {
	// Focus is the name of the pane that gets the focus; empty leaves the focus where it is.
	Focus string
	// Action is the name of the action to run; empty when there is none.
	Action string
	// Filter replaces the current filter; nil keeps it.
	Filter *string
	// Workflow is the ID of a workflow to open; esc comes back from there. Empty opens none.
	Workflow string
	// Warn is the warning for the status line.
	Warn string
	// To is the place that the other panes, and the focus, go to; esc comes back from there. Nil leaves them where they are.
	To *Place
}

// Place is a group of a stream, or the stream alone, and optionally one pending entry of the group.
type Place struct {
	Scope
	Entry model.Position
}

// Sideways is a pane whose cursor also moves along its rows.
type Sideways interface {
	// Aside moves the cursor one column to the right or to the left.
	Aside(right bool)
}

// Scoped is a pane that shows what other panes have chosen.
type Scoped interface {
	// Refresh updates the pane from the current scope and data. It is called often: costly work is done only when the snapshot
	// is a new one.
	Refresh(s Scope, d *live.Data)
}

// Chooser is a pane whose cursor chooses what other panes show.
type Chooser interface {
	// Choose writes what is under the cursor into the scope.
	Choose(s *Scope)
	// Lead puts the cursor on its part of the scope, and reports whether that part exists.
	Lead(to Scope, d *live.Data) bool
}

// Watcher is a pane that shows streams side by side. While they are in sight, their figures are kept at a fine resolution.
type Watcher interface {
	// Watch returns the keys of the streams in sight.
	Watch() []string
}

// Subjecter is a pane whose cursor is on an entry. That entry is shown whole, and actions apply to it.
type Subjecter interface {
	// Subject returns the entry under the cursor, false when there is none. The record is nil when only its ID is known.
	Subject(d *live.Data) (key model.Key, r *model.Record, ok bool)
}

// Marker is a [Subjecter] whose entries belong to a group and can be marked, so that an action applies to several.
type Marker interface {
	// Point puts the cursor on an entry of a group once it has been read, and drops what hides the entry.
	Point(of Scope, id model.Position, d *live.Data)
	// Mark toggles the mark of the entry under the cursor, MarkAll the marks of all entries.
	Mark(k Known)
	MarkAll()
	// Chosen returns the marked entries, or else the one under the cursor, and the group that they are pending in.
	Chosen() (live.GroupKey, []model.Position)
}

// Narrower is a pane of pending entries that can show a part of them.
type Narrower interface {
	Filter() model.PendingFilter
	SetFilter(f model.PendingFilter)
}

// Zoomer is a pane that can show time at a finer or coarser scale.
type Zoomer interface {
	// Zoom changes to a shorter stretch of time, or a longer one.
	Zoom(in bool, d *live.Data)
}

// Spanner is a pane that shows a stretch of time.
type Spanner interface {
	Zoomer
	Window() time.Duration
	SetWindow(span time.Duration)
}

// Enterer is a pane whose rows lead somewhere other than to a pane.
type Enterer interface {
	// Enter opens what is under the cursor; it returns false when there is nothing.
	Enter() (Effect, bool)
}

// Comparer is a pane whose rows can be marked, so that two of them can be compared.
type Comparer interface {
	// Mark toggles the mark of the row under the cursor.
	Mark(k Known)
	// Pair returns the two marked workflows, or the marked one and the one under the cursor; why says what is missing.
	Pair(d *live.Data) (left, right *workflow.Workflow, why string)
	// Retried returns the workflow under the cursor when no other is marked and one of its stages was tried more than once, so that
	// its attempts can be compared; else nil.
	Retried(d *live.Data) *workflow.Workflow
}

// Picker is a pane whose rows stand for an entry that can be compared with others, and isn't the subject.
type Picker interface {
	// Pick returns the entry of the row under the cursor; why says what is missing.
	Pick() (entry model.Entry, why string)
}

// Typer is a pane that shows only the rows that contain the typed words.
type Typer interface {
	// Begin starts the typing. Typing reports whether it goes on; until a key ends it, keys go to Type.
	Begin()
	Typing() bool
	Type(key tea.KeyMsg)
}

// Sighted is a pane whose rows can be scrolled without its cursor.
type Sighted interface {
	// Sight returns what is in sight of them.
	Sight() *widget.Sight
}

// Scroller is a [Sighted] pane that does more than that when it is scrolled.
type Scroller interface {
	// Scroll scrolls by a number of rows, negative for up.
	Scroll(by int, k Known)
}

// Searcher is a pane whose rows can be searched.
type Searcher interface {
	// Rows returns its rows as they stand.
	Rows(k Known) Rows
}

// Rows are the rows of a pane, as a search sees them.
type Rows struct {
	// Len is their number, At the one under the cursor; -1 when the cursor is on none.
	Len, At int
	// Text returns the text of a row that is searched, Go puts the cursor on a row.
	Text func(row int) string
	Go   func(row int)
	// Hits returns the rows that contain a needle, up to a max number; nil when their texts say it.
	Hits func(n widget.Needle, most int) []int
	// Home puts the cursor back where it is now; nil when Go does that.
	Home func()
	// On returns the rows that a line of the drawn pane shows; nil when the frame's Place says it.
	On func(line int) []int
	// Why is the reason why they can't be searched; empty when they can.
	Why string
}

// Backer is a pane that has something to undo.
type Backer interface {
	// Back undoes the latest thing; it returns false when there is none. In a zoomed pane it stops before what follows the zoom.
	Back(zoomed bool, k Known) (Effect, bool)
}

// Hearer is a pane that shows entries as they arrive.
type Hearer interface {
	// Hear adds new entries, and reports whether what is shown has changed. No records mean that the known ones were filtered.
	Hear(records []model.Record) bool
}

// Tail is the pane of the log: its view follows the newest entry, stands still, or goes back.
type Tail interface {
	Subjecter
	// Follow goes to the newest entry and stays there; Pause stops all movement, or lets it go on.
	Follow(k Known)
	Pause(paused bool, k Known)
	// Refilter runs when the log's filter has changed: it keeps the cursor on its entry, or puts it on the newest.
	Refilter(d *live.Data)
	// Anchor returns the entry under the cursor when another filter would take it out of view. That is so for an entry that
	// was read from the past; otherwise it returns nil.
	Anchor(d *live.Data) *model.Moment
	// Jump goes to an entry or a time.
	Jump(to model.Moment, k Known) Effect
	// Hold keeps the cursor on an entry if it is still in view.
	Hold(on model.Key, d *live.Data)
}

// Course is the pane of one workflow: the workflow of the shown entry, or the one that was opened.
type Course interface {
	// Accompany switches to the workflow of the shown entry, nil when there is none. It reports whether the view has changed.
	Accompany(r *model.Record, d *live.Data) bool
	// Open keeps a workflow in the pane and puts the cursor on one of its entries; nil means the newest.
	Open(workflow string, at *model.Key, k Known) Effect
	// Onward puts the cursor on the workflow's next or previous entry; it returns false when there is none.
	Onward(from model.Key, later bool) bool
	// Any reports whether a workflow is shown.
	Any() bool
}

// Timeline is a pane whose columns are moments.
type Timeline interface {
	// TimeAt returns the time of a column of its content; false when it has none.
	TimeAt(x int) (time.Time, bool)
	// Column returns how much time one column is.
	Column() time.Duration
}

// Rewinder is a pane that keeps what it has collected of entries.
type Rewinder interface {
	// Rewound drops what was collected from other data, of another time.
	Rewound(d *live.Data)
}

// Sifter is a pane that can show only what is in trouble.
type Sifter interface {
	// Sift toggles between showing only that and showing all.
	Sift()
}

// Folder is a pane whose rows can be folded.
type Folder interface {
	// Fold folds or unfolds at the cursor.
	Fold()
	// Folds returns what is folded, sorted, to be remembered; TakeFolds folds that again, and nothing else.
	Folds() []string
	TakeFolds(folds []string)
}

// Pointed is a pane with several things to click in a line.
type Pointed interface {
	// ClickAt is Click for a cell of the line, counted from 0.
	ClickAt(x, line int, d *live.Data)
}

// Coursed is a pane whose cursor is on a workflow.
type Coursed interface {
	// Workflow returns its ID; empty when there is none.
	Workflow() string
}

// Conversing is the pane of the conversation between the agents of a workflow.
type Conversing interface {
	// Converse shows the conversation of a workflow, with the cursor on one of its events; nil means the newest.
	Converse(workflow string, at *model.Key, k Known)
}

// Viewer is a pane that shows one entry whole: the subject, or the pinned entry in a window.
type Viewer interface {
	Pane
	// Show shows an entry, nil when there is none; Await shows that the entry is being read.
	Show(r *model.Record)
	Await()
	// Behind sets how many entries have arrived while the shown one is being read.
	Behind(newer int)
	// SetDelivery stores how the entry stands with its groups, or why that is unknown.
	SetDelivery(key model.Key, dl *model.Delivery, err error)
	// NextView switches to the next view of the entry.
	NextView()
	// Toggle folds or unfolds at the cursor; it returns false when there is nothing to fold. Fold and Unfold go out and in.
	Toggle() bool
	Fold()
	Unfold()
	// Text returns the text to copy; Value returns the value under the cursor, which can be read whole.
	Text() string
	Value() (Value, bool)
}

// Value is a part of an entry that can be read on its own.
type Value struct {
	// Path is its path in the payload, as jq writes it; "." is the payload itself. For a field it is the field's name.
	Path string
	// Bytes is the value as it is stored.
	Bytes string
	// JSON is the opened value, and Way says how the event's own envelope and schemas opened it; both are empty otherwise.
	JSON, Way string
	// Quoted reports that it is a string in JSON, Field that it is a field of the entry.
	Quoted, Field bool
}
