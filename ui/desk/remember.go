package desk

import (
	"reflect"
	"strings"
	"time"

	"streamdesk/model/filter"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/pane"
	"streamdesk/ui/state"
)

// remember saves the desk's arrangement. The zero remember saves nothing.
type remember struct {
	keeper *state.Keeper
	// seen is the arrangement at the last check, since the time of its last change; handed is set once the keeper has it.
	seen   state.State
	since  time.Time
	handed bool
}

// rememberAfter is how long the arrangement must stay unchanged before it is written, so that a drag is written once.
const rememberAfter = 2 * time.Second

// sortables returns the panes whose order is saved, by their names in the file.
func (d *Desk) sortables() map[string]pane.Sortable {
	list := map[string]pane.Sortable{}
	each(&d.panes, func(id layout.PaneID, p pane.Sortable) { list[strings.ToLower(specOf(id).Name)] = p })
	return list
}

// arrangement returns the current arrangement of the desk.
func (d *Desk) arrangement() state.State {
	s := state.State{
		Theme: d.looks.Chosen, Filter: d.data.Log.Filter().String(), Chart: int(d.panes.span().Window().Seconds()),
		Scoped: d.filter.scoped && !d.filter.inside, Splits: map[string]int{}, Orders: map[string]state.Order{}, Zoomed: map[string]string{},
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
	folder, _ := the[pane.Folder](&d.panes)
	s.Folds = folder.Folds()
	return s
}

// arrange restores a saved arrangement. It ignores unknown names, which a later version may have written. With an embedded server it
// doesn't restore the filter: the events that it was for are gone, and it would hide the new ones.
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
	folder, _ := the[pane.Folder](&d.panes)
	folder.TakeFolds(s.Folds)
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
	d.looks.Keep(s.Theme)
	d.drawn.all()
	d.remember.seen = d.arrangement()
	d.remember.handed = true
}

// keepArrangement hands a changed arrangement to the keeper after [rememberAfter] without a further change.
func (d *Desk) keepArrangement() {
	r := &d.remember
	if r.keeper == nil {
		return
	}
	if err := r.keeper.News(); err != nil {
		d.notes.Say(notes.Warn, err.Error())
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
