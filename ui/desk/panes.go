package desk

import (
	"cmp"
	"strconv"

	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/deadletters"
	eventpane "streamdesk/ui/pane/event"
	"streamdesk/ui/pane/events"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/pane/matrix"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/pane/streams"
	"streamdesk/ui/pane/throughput"
	"streamdesk/ui/pane/workflow"
	"streamdesk/ui/pane/workflows"
)

// PaneID names a pane; panes are numbered on the screen from 1.
type PaneID uint8

// list is the panes, in the order of their numbers: from the stream inwards to its groups, their pending entries, the event.
var list = []struct {
	spec pane.Spec
	make func(*Options) pane.Pane
}{
	{streams.Spec, func(o *Options) pane.Pane { return streams.New(o.prefix()) }},
	{groups.Spec, func(o *Options) pane.Pane { return groups.New(o.prefix()) }},
	{pending.Spec, func(*Options) pane.Pane { return pending.New() }},
	{throughput.Spec, func(o *Options) pane.Pane { return throughput.New(o.prefix(), o.Config.Desk.ChartWindow.Std()) }},
	{events.Spec, func(o *Options) pane.Pane { return events.New(o.prefix()) }},
	{eventpane.Spec, func(*Options) pane.Pane { return eventpane.New() }},
	{workflow.Spec, func(o *Options) pane.Pane { return workflow.New(o.Config.Workflow.All()) }},
	{deadletters.Spec, func(o *Options) pane.Pane { return deadletters.New(o.prefix()) }},
	{matrix.Spec, func(o *Options) pane.Pane { return matrix.New(o.prefix()) }},
	{workflows.Spec, func(o *Options) pane.Pane { return workflows.New(o.Config.Workflow.Stages) }},
}

// workspaces are the workspaces, the one first that the desk begins with.
var workspaces = []workspace{
	newWorkspace("Watch", "f2", "what flows", watch()),
	newWorkspace("Workflows", "f3", "every workflow, the worst first", courses()),
	newWorkspace("Repair", "f4", "what is wrong", repair()),
}

func newWorkspace(name, key, about string, tree room) workspace {
	return workspace{name: name, key: key, about: about, tree: tree, panes: tree.panes()}
}

// of is a pane that has everything.
func of(s pane.Spec) room {
	id, _ := paneCalled(s.Name)
	return alone(id)
}

// watch is the workspace that the desk begins with: what flows, who is behind, and the event under the cursor. The left column is read together, a row at a time: past 76 cells the eye loses
// the line. The event and its workflow stand beside each other: what it says, and where it stands.
func watch() room {
	column := func(width int) int { return max(50, min(76, width*42/100)) }
	half := func(width int) int { return width - width/2 }
	left := room{parts: []part{
		{of(streams.Spec), "streams", share(30, 8)},
		{of(groups.Spec), "groups", share(30, 9)},
		{room: of(pending.Spec)},
	}}
	entry := room{across: true, parts: []part{{of(eventpane.Spec), "event", half}, {room: of(workflow.Spec)}}}
	right := room{parts: []part{
		{of(throughput.Spec), "throughput", share(22, 8)},
		{of(events.Spec), "events", share(36, 8)},
		{room: entry},
	}}
	return room{across: true, parts: []part{{left, "left", column}, {room: right}}}
}

// courses is for workflows: all of them, and below them the course of one, with its events and what the one under the cursor says.
func courses() room {
	right := room{parts: []part{
		{of(events.Spec), "workflows-events", share(50, 8)},
		{room: of(eventpane.Spec)},
	}}
	one := room{across: true, parts: []part{{of(workflow.Spec), "workflows-course", share(52, 50)}, {room: right}}}
	return room{parts: []part{{of(workflows.Spec), "workflows-board", share(48, 10)}, {room: one}}}
}

