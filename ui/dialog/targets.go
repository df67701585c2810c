package dialog

import (
	"fmt"
	"strconv"
	"strings"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// sampleRows is how many targets are shown, however many there are: enough to see that they are the right ones.
const sampleRows = 5

// targetTable draws who holds which target. Holdings may be missing as long as the answer is out.
func (p *page) targetTable(t *Target, holdings []holding) {
	table := widget.Table{Theme: p.Theme, Sorted: -1, Columns: []widget.Column{
		{Title: "ENTRY", Min: 12, Max: 20, CutLeft: true, Keep: 9},
		{Title: "EVENT", Min: 10, Max: 24, Keep: 1},
		{Title: "CONSUMER", Min: 10, Max: 20, Keep: 8},
		{Title: "IDLE", Min: 6, Max: 6, Right: true, Keep: 7},
		{Title: "DELIV", Min: 5, Max: 5, Right: true, Keep: 6},
		{Title: "", Min: 5, Max: 21, Keep: 5},
	}}
	if count(holdings).held == 0 && len(holdings) > 0 {
		// Nobody holds any: what became of them is all there is to say.
		table.Columns[2].Min, table.Columns[2].Max = 17, 21
		table.Columns = table.Columns[:3]
		table.Columns[2].Title = "STATE"
	}
	widths := table.Widths(p.width)
	lines := []string{table.Head(widths)}
	for i, id := range t.IDs {
		if i == sampleRows {
			break
		}
		event := ""
		if r := t.record(id); r != nil {
			event = widget.Clean(string(r.Event.Type))
		}
		cells := []widget.Cell{{Text: id.String(), Ink: p.Text}, {Text: event, Ink: p.Dim}}
		if i < len(holdings) {
			cells = append(cells, holdingCells(p.Theme, &holdings[i], len(table.Columns) == 3)...)
		}
		lines = append(lines, table.Line(widths, widget.Row{Cells: cells}))
	}
	p.paragraph(lines...)
	if more := len(t.IDs) - sampleRows; more > 0 {
		p.add(p.Dim.Paint(widget.Cut("  and "+widget.Grouped(int64(more))+" more", p.width)))
	}
	if len(t.IDs) > 1 && len(holdings) > 0 {
		p.add(p.Text.Paint(widget.Cut("  "+count(holdings).String(), p.width)))
	}
}

func holdingCells(t *theme.Theme, h *holding, stateOnly bool) []widget.Cell {
	state := widget.Cell{Text: h.text(), Ink: t.Warn}
	switch {
	case stateOnly:
		return []widget.Cell{state}
	case h.state != held:
		return []widget.Cell{{Text: h.text(), Ink: t.Warn}}
	}
	deliveries := t.Text
	if h.Deliveries > 1 {
		deliveries = t.Warn
	}
	return []widget.Cell{
		{Text: widget.Clean(h.Consumer), Ink: t.Text},
		{Text: widget.Age(h.Idle), Ink: t.Text},
		{Text: strconv.FormatInt(h.Deliveries, 10), Ink: deliveries},
		state,
	}
}

// String is the tally in words: "196 pending, 2 of them gone, 4 no longer pending".
func (t tally) String() string {
	parts := []string{fmt.Sprintf("%s of %s pending", widget.Grouped(int64(t.held)), widget.Grouped(int64(t.all)))}
	if t.gone > 0 {
		parts = append(parts, widget.Grouped(int64(t.gone))+" gone from the stream")
	}
	if t.free > 0 {
		parts = append(parts, widget.Grouped(int64(t.free))+" not pending any more")
	}
	if t.unlooked > 0 {
		parts = append(parts, "? "+widget.Grouped(int64(t.unlooked))+" not looked at")
	}
	return strings.Join(parts, ", ")
}

// these is "this entry" or "these 3 entries".
func these(n int) string {
	if n == 1 {
		return "this entry"
	}
	return "these " + widget.Grouped(int64(n)) + " entries"
}

// entries is "1 entry" or "3 entries".
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return widget.Grouped(int64(n)) + " entries"
}
