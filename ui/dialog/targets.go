package dialog

import (
	"strconv"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// tableGutter is what a table keeps free at its left: what belongs to it below stands in line with its rows.
const tableGutter = 2

// sampleRows is how many targets are shown, however many there are: enough to see that they are the right ones.
const sampleRows = 5

// targetTable draws who holds which target, and how large it is. Holdings and entries may be missing, where that doesn't matter or
// as long as the answer is out.
func (p *page) targetTable(t *Target, holdings []change.Holding, entries []model.Entry) {
	p.sample(t, []widget.Column{
		{Title: "ENTRY", Min: 12, CutLeft: true, Keep: 9},
		{Title: "EVENT", Min: 10, Keep: 1},
		{Title: "WORKFLOW", Min: 8, Keep: 2},
		{Title: "SIZE", Min: 5, Right: true, Keep: 4},
		{Title: "CONSUMER", Min: 10, Keep: 8},
		{Title: "IDLE", Min: 6, Right: true, Keep: 7},
		{Title: "DELIV", Min: 5, Right: true, Keep: 6},
		{Title: "STATE", Min: 17, Keep: 5},
	}, func(i int, id model.Position) []widget.Cell {
		cells := []widget.Cell{{Text: id.String(), Ink: p.Text}, {}, {}, {}}
		r := t.record(id)
		if r != nil {
			cells[1] = widget.Cell{Text: widget.Clean(string(r.Event.Type)), Ink: p.Dim}
		}
		if i < len(entries) {
			if r != nil {
				cells[2] = widget.Cell{Text: widget.Clean(r.Event.WorkflowID), Ink: p.Dim}
			}
			if entries[i].Fields != nil {
				cells[3] = widget.Cell{Text: words.Bytes(entries[i].Size()), Ink: p.Text}
			}
		}
		switch {
		case i < len(holdings):
			cells = append(cells, holdingCells(p.Theme, &holdings[i])...)
		case i < len(entries) && entries[i].Fields == nil:
			cells = append(cells, widget.Cell{}, widget.Cell{}, widget.Cell{}, widget.Cell{Text: "gone", Ink: p.Warn})
		}
		return cells
	})
	if len(t.IDs) > 1 && len(holdings) > 0 {
		for _, line := range widget.Fold(p.width-tableGutter, change.Count(holdings).String()) {
			p.add(widget.Spaces(tableGutter) + p.Text.Paint(line))
		}
	}
}

// sample draws the first few targets under a head, and how many more there are.
func (p *page) sample(t *Target, columns []widget.Column, cells func(i int, id model.Position) []widget.Cell) {
	rows := make([][]widget.Cell, 0, sampleRows)
	for i, id := range t.IDs[:min(len(t.IDs), sampleRows)] {
		rows = append(rows, cells(i, id))
	}
	p.table(columns, rows)
	if more := len(t.IDs) - sampleRows; more > 0 {
		p.add(p.Dim.Paint(widget.Cut("  and "+words.Grouped(int64(more))+" more", p.width)))
	}
}

// plainTable draws a table that a plan has: what a thing is called, numbers, and where it stands.
func (p *page) plainTable(t *change.Table) {
	const name, number = 12, 6
	columns := make([]widget.Column, len(t.Heads))
	for i, head := range t.Heads {
		last := i == len(t.Heads)-1
		columns[i] = widget.Column{Title: head, Min: max(widget.Width(head), number), Right: i > 0, Keep: len(t.Heads) - i}
		if last && t.IDs {
			columns[i].Right, columns[i].CutLeft = false, true
		}
	}
	columns[0].Min = name
	rows := make([][]widget.Cell, len(t.Rows))
	for i, row := range t.Rows {
		for _, text := range row {
			rows[i] = append(rows[i], widget.Cell{Text: widget.Clean(text), Ink: p.Text})
		}
	}
	p.table(columns, rows)
}

// table draws rows under a head. A column is as wide as what stands in it, and left out when that is nothing.
func (p *page) table(columns []widget.Column, rows [][]widget.Cell) {
	table := widget.Table{Theme: p.Theme, Sorted: -1}
	var shown []int
	for i, c := range columns {
		widest := 0
		for _, row := range rows {
			if i < len(row) {
				widest = max(widest, widget.Width(row[i].Text))
			}
		}
		if widest == 0 {
			continue
		}
		if c.Max = max(widest, widget.Width(c.Title)); !c.Right {
			c.Max += columnAir
		}
		c.Max = min(c.Max, maxColumn)
		c.Min = min(c.Min, c.Max)
		table.Columns = append(table.Columns, c)
		shown = append(shown, i)
	}
	widths := table.Widths(p.width)
	lines := []string{table.Head(widths)}
	for _, row := range rows {
		line := make([]widget.Cell, len(shown))
		for to, from := range shown {
			if from < len(row) {
				line[to] = row[from]
			}
		}
		lines = append(lines, table.Line(widths, widget.Row{Cells: line}))
	}
	p.paragraph(lines...)
}

// columnAir sets a column of text apart from the next, where there is room.
const columnAir = 2

// maxColumn keeps a long name from pushing the other columns out.
const maxColumn = 28

// holdingCells are who holds an entry, for how long, how often it was delivered, and its state where that is another
// than pending.
func holdingCells(t *theme.Theme, h *change.Holding) []widget.Cell {
	state := widget.Cell{Text: h.String(), Ink: t.Warn}
	if h.State != change.Held {
		return []widget.Cell{{}, {}, {}, state}
	}
	deliveries := t.Text
	if h.Deliveries > 1 {
		deliveries = t.Warn
	}
	return []widget.Cell{
		{Text: widget.Clean(h.Consumer), Ink: t.Text},
		{Text: words.Age(h.Idle), Ink: t.Text},
		{Text: strconv.FormatInt(h.Deliveries, 10), Ink: deliveries},
		state,
	}
}