// repair is for what is wrong: the bus at a glance, the pending entries of the group under its cursor, and beside them what is told
// of that group and that entry. The matrix is wide enough for four groups.
func repair() room {
	left := room{parts: []part{
		{of(matrix.Spec), "repair-matrix", share(50, 10)},
		{room: of(pending.Spec)},
	}}
	right := room{parts: []part{
		{of(groups.Spec), "repair-groups", share(27, 9)},
		{of(eventpane.Spec), "repair-event", share(43, 8)},
		{room: of(deadletters.Spec)},
	}}
	return room{across: true, parts: []part{{left, "repair-left", share(62, 50)}, {room: right}}}
}

// paneCount is how many panes there are.
var paneCount = PaneID(len(list))

// spec is what there is to know of a pane before it is drawn.
func (id PaneID) spec() *pane.Spec { return &list[id].spec }

// key is the key that leads to a pane, which it is numbered by on the screen.
func (id PaneID) key() string { return cmp.Or(id.spec().Key, strconv.Itoa(int(id)+1)) }

// paneCalled is the pane of a name; false for none.
func paneCalled(name string) (PaneID, bool) {
	for id := range paneCount {
		if id.spec().Name == name {
			return id, true
		}
	}
	return 0, false
}

// panes are the panes of the desk.
type panes struct {
	all    []pane.Pane
	scope  pane.Scope // what is chosen
	asking []bool     // whose question is under way
	walks  []walk     // what each has read on and on
}

func newPanes(o *Options) panes {
	p := panes{asking: make([]bool, paneCount), walks: make([]walk, paneCount)}
	for id := range paneCount {
		p.all = append(p.all, list[id].make(o))
	}
	return p
}

// the is the pane that can do what P asks for, of which there is one, and its number.
func the[P any](p *panes) (found P, id PaneID) {
	for i, other := range p.all {
		if is, ok := other.(P); ok {
			return is, PaneID(i)
		}
	}
	return found, id
}

// goTo says where what P does is done.
func goTo[P any](d *Desk) string {
	_, id := the[P](&d.panes)
	return "go to pane " + id.key()
}

// each calls do with every pane that can do what P asks for, in their order.
func each[P any](p *panes, do func(PaneID, P)) {
	for i, other := range p.all {
		if is, ok := other.(P); ok {
			do(PaneID(i), is)
		}
	}
}

// pane is the pane with that number.
func (p *panes) pane(id PaneID) pane.Pane { return p.all[id] }

// tail is the pane of the log, course that of a workflow, viewer that of the event.
func (p *panes) tail() pane.Tail     { t, _ := the[pane.Tail](p); return t }
func (p *panes) course() pane.Course { c, _ := the[pane.Course](p); return c }
func (p *panes) viewer() pane.Viewer { v, _ := the[pane.Viewer](p); return v }
func (p *panes) span() pane.Spanner  { s, _ := the[pane.Spanner](p); return s }

// refresh brings the panes in line with each other's selections and with what is known: what one chooses, those behind it
// show. One that stands apart chooses only while keys go to it.
func (p *panes) refresh(d *live.Data, t *tiles) {
	leads := t.focus.spec().Leads && t.in.holds(t.focus)
	if chooser, ok := p.all[t.focus].(pane.Chooser); ok && leads {
		var to pane.Scope
		chooser.Choose(&to)
		each(p, func(id PaneID, other pane.Chooser) {
			if id != t.focus && to.Stream != "" {
				other.Lead(to, d)
			}
		})
	}
	p.scope = pane.Scope{}
	for i, each := range p.all {
		if scoped, ok := each.(pane.Scoped); ok {
			scoped.Refresh(p.scope, d)
		}
		if chooser, ok := each.(pane.Chooser); ok && (!PaneID(i).spec().Apart || PaneID(i) == t.focus) {
			chooser.Choose(&p.scope)
		}
	}
	each(p, func(id PaneID, other pane.Chooser) {
		if id.spec().Leads && id != t.focus && t.in.holds(id) {
			other.Lead(p.scope, d)
		}
	})
}

// watched are the keys of the streams in sight.
func (p *panes) watched() (keys []string) {
	each(p, func(_ PaneID, watcher pane.Watcher) { keys = append(keys, watcher.Watch()...) })
	return keys
}
