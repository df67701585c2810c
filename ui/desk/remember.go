package desk

import (
	"reflect"
	"strings"
	"time"

	"streamdesk/model/filter"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
	"streamdesk/ui/state"
)

// remember is how the desk's arrangement is kept: what was seen of it last, and who writes it. The zero remember keeps
// nothing.
type remember struct {
	keeper *state.Keeper
	// seen is how it was when last looked, since when it has been so, and whether it was handed to the keeper.
	seen   state.State
	since  time.Time
	handed bool
}

// rememberAfter is how long the arrangement has to stand still before it is written: a drag is written once.
const rememberAfter = 2 * time.Second

// sortables are the panes whose order is kept, by what they are called in the file.
func (d *Desk) sortables() map[string]pane.Sortable {
	list := map[string]pane.Sortable{}
	each(&d.panes, func(id layout.PaneID, p pane.Sortable) { list[strings.ToLower(specOf(id).Name)] = p })
	return list
}

// arrangement is how the desk is arranged now.
func (d *Desk) arrangement() state.State {
	s := state.State{
		Theme: d.looks.chosen, Filter: d.data.Log.Filter().String(), Chart: int(d.panes.span().Window().Seconds()),
		Scoped: d.filter.scoped, Splits: map[string]int{}, Orders: map[string]state.Order{}, Zoomed: map[string]string{},
	}
	if d.tiles.In != &workspaces[0] {
		s.Workspace = d.tiles.In.Name
	}
	for in, zoomed := range d.tiles.Zooms() {
		s.Zoomed[in.Name] = specOf(zoomed).Name
	}
	s.Filters = append(s.Filters, d.filter.Past()...)
	if d.panes.span().Window() == d.options.Config.Desk.ChartWindow.Std() {
		s.Chart = 0
	}
	for e, split := range d.tiles.Splits {
		s.Splits[string(e)] = split
	}
	for name, p := range d.sortables() {
		s.Orders[name] = p.Order().Kept()
	}
	return s
}

// arrange puts the desk as it was. What it doesn't know, of a later version perhaps, it leaves alone. A filter on what is
// gone with an embedded server would only hide the rest.
func (d *Desk) arrange(s state.State) {
	d.tiles.Splits.Take(s.Splits)
	for name, zoomed := range s.Zoomed {
		in, known := workspaceCalled(name)
		if p, ok := paneCalled(zoomed); ok && known && in.Holds(p) {
			d.tiles.Zoom(in, p)
		}
	}
	in, _ := workspaceCalled(s.Workspace)
	d.standIn(in)
	for name, p := range d.sortables() {
		if o, ok := s.Orders[name]; ok {
			p.Order().Take(o)
			p.Sort(d.data)
		}
	}
	if s.Chart > 0 {
		d.panes.span().SetWindow(time.Duration(s.Chart) * time.Second)
	}
	for _, text := range s.Filters {
		d.filter.Remember(text)
	}
	if parsed, err := filter.Parse(s.Filter); err == nil && !parsed.Empty() && !d.options.Embedded {
		d.apply(parsed)
	}
	d.filter.scoped = s.Scoped
	d.looks.keep(s.Theme)
	d.drawn.all()
	d.remember.seen = d.arrangement()
	d.remember.handed = true
}

// keepArrangement hands the arrangement to be written once it has changed and stands still.
func (d *Desk) keepArrangement() {
	r := &d.remember
	if r.keeper == nil {
		return
	}
	if err := r.keeper.News(); err != nil {
		d.notes.status.say(levelWarn, err.Error())
	}
	now := d.arrangement()
	switch {
	case !reflect.DeepEqual(now, r.seen):
		r.seen, r.since, r.handed = now, d.now, false
	case !r.handed && d.now.Sub(r.since) >= rememberAfter:
		r.keeper.Keep(now)
		r.handed = true
	}
}
