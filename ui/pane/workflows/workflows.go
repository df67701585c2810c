// Package workflows is the pane of all workflows: a row for each, with its verdict, its stages as a bar, and the reason for the
// verdict. Start reading at [Pane].
package workflows

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/typed"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// Spec is where the pane stands.
var Spec = pane.Spec{
	Name: "Workflows", Key: "W",
	Menu: []string{"open", "filter", "sort", "", "mark", "compare", "", "copy", "pin", "", "back"},
}

// Pane is the board of the workflows that the desk knows, the worst first. Its cursor stays on a workflow, by ID. Rows are
// sorted once a second, so that they can be read.
type Pane struct {
	order    table.Order
	families []string // of the stages that workflows go through, for the head
	view     []Row    // in the order shown, as they stood when they were sorted
	longest  int      // cells of the longest ID in view
	at       int      // where the selected row of view was found last
	rows     []Row    // those in sight, as they stand now
	counts   [health.Hanging + 1]int
	selected string   // the workflow under the cursor; empty for the first row, until the cursor is moved
	marks    []string // the marked workflows, max two
	sight    widget.Sight

	still       bool      // the screen is paused, and the rows are copies
	arranged    time.Time // by the server's clock; zero sorts the rows at once
	typed.Words           // that a row must contain
}

// New returns a new pane; families are the stages of workflows.
func New(families []string) *Pane {
	return &Pane{order: Columns.Order(), families: families, Words: typed.New()}
}

// Row is a workflow in the form that [Columns] show.
type Row struct {
	*workflow.Summary
	verdict health.Verdict
	index   *workflow.Index
	limits  health.Limits
	now     time.Time
}

// why returns the reason for the verdict.
func (r *Row) why() string { return r.limits.WhyWorkflow(r.Summary, r.index.Usual, r.now) }

// judged returns the row of a workflow with its verdict.
func judged(s *workflow.Summary, d *live.Data, usual health.Usual, now time.Time) Row {
	return Row{Summary: s, verdict: d.Limits.Workflow(s, usual, now), index: d.Workflows, limits: d.Limits, now: now}
}

// arrangeEvery is how often rows are sorted: sorted more often, they couldn't be read.
const arrangeEvery = time.Second

// arrange sorts the rows when it is time to.
func (p *Pane) arrange(d *live.Data, now time.Time) {
	if d.Log.Paused() && len(p.view) > 0 {
		p.stand()
		return
	}
	since := now.Sub(p.arranged)
	if !p.still && !p.arranged.IsZero() && since >= 0 && since < arrangeEvery {
		return
	}
	p.still = false
	at := p.index()
	p.arranged, p.view, p.longest, p.counts = now, p.view[:0], 0, [health.Hanging + 1]int{}
	usual := once(d.Workflows.Usual)
	for s := range d.Workflows.All() {
		r := judged(s, d, usual, now)
		p.counts[r.verdict]++
		if p.shows(&r) {
			p.view = append(p.view, r)
			p.longest = max(p.longest, widget.Width(widget.Clean(r.ID)))
		}
	}
	sort.Slice(p.view, func(i, j int) bool { // by their places: a copy of two rows for each comparison would be most of the work
		a, b := &p.view[i], &p.view[j]
		return cmp.Or(Columns.Compare(&p.order, a, b), strings.Compare(a.ID, b.ID)) < 0
	})
	if p.selected != "" && !p.isSelected(p.index()) {
		p.put(at)
	}
}

// stand freezes the rows as they are, whatever arrives.
func (p *Pane) stand() {
	if p.still {
		return
	}
	p.still = true
	for i := range p.view {
		s := *p.view[i].Summary
		s.Steps = slices.Clone(s.Steps)
		p.view[i].Summary = &s
	}
}

// once calls usual only once for each family.
func once(usual health.Usual) health.Usual {
	type answer struct {
		within time.Duration
		known  int
	}
	asked := map[string]answer{}
	return func(family string) (time.Duration, int) {
		a, ok := asked[family]
		if !ok {
			a.within, a.known = usual(family)
			asked[family] = a
		}
		return a.within, a.known
	}
}

func (p *Pane) isSelected(row int) bool { return row < len(p.view) && p.view[row].ID == p.selected }

// index returns the row of the cursor. It is asked many times a frame, and looks where the row was first.
func (p *Pane) index() int {
	if p.selected == "" {
		return 0
	}
	if p.isSelected(p.at) {
		return p.at
	}
	for i := range p.view {
		if p.isSelected(i) {
			p.at = i
			return i
		}
	}
	return 0
}

// current returns the ID of the workflow under the cursor; empty when there is none.
func (p *Pane) current() string {
	if len(p.view) == 0 {
		return ""
	}
	return p.view[p.index()].ID
}

// Order implements [pane.Sortable].
func (p *Pane) Order() *table.Order { return &p.order }

// Sort implements [pane.Sortable].
func (p *Pane) Sort(*live.Data) { p.arranged = time.Time{} }

// Subject implements [pane.Subjecter]: it returns the newest event of the workflow under the cursor.
func (p *Pane) Subject(d *live.Data) (model.Key, *model.Record, bool) {
	s := d.Workflows.Find(p.current())
	if s == nil {
		return model.Key{}, nil, false
	}
	return s.Last, nil, true
}

// Workflow implements [pane.Coursed].
func (p *Pane) Workflow() string { return p.current() }

// Enter implements [pane.Enterer]: it opens the workflow.
func (p *Pane) Enter() (pane.Effect, bool) {
	p.selected = p.current() // the row to come back to
	return pane.Effect{Workflow: p.selected}, p.selected != ""
}

// Hear implements [pane.Hearer].
func (p *Pane) Hear([]model.Record) bool { return true }

// Move implements [pane.Pane].
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	p.put(p.index() + m.Step(p.sight.Height, len(p.view)))
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - 1); ok {
		p.put(i)
	}
}

// put puts the cursor on a row, or on the nearest one.
func (p *Pane) put(row int) {
	if len(p.view) > 0 {
		p.selected = p.view[pane.Clamp(row, len(p.view))].ID
	}
}

// Sight implements [pane.Sighted].
func (p *Pane) Sight() *widget.Sight { return &p.sight }

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	p.arrange(v.Data, v.Now)
	p.rows = p.rows[:0]
	if len(p.view) == 0 {
		return
	}
	t := p.table(v)
	p.order.Widths = t.Widths(v.Width)
	p.sight.FitOn(p.selected, p.index(), len(p.view), max(v.Height-1-p.footLines(v), 1))
	usual := once(v.Data.Workflows.Usual)
	for _, r := range p.view[p.sight.First:p.sight.End()] {
		p.rows = append(p.rows, judged(r.Summary, v.Data, usual, v.Now))
	}
}
