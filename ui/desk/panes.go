package desk

import (
	"cmp"
	"strconv"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/conversation"
	"streamdesk/ui/pane/deadletters"
	eventpane "streamdesk/ui/pane/event"
	"streamdesk/ui/pane/events"
	"streamdesk/ui/pane/find"
	"streamdesk/ui/pane/flowmap"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/pane/history"
	"streamdesk/ui/pane/matrix"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/pane/streams"
	"streamdesk/ui/pane/throughput"
	"streamdesk/ui/pane/workflow"
	"streamdesk/ui/pane/workflows"
)

// list holds the panes in the order of their numbers.
var list = []struct {
	spec pane.Spec
	make func(*Options) pane.Pane
}{
	{streams.Spec, func(o *Options) pane.Pane { return streams.New(o.prefix()) }},
	{groups.Spec, func(o *Options) pane.Pane { return groups.New(o.prefix()) }},
	{pending.Spec, func(*Options) pane.Pane { return pending.New() }},
	{throughput.Spec, func(o *Options) pane.Pane { return throughput.New(o.prefix(), o.Config.Desk.ChartWindow.Std()) }},
	{events.Spec, func(o *Options) pane.Pane { return events.New(o.prefix()) }},
	{eventpane.Spec, func(o *Options) pane.Pane { return eventpane.New(o.Config.Trace.Of, o.Schema) }},
	{workflow.Spec, func(o *Options) pane.Pane { return workflow.New(o.Config.Workflow.All(), o.Config.Trace.Of) }},
	{deadletters.Spec, func(o *Options) pane.Pane { return deadletters.New(o.prefix()) }},
	{matrix.Spec, func(o *Options) pane.Pane { return matrix.New(o.prefix()) }},
	{workflows.Spec, func(o *Options) pane.Pane { return workflows.New(o.Config.Workflow.Stages) }},
	{conversation.Spec, func(o *Options) pane.Pane { return conversation.New(o.Config.Workflow.All()) }},
	{flowmap.Spec, func(o *Options) pane.Pane { return flowmap.New(o.prefix()) }},
	{history.Spec, func(o *Options) pane.Pane { return history.New(o.prefix(), o.Recording) }},
}

// workspaces are all workspaces. The desk begins with the first.
var workspaces = []layout.Workspace{
	layout.NewWorkspace("Watch", "f2", "what flows", "upper", watch()),
	layout.NewWorkspace("Workflows", "f3", "every workflow, the worst first", "workflows-upper", courses()),
	layout.NewWorkspace("Repair", "f4", "what is wrong", "repair-upper", repair()),
	layout.NewWorkspace("History", "f5", "what was recorded", "history-upper", recordings()),
	layout.NewWorkspace("Map", "f6", "what flows where", "map-upper", flows()),
}

// of returns a room that is one pane.
func of(s pane.Spec) layout.Room {
	id, _ := paneCalled(s.Name)
	return layout.Room{Pane: id, Lower: s.Lower}
}

// watch returns the workspace that the desk begins with: what flows, which groups are behind, and the event under the cursor with
// its workflow beside it. The left column has max 76 cells: the eye loses the line in a longer row.
func watch() layout.Room {
	column := func(width int) int { return max(50, min(76, width*42/100)) }
	half := func(width int) int { return width - width/2 }
	left := layout.Room{Parts: []layout.Part{
		{Room: of(streams.Spec), Edge: "streams", Usual: layout.Share(30, 8)},
		{Room: of(groups.Spec), Edge: "groups", Usual: layout.Share(30, 9)},
		{Room: of(pending.Spec)},
	}}
	entry := layout.Room{Across: true, Parts: []layout.Part{{Room: of(eventpane.Spec), Edge: "event", Usual: half}, {Room: of(workflow.Spec)}}}
	right := layout.Room{Parts: []layout.Part{
		{Room: of(throughput.Spec), Edge: "throughput", Usual: layout.Share(22, 8)},
		{Room: of(events.Spec), Edge: "events", Usual: layout.Share(36, 8)},
		{Room: entry},
	}}
	return layout.Room{Across: true, Parts: []layout.Part{{Room: left, Edge: "left", Usual: column}, {Room: right}}}
}

// courses returns the workspace for workflows: all of them, and below them the course of one, with its events and the event under
// the cursor.
func courses() layout.Room {
	right := layout.Room{Parts: []layout.Part{
		{Room: of(events.Spec), Edge: "workflows-events", Usual: layout.Share(50, 8)},
		{Room: of(eventpane.Spec)},
	}}
	one := layout.Room{Across: true, Parts: []layout.Part{{Room: of(workflow.Spec), Edge: "workflows-course", Usual: layout.Share(52, 50)}, {Room: right}}}
	return layout.Room{Parts: []layout.Part{{Room: of(workflows.Spec), Edge: "workflows-board", Usual: layout.Share(48, 10)}, {Room: one}}}
}

// repair returns the workspace for finding and repairing what is wrong: the matrix of the whole bus, the pending entries of the group
// under its cursor, and beside them the groups, the event and the dead letters. The matrix is wide enough for four groups.
func repair() layout.Room {
	left := layout.Room{Parts: []layout.Part{
		{Room: of(matrix.Spec), Edge: "repair-matrix", Usual: layout.Share(50, 10)},
		{Room: of(pending.Spec)},
	}}
	right := layout.Room{Parts: []layout.Part{
		{Room: of(groups.Spec), Edge: "repair-groups", Usual: layout.Share(27, 9)},
		{Room: of(eventpane.Spec), Edge: "repair-event", Usual: layout.Share(43, 8)},
		{Room: of(deadletters.Spec)},
	}}
	return layout.Room{Across: true, Parts: []layout.Part{{Room: left, Edge: "repair-left", Usual: layout.Share(62, 50)}, {Room: right}}}
}

