package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/pane"
)

func (d *Desk) cyclePane(by int) tea.Cmd { return d.choosePane(d.tiles.Next(by)) }

// choosePane gives the focus to a pane that the person has chosen.
func (d *Desk) choosePane(id layout.PaneID) tea.Cmd {
	d.tiles.ForgetLed()
	return d.focusOn(id)
}

// move moves the cursor of the focused pane.
func (d *Desk) move(m pane.Move) tea.Cmd {
	pane.Hold(d.focused())
	d.focused().Move(m, d.known())
	return nil
}

// focused returns the pane that keys go to: a pinned event, or one of the tiles.
func (d *Desk) focused() pane.Pane {
	if w := d.windows.Current(); w != nil {
		return w.Detail
	}
	return d.panes.pane(d.tiles.Focus)
}

func (d *Desk) enter() tea.Cmd {
	if viewer := d.focusedDetail(); viewer != nil {
		if viewer.Toggle() {
			return nil
		}
		return d.readWhole()
	}
	if enterer, ok := d.focused().(pane.Enterer); ok {
		effect, _ := enterer.Enter()
		return d.have(effect)
	}
	if inward, ok := paneCalled(specOf(d.tiles.Focus).Inward); ok {
		if specOf(d.tiles.Focus).Scopes {
			d.scopeInside()
		}
		return d.focusOn(inward)
	}
	return nil
}

// back ends the search, returns from the past, or else undoes one thing: it closes the window with the keys, undoes something in the pane, ends
// the zoom, or else goes outwards.
func (d *Desk) back() tea.Cmd {
	if s, _ := d.searched(); s != nil && s.End() {
		return nil
	}
	if d.past.Active() && d.options.Closed.IsZero() {
		return d.toNow()
	}
	if d.windows.Current() != nil {
		return d.closeWindow()
	}
	backer, ok := d.focused().(pane.Backer)
	if ok {
		if effect, done := backer.Back(d.tiles.Zoomed, d.known()); done {
			d.takeFrom(d.tiles.Focus)
			if from, led := d.tiles.WasLed(); led && effect.Focus != "" {
				effect.Focus = ""
				return tea.Batch(d.have(effect), d.wayBack(from))
			}
			return d.have(effect)
		}
	}
	if from, led := d.tiles.WasLed(); led && !d.tiles.In.Holds(d.tiles.Focus) {
		return d.wayBack(from)
	}
	if !d.tiles.In.Holds(d.tiles.Focus) {
		return d.focusOn(d.tiles.Behind)
	}
	if d.tiles.Zoomed {
		return d.zoom()
	}
	if from, led := d.tiles.WasLed(); led {
		return d.wayBack(from)
	}
	if d.focusedDetail() != nil {
		if key, _, _ := d.pointedAt(); key != d.subject.key {
			d.holdSubject() // so that esc goes back to its row
		}
		return d.comeBack(d.subject.source)
	}
	if specOf(d.tiles.Focus).Scopes && d.filter.inside {
		d.scopeOutside()
		return d.settle()
	}
	if outward, ok := paneCalled(specOf(d.tiles.Focus).Outward); ok {
		if specOf(outward).Scopes {
			d.scopeOutside()
		}
		return d.focusOn(outward)
	}
	if len(d.windows.List) > 0 {
		return d.closeWindow()
	}
	return nil
}

// wayBack goes back to the pane that led here.
func (d *Desk) wayBack(from layout.PaneID) tea.Cmd {
	d.tiles.ForgetLed()
	return d.comeBack(from)
}

// comeBack goes back to a pane, without changing where esc goes from there.
func (d *Desk) comeBack(to layout.PaneID) tea.Cmd {
	behind := d.tiles.Behind
	cmd := d.focusOn(to)
	d.tiles.Behind = behind
	return cmd
}

// aside unfolds or folds the event's JSON, or moves the cursor, or the moment that is shown, one column to the side.
func (d *Desk) aside(right bool) tea.Cmd {
	if line, ok := d.focused().(pane.Timeline); ok {
		by := line.Column()
		if !right {
			by = -by
		}
		return d.moveInTime(by)
	}
	if sideways, ok := d.focused().(pane.Sideways); ok {
		sideways.Aside(right)
		return nil
	}
	if right {
		d.focusedDetail().Unfold()
	} else {
		d.focusedDetail().Fold()
	}
	return nil
}

// focusedDetail returns the event that keys go to, pinned or in its pane; nil when they go elsewhere.
func (d *Desk) focusedDetail() pane.Viewer {
	viewer, _ := d.focused().(pane.Viewer)
	return viewer
}

// shownDetail returns the event that the person is looking at: the pinned one with the keys, else the one in the pane.
func (d *Desk) shownDetail() pane.Viewer {
	if w := d.windows.Current(); w != nil {
		return w.Detail
	}
	return d.panes.viewer()
}

