package dialog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/difference"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// EventSide is one of two compared events, with how it stands with the groups of its stream.
type EventSide struct {
	Record model.Record
	// Delivery is valid when Err is nil.
	Delivery model.Delivery
	Err      error
}

// CompareEvents shows two events side by side: what stands around them, how they stand with each group, and which values of their
// payloads differ, by path.
type CompareEvents struct {
	sheet
	left, right EventSide
	all         bool // what is the same is shown, too
	changes     []difference.Change
	why         string // why the payloads aren't compared by path; empty when they are
}

// NewCompareEvents returns a new dialog.
func NewCompareEvents(left, right EventSide) *CompareEvents {
	const widest = 150
	form := widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	d := &CompareEvents{sheet: sheet{title: "Compare two events", form: form, widest: widest}, left: left, right: right}
	d.compare()
	return d
}

// compare finds the differences. Payloads that aren't JSON are compared as fields are: whole.
func (d *CompareEvents) compare() {
	d.why = ""
	l, r := &d.left.Record, &d.right.Record
	lText, lHas := l.Payload()
	rText, rHas := r.Payload()
	var err error
	if lHas && rHas && l.Fields != nil && r.Fields != nil {
		if d.changes, err = difference.JSON(lText, rText); err == nil {
			d.changes = append(d.changes, difference.Fields(without(l), without(r), "")...)
			return
		}
		d.why = "the payloads are compared whole: " + widget.Clean(err.Error())
	}
	d.changes = difference.Fields(l.Fields, r.Fields, "")
}

// without returns the fields of a record beside its payload.
func without(r *model.Record) []model.Field {
	return slices.DeleteFunc(slices.Clone(r.Fields), func(f model.Field) bool { return f.Name == r.PayloadField })
}

// Update closes the dialog on enter, esc and q; x swaps the sides, u shows what is the same, too.
func (d *CompareEvents) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if d.searches(m) {
			return nil, false
		}
		switch m.String() {
		case "x":
			d.left, d.right = d.right, d.left
			d.compare()
			return nil, false
		case "u":
			d.all = !d.all
			return nil, false
		}
		return nil, m.String() == "q" || d.key(m) == widget.Cancel
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *CompareEvents) Click(x, y int) (cmd tea.Cmd, done bool) {
	return nil, d.pressedAt(x, y) == widget.Cancel
}

// Draw returns the framed box.
func (d *CompareEvents) Draw(v View) []string {
	return d.draw(v, d.counts(), "u what is the same · x changes sides · / search · esc closes", func(p *page) {
		p.add(d.around(p, v)...)
		p.paragraph(d.standing(p)...)
		p.paragraph(d.values(p)...)
		p.text(p.Warn, d.why)
	})
}

// count returns how many changes are of a kind.
func (d *CompareEvents) count(kind difference.Kind) (n int) {
	for i := range d.changes {
		if d.changes[i].Kind == kind {
			n++
		}
	}
	return n
}

// counts returns how many values differ, and how.
func (d *CompareEvents) counts() string {
	return fmt.Sprintf("%d changed · %d added · %d removed", d.count(difference.Changed), d.count(difference.Added), d.count(difference.Removed))
}

// row returns a line with a value of each side: its sign, its name, and the two.
func (d *CompareEvents) row(p *page, kind difference.Kind, name, left, right string) string {
	const most = 34 // cells of a name
	label := min(most, max(p.width*30/100, 12))
	side := max((p.width-label-2)/2, 1)
	sign, ink := [...]string{" ", "~", "+", "-"}[kind], [...]theme.Ink{p.Dim, p.Warn, p.Good, p.Bad}[kind]
	l, r := p.Text, ink
	if kind == difference.Same {
		l, r = p.Dim, p.Dim
	}
	return ink.Paint(sign+" ") + p.Dim.Paint(widget.Pad(cutPath(name, label-1), label)) +
		l.Paint(widget.Pad(widget.CleanCut(left, side-1), side)) + r.Paint(widget.Pad(widget.CleanCut(right, side-1), side))
}