// recordings returns the workspace for what was: a group over time, and below it the groups, the events and the event under the cursor.
func recordings() layout.Room {
	below := layout.Room{Across: true, Parts: []layout.Part{
		{Room: of(groups.Spec), Edge: "history-groups", Usual: layout.Share(42, 40)},
		{Room: of(events.Spec), Edge: "history-events", Usual: layout.Share(32, 40)},
		{Room: of(eventpane.Spec)},
	}}
	return layout.Room{Parts: []layout.Part{{Room: of(history.Spec), Edge: "history-charts", Usual: layout.Share(60, 10)}, {Room: below}}}
}

// flows returns the workspace for what flows where: the map, and below it the chosen group, the events and the event under the cursor.
func flows() layout.Room {
	below := layout.Room{Across: true, Parts: []layout.Part{
		{Room: of(groups.Spec), Edge: "map-groups", Usual: layout.Share(42, 40)},
		{Room: of(events.Spec), Edge: "map-events", Usual: layout.Share(32, 40)},
		{Room: of(eventpane.Spec)},
	}}
	return layout.Room{Parts: []layout.Part{{Room: of(flowmap.Spec), Edge: "map-flows", Usual: layout.Share(66, 10)}, {Room: below}}}
}

// paneCount is the number of panes.
var paneCount = layout.PaneID(len(list))

// specOf returns the fixed properties of a pane.
func specOf(id layout.PaneID) *pane.Spec { return &list[id].spec }

// keyOf returns the key that leads to a pane. The screen shows it in the pane's title.
func keyOf(id layout.PaneID) string { return cmp.Or(specOf(id).Key, strconv.Itoa(int(id)+1)) }

// paneCalled returns the pane of that name; false when there is none.
func paneCalled(name string) (layout.PaneID, bool) {
	for id := range paneCount {
		if specOf(id).Name == name {
			return id, true
		}
	}
	return 0, false
}

// panes are the panes of the desk.
type panes struct {
	all    []pane.Pane
	scope  pane.Scope // what is chosen
	asking []bool     // whether each pane waits for an answer
	walks  []walk     // each pane's reading in steps
	finds  []find.Search
}

func newPanes(o *Options) panes {
	p := panes{asking: make([]bool, paneCount), walks: make([]walk, paneCount), finds: make([]find.Search, paneCount)}
	for id := range paneCount {
		p.all = append(p.all, list[id].make(o))
	}
	return p
}

// the returns the first pane that implements P, and its number. Most interfaces have only one.
func the[P any](p *panes) (found P, id layout.PaneID) {
	for i, other := range p.all {
		if is, ok := other.(P); ok {
			return is, layout.PaneID(i)
		}
	}
	return found, id
}

// goTo returns a hint to go to the pane that implements P.
func goTo[P any](d *Desk) string {
	_, id := the[P](&d.panes)
	return "go to pane " + keyOf(id)
}

// each calls do with every pane that implements P, in the order of their numbers.
func each[P any](p *panes, do func(layout.PaneID, P)) {
	for i, other := range p.all {
		if is, ok := other.(P); ok {
			do(layout.PaneID(i), is)
		}
	}
}

// pane returns the pane with that number.
func (p *panes) pane(id layout.PaneID) pane.Pane { return p.all[id] }

// tail returns the log's pane, course that of a workflow, viewer that of the event, span that of the charts.
func (p *panes) tail() pane.Tail     { t, _ := the[pane.Tail](p); return t }
func (p *panes) course() pane.Course { c, _ := the[pane.Course](p); return c }
func (p *panes) viewer() pane.Viewer { v, _ := the[pane.Viewer](p); return v }
func (p *panes) span() pane.Spanner  { s, _ := the[pane.Spanner](p); return s }

// refresh updates the panes from the data and from each other's selections: a pane shows what the panes before it have chosen. A pane
// that is Apart chooses only while it has the focus.
func (p *panes) refresh(d *live.Data, t *layout.Tiles) {
	leads := specOf(t.Focus).Leads && t.In.Holds(t.Focus)
	if chooser, ok := p.all[t.Focus].(pane.Chooser); ok && leads {
		var to pane.Scope
		chooser.Choose(&to)
		each(p, func(id layout.PaneID, other pane.Chooser) {
			if id != t.Focus && to.Stream != "" {
				other.Lead(to, d)
			}
		})
	}
	p.scope = pane.Scope{}
	for i, each := range p.all {
		if scoped, ok := each.(pane.Scoped); ok {
			scoped.Refresh(p.scope, d)
		}
		if chooser, ok := each.(pane.Chooser); ok && (!specOf(layout.PaneID(i)).Apart || layout.PaneID(i) == t.Focus) {
			chooser.Choose(&p.scope)
		}
	}
	each(p, func(id layout.PaneID, other pane.Chooser) {
		if specOf(id).Leads && id != t.Focus && t.In.Holds(id) {
			other.Lead(p.scope, d)
		}
	})
}

// watched returns the keys of the streams in sight.
func (p *panes) watched() (keys []string) {
	each(p, func(_ layout.PaneID, watcher pane.Watcher) { keys = append(keys, watcher.Watch()...) })
	return keys
}
