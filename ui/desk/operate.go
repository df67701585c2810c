package desk

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/google/uuid"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
	"streamdesk/ui/tty"
)

// env returns what every dialog needs from the desk.
func (d *Desk) env() dialog.Env {
	// Dialogs call Now from commands, which run concurrently with the desk, so it must not read the desk's data.
	now := d.options.Now
	ahead, zone := d.present().Sub(d.now), d.options.Location
	return dialog.Env{
		Ctx: d.line.ctx, Op: dialog.OnBus(d.options.Bus),
		Production: d.options.Production, ProfileName: d.options.Profile,
		Edit:   d.edit,
		Limits: d.own.Limits,
		Prefix: d.options.Bus.Reader().Prefix(), Payload: d.options.Config.Envelope.Payload,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		Now:   func() time.Time { return now().Add(ahead).In(zone) },
	}
}

// target returns what an action applies to right now: the marked pending entries with their group, or the entry under the cursor.
func (d *Desk) target() (t dialog.Target, group string) {
	if w := d.windows.Current(); w != nil {
		t = dialog.Target{Stream: w.Record.Stream, IDs: []model.Position{w.Record.ID}}
	} else if marker, ok := d.panes.pane(d.subject.source).(pane.Marker); ok {
		key, ids := marker.Chosen()
		t, group = dialog.Target{Stream: key.Stream, IDs: ids}, key.Group
	} else if key, _, ok := d.pointedAt(); ok {
		t = dialog.Target{Stream: key.Stream, IDs: []model.Position{key.ID}}
	}
	if r := d.subject.record; r != nil && len(t.IDs) == 1 && t.Stream == r.Stream && t.IDs[0] == r.ID {
		t.Sample = []model.Record{*r}
	}
	return t, group
}

// needHere returns why nothing can be done with the machine that the desk runs on; empty when it can.
func needHere(d *Desk) string { return d.options.Away }

// edit opens text in the person's editor, when it is on their machine.
func (d *Desk) edit(text string, back func(text string, err error) tea.Msg) tea.Cmd {
	if why := needHere(d); why != "" {
		return func() tea.Msg { return back("", errors.New(why)) }
	}
	return tty.Edit(text, back)
}

func needTarget(d *Desk) string {
	if t, _ := d.target(); len(t.IDs) == 0 {
		return "there is no entry under the cursor"
	}
	return ""
}

func needSubject(d *Desk) string {
	switch {
	case d.subject.record != nil:
		return ""
	case d.subject.key != model.Key{}:
		return stillReading
	default:
		return "there is no event under the cursor"
	}
}

func needWorkflow(d *Desk) string {
	if why := needSubject(d); why != "" {
		return why
	}
	if d.subject.record.Event.WorkflowID == "" {
		return "this event names no workflow"
	}
	return ""
}

func needPendingEntry(d *Desk) string {
	switch t, group := d.target(); {
	case group == "" || len(t.IDs) == 0:
		return "it is for pending entries: " + goTo[pane.Marker](d)
	case len(t.IDs) == 1 && len(t.Sample) == 0:
		return stillReading
	case len(t.IDs) == 1 && len(t.Sample[0].Fields) == 0:
		return "the entry is gone: there is nothing left to keep"
	}
	return ""
}

func needPendingPane(d *Desk) string {
	if d.marker() == nil {
		return "marks are for pending entries: " + goTo[pane.Marker](d)
	}
	return ""
}

// needMarks returns why nothing can be marked in the focused pane; empty when it can.
func needMarks(d *Desk) string {
	switch d.focused().(type) {
	case pane.Comparer, pane.Folder:
		return ""
	}
	return needPendingPane(d)
}

// mark marks what is under the cursor, or folds it.
func (d *Desk) mark() tea.Cmd {
	switch is := d.focused().(type) {
	case pane.Comparer:
		is.Mark(d.known())
	case pane.Folder:
		is.Fold()
	default:
		d.marker().Mark(d.known())
	}
	return nil
}

// marker returns the pane that keys go to when its entries can be marked, else nil.
func (d *Desk) marker() pane.Marker {
	marker, _ := d.focused().(pane.Marker)
	return marker
}

// needSideways returns why the focused pane has nothing to the side; empty when it has.
func needSideways(d *Desk) string {
	if _, ok := d.focused().(pane.Timeline); ok {
		return needRecording(d)
	}
	if _, ok := d.focused().(pane.Sideways); !ok && d.focusedDetail() == nil {
		return "it is for the event and the matrix: " + goTo[pane.Viewer](d)
	}
	return ""
}

// openChange opens the dialog of a change, for the chosen entries or for the selected stream or group.
func (d *Desk) openChange(kind *change.Kind) tea.Cmd {
	t, group := d.target()
	switch kind.On {
	case change.Group, change.Consumer:
		t, group = dialog.Target{Stream: d.panes.scope.Stream}, d.panes.scope.Group
	case change.GroupEverywhere:
		t, group = dialog.Target{}, d.panes.scope.Group
	case change.Stream, change.NewGroup:
		t, group = dialog.Target{Stream: d.panes.scope.Stream}, ""
	case change.Entries, change.Letters:
		group = ""
	case change.Pending, change.Bus:
	}
	return d.open(dialog.NewChange(d.env(), kind, t, group))
}

// stream returns a stream from the newest snapshot; nil when it isn't there.
func (d *Desk) stream(key string) *model.Stream {
	if d.data.Snapshot == nil {
		return nil
	}
	return d.data.Snapshot.Stream(key)
}

func (d *Desk) openInject() tea.Cmd {
	return d.inject(dialog.Draft{})
}

func (d *Desk) openBatch() tea.Cmd {
	return d.open(dialog.NewBatch(d.env()), nil)
}

func (d *Desk) openEdit() tea.Cmd {
	return d.inject(dialog.DraftOf(*d.subject.record))
}

// inject opens the inject form with the config's templates and the types on the bus.
func (d *Desk) inject(draft dialog.Draft) tea.Cmd {
	var templates []dialog.Draft
	for _, t := range d.options.Config.Templates {
		templates = append(templates, dialog.Draft{
			Name: t.Name, Type: model.Type(t.Type), WorkflowID: t.WorkflowID, SourceAgent: t.Agent, Data: t.Data,
		})
	}
	var types []model.Type
	if s := d.data.Snapshot; s != nil {
		for i := range s.Streams {
			types = append(types, model.TypeOf(s.Streams[i].Key, d.options.Bus.Reader().Prefix()))
		}
	}
	return d.open(dialog.NewInject(d.env(), draft, templates, types))
}

func (d *Desk) openLog() tea.Cmd {
	return d.open(dialog.NewMessage("Action log", d.notes.Log.Lines()...), nil)
}