func (d *Desk) zoom() tea.Cmd {
	if !d.tiles.In.Holds(d.tiles.Focus) {
		return nil
	}
	d.tiles.Zoomed = !d.tiles.Zoomed
	d.place()
	return nil
}

func (d *Desk) follow() tea.Cmd {
	if sifter, ok := d.focused().(pane.Sifter); ok {
		sifter.Sift()
		return nil
	}
	tail, id := the[pane.Tail](&d.panes)
	tail.Follow(d.known())
	d.takeFrom(id)
	return nil
}

func (d *Desk) pause() tea.Cmd {
	d.panes.tail().Pause(!d.data.Log.Paused(), d.known())
	return nil
}

// openJump asks where to go.
func (d *Desk) openJump() tea.Cmd {
	return d.open(dialog.NewJump(d.env().Now, d.options.Location), nil)
}

// jump goes to an entry or a time in the log's pane.
func (d *Desk) jump(to model.Moment) tea.Cmd {
	tail, id := the[pane.Tail](&d.panes)
	effect := tail.Jump(to, d.known())
	return tea.Batch(d.focusOn(id), d.have(effect))
}

// sort changes the order of the rows in the focused pane, or in the first pane that can be sorted when the focused one can't.
func (d *Desk) sort() tea.Cmd {
	sortable, ok := d.panes.pane(d.tiles.Focus).(pane.Sortable)
	if !ok {
		sortable, _ = the[pane.Sortable](&d.panes)
	}
	sortable.Order().Next()
	sortable.Sort(d.data)
	return nil
}

// openNarrow asks which pending entries to show.
func (d *Desk) openNarrow() tea.Cmd {
	narrower, _ := the[pane.Narrower](&d.panes)
	var consumers []string
	for _, c := range d.consumers() {
		consumers = append(consumers, c.Name)
	}
	return d.open(dialog.NewNarrow(d.panes.scope.Group, consumers, narrower.Filter()), nil)
}

// narrow shows the pending entries that the filter matches.
func (d *Desk) narrow(to model.PendingFilter) tea.Cmd {
	narrower, id := the[pane.Narrower](&d.panes)
	narrower.SetFilter(to)
	return d.focusOn(id)
}

// openWorkflow opens the workflow of the shown event.
func (d *Desk) openWorkflow() tea.Cmd {
	r := d.subject.record
	at := r.Key()
	return d.have(d.panes.course().Open(r.Event.WorkflowID, &at, d.known()))
}

// nextOfWorkflow goes to the event before or after the shown one, in the order of its workflow.
func (d *Desk) nextOfWorkflow(later bool) tea.Cmd {
	course, id := the[pane.Course](&d.panes)
	if course.Onward(d.subject.key, later) {
		d.takeFrom(id)
		return nil
	}
	word := "earlier"
	if later {
		word = "later"
	}
	d.notes.Say(notes.Warn, "there is no "+word+" event of this workflow here")
	return nil
}

// converse shows the conversation between the agents of a workflow: the one under the cursor, or that of the shown event.
func (d *Desk) converse() tea.Cmd {
	talk, id := the[pane.Conversing](&d.panes)
	workflow, _ := d.workflowMeant()
	var at *model.Key
	if r := d.subject.record; r != nil && r.Event.WorkflowID == workflow {
		key := r.Key()
		at = &key
	}
	talk.Converse(workflow, at, d.known())
	from := d.tiles.Focus
	cmd := d.focusOn(id)
	d.tiles.LedFrom(from)
	return cmd
}

// workflowMeant returns the workflow under the cursor, or that of the shown event; why is the reason when there is none.
func (d *Desk) workflowMeant() (id, why string) {
	if coursed, ok := d.focused().(pane.Coursed); ok && coursed.Workflow() != "" {
		return coursed.Workflow(), ""
	}
	if why := needWorkflow(d); why != "" {
		return "", why
	}
	return d.subject.record.Event.WorkflowID, ""
}

func needConversation(d *Desk) string {
	if _, ok := d.focused().(pane.Conversing); ok {
		return "it is shown: esc goes back"
	}
	_, why := d.workflowMeant()
	return why
}

// zoomer returns the pane whose time scale is changed: the focused one if it has one, else that of the charts.
func (d *Desk) zoomer() pane.Zoomer {
	if zoomer, ok := d.focused().(pane.Zoomer); ok {
		return zoomer
	}
	return d.panes.span()
}

// needShown returns why a pane that isn't on the screen can't be changed; empty when it is there, or has the focus.
func needShown[P any](d *Desk) string {
	_, id := the[P](&d.panes)
	if _, ok := d.focused().(P); ok || d.tiles.Layout.Panes[id].Shown() {
		return ""
	}
	return "pane " + specOf(id).Name + " isn't on the screen: " + goTo[P](d)
}

func needCourse(d *Desk) string {
	if !d.panes.course().Any() || d.subject.key == (model.Key{}) {
		return "there is no event of a workflow under the cursor"
	}
	return ""
}