// cutPath cuts the beginning of a path that is too long: its end says most.
func cutPath(path string, width int) string { return widget.CutLeft(widget.Clean(path), width) }

// both returns the row of a value that is always shown.
func (d *CompareEvents) both(p *page, name, left, right string) string {
	kind := difference.Changed
	if left == right {
		kind = difference.Same
	}
	return d.row(p, kind, name, left, right)
}

// around returns what stands around the events: where they are, when they came, and what they say of themselves.
func (d *CompareEvents) around(p *page, v View) []string {
	l, r := &d.left.Record, &d.right.Record
	return []string{
		p.Header.Paint(d.plainRow(p, "", "left", "right")),
		d.both(p, "stream", l.Stream, r.Stream),
		d.both(p, "entry", l.ID.String(), r.ID.String()),
		d.both(p, "came", l.ID.Clock(v.Location, time.TimeOnly+".000"), r.ID.Clock(v.Location, time.TimeOnly+".000")+apart(l.ID, r.ID)),
		d.both(p, "type", string(l.Event.Type), string(r.Event.Type)),
		d.both(p, "workflow", l.Event.WorkflowID, r.Event.WorkflowID),
		d.both(p, "agent", l.Event.SourceAgent, r.Event.SourceAgent),
		d.both(p, "size", words.Bytes(l.Size()), words.Bytes(r.Size())),
	}
}

// plainRow returns a row without inks.
func (d *CompareEvents) plainRow(p *page, name, left, right string) string {
	bare := *p
	bare.Theme = &theme.Theme{}
	return d.row(&bare, difference.Same, name, left, right)
}

// apart returns how much later, or earlier, the right one came; nothing when the IDs have no time.
func apart(left, right model.Position) string {
	first, last, word := left, right, "later"
	if first.After(last) {
		first, last, word = right, left, "earlier"
	}
	between, dated := first.Age(last.Time())
	if !dated {
		return ""
	}
	return "  (" + words.Took(between) + " " + word + ")"
}

// standing returns how the events stand with the groups of their streams: who holds them, and after how many deliveries.
func (d *CompareEvents) standing(p *page) []string {
	var names []string
	for _, side := range []*EventSide{&d.left, &d.right} {
		for i := range side.Delivery.Groups {
			names = append(names, side.Delivery.Groups[i].Group)
		}
	}
	slices.Sort(names)
	var lines []string
	for _, name := range slices.Compact(names) {
		lines = append(lines, d.both(p, name, d.left.stands(name), d.right.stands(name)))
	}
	if len(lines) > 0 {
		lines = append([]string{p.Header.Paint("  deliveries")}, lines...)
	}
	return lines
}

// stands returns how an event stands with a group.
func (s *EventSide) stands(group string) string {
	if s.Err != nil {
		return "unknown: " + s.Err.Error()
	}
	at := slices.IndexFunc(s.Delivery.Groups, func(g model.GroupDelivery) bool { return g.Group == group })
	if at < 0 {
		return "not a group of its stream"
	}
	g := &s.Delivery.Groups[at]
	if held := g.Pending; held != nil {
		return fmt.Sprintf("pending ×%d, idle %s, with %s", held.Deliveries, words.Age(held.Idle), held.Consumer)
	}
	return g.State.String()
}

// values returns the values that differ. Those that are the same are folded into their number.
func (d *CompareEvents) values(p *page) []string {
	lines := []string{p.Header.Paint("  values")}
	for i := range d.changes {
		if c := &d.changes[i]; d.all || c.Kind != difference.Same {
			lines = append(lines, d.row(p, c.Kind, c.Path, cmp.Or(c.Left, "(none)"), cmp.Or(c.Right, "(none)")))
		}
	}
	switch same := d.count(difference.Same); {
	case d.all || same == 0:
	case same == len(d.changes):
		lines = append(lines, p.Dim.Paint("  all "+words.Grouped(int64(same))+" are the same: u shows them"))
	default:
		lines = append(lines, p.Dim.Paint("  "+strings.Repeat("·", 3)+" "+words.Grouped(int64(same))+" more are the same: u shows them"))
	}
	return lines
}
