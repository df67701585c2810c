package desk

import (
	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/filterbar"
	"streamdesk/ui/pane"
)

// filtering is the bar in which the filter is typed, and what the current filter needs. A filter applies while it is typed,
// whenever it is valid.
type filtering struct {
	filterbar.Bar
	anchor   *model.Moment // the entry of the past under the cursor when the bar was opened
	scoped   bool          // only events of the chosen stream are shown
	inside   bool          // because enter went into it: esc out of it shows all again
	standing standing      // the states of entries, for a filter that asks for them
}

func (d *Desk) completions() filterbar.Known {
	return filterbar.Known{Data: d.data, Prefix: d.options.prefix()}
}

// openFilter starts the typing that the focused pane is made for: of a filter for the events, of words that narrow the rows, else of
// a text that is searched for among them.
func (d *Desk) openFilter() tea.Cmd {
	if typer, ok := d.focused().(pane.Typer); ok {
		typer.Begin()
		return nil
	}
	if _, filtered := d.focused().(pane.Tail); !filtered && needRows(d) == "" {
		return d.find()
	}
	return d.filterEvents()
}

// filterEvents starts the typing of a filter for the events.
func (d *Desk) filterEvents() tea.Cmd {
	d.filter.anchor = d.panes.tail().Anchor(d.data)
	d.filter.Open(d.data.Log.Filter().String(), d.tiles.Layout.Width, d.completions())
	return nil
}

// typer returns what handles keys while something is typed in the focused pane, else nil.
func (d *Desk) typer() func(tea.KeyMsg) {
	if s, rows := d.searched(); s != nil && s.Typing() {
		return func(key tea.KeyMsg) { s.Type(key, &rows, d.now) }
	}
	if typer, ok := d.focused().(pane.Typer); ok && typer.Typing() {
		return typer.Type
	}
	return nil
}

// typeFilter handles a key while the filter is typed.
func (d *Desk) typeFilter(msg tea.KeyMsg) tea.Cmd {
	if msg.String() == "ctrl+c" {
		return tea.Quit
	}
	f := &d.filter
	switch f.Key(msg, d.completions()) {
	case filterbar.Applied:
		d.rememberFilter(f.Text())
		return d.returnTo(f.anchor)
	case filterbar.Cancelled:
		if d.data.Log.Filter().String() == f.Before() {
			return nil
		}
		return tea.Batch(d.putFilter(f.Before()), d.returnTo(f.anchor))
	case filterbar.Typed:
	}
	parsed, ok := f.Parse()
	if !ok || parsed.String() == d.data.Log.Filter().String() {
		return nil // the filter hasn't changed: the entries that were read remain
	}
	d.apply(parsed)
	return tea.Batch(d.askStates(), d.settle())
}

// rememberFilter adds a filter to the past ones, which the arrow keys recall, and has them saved.
func (d *Desk) rememberFilter(text string) {
	if d.filter.Remember(text) && d.options.RememberFilters != nil {
		d.options.RememberFilters(d.filter.Past())
	}
}

// setFilter applies a filter to the events of all streams.
func (d *Desk) setFilter(text string) tea.Cmd {
	d.filter.scoped, d.filter.inside = false, false
	return d.putFilter(text)
}

// putFilter applies a filter to the events of the shown streams. An invalid filter is only reported in the status line.
func (d *Desk) putFilter(text string) tea.Cmd {
	parsed, err := filter.Parse(text)
	if err != nil {
		d.notes.Say(notes.Bad, err.Error())
		return nil
	}
	anchor := d.panes.tail().Anchor(d.data)
	d.rememberFilter(text)
	d.apply(parsed)
	return tea.Batch(d.askStates(), d.returnTo(anchor), d.settle())
}

// useSaved applies the saved filter with a name, and focuses the pane of the events.
func (d *Desk) useSaved(name string) tea.Cmd {
	_, id := the[pane.Tail](&d.panes)
	cmd := d.setFilter(d.filter.Saved()[name])
	return tea.Batch(cmd, d.focusOn(id))
}

func (d *Desk) dropFilter() tea.Cmd { return d.setFilter("") }

func needFilter(d *Desk) string {
	if d.data.Log.Filter().Empty() {
		return "no filter is in force"
	}
	return ""
}

func (d *Desk) apply(parsed filter.Filter) {
	d.data.Log.Enough = d.patience()
	stream := ""
	if d.filter.scoped {
		stream = d.panes.scope.Stream
	}
	d.data.Log.SetFilter(d.informed(parsed).Within(stream), d.data.Now(d.now))
	d.panes.tail().Refilter(d.data)
	d.drawn.all()
}

// scopeEvents shows only the events of the chosen stream, also when another one is chosen later, or those of all streams again.
func (d *Desk) scopeEvents() tea.Cmd {
	d.filter.scoped, d.filter.inside = !d.filter.scoped, false
	return d.rescope()
}

// scopeInside shows only the events of the chosen stream until the person comes back out of it. A filter in force stays alone: the
// person said which events to show.
func (d *Desk) scopeInside() {
	if d.data.Log.Filter().Empty() && !d.filter.scoped && d.panes.scope.Stream != "" {
		d.filter.scoped, d.filter.inside = true, true
	}
}

// scopeOutside undoes scopeInside.
func (d *Desk) scopeOutside() {
	if d.filter.inside {
		d.filter.scoped, d.filter.inside = false, false
	}
}

// rescope shows the events of the chosen stream if they are scoped. A filter that is being typed applies separately.
func (d *Desk) rescope() tea.Cmd {
	f, want := d.data.Log.Filter(), ""
	if d.filter.scoped {
		want = d.panes.scope.Stream
	}
	if f.Stream() == want {
		return nil
	}
	d.apply(f)
	return d.askStates()
}

// returnTo goes back to an entry of the past with the current filter.
func (d *Desk) returnTo(anchor *model.Moment) tea.Cmd {
	if anchor == nil || d.data.Log.Covers(anchor.ID) {
		return nil
	}
	return d.jump(*anchor)
}
