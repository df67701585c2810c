package dialog

import (
	"strconv"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// tableGutter is the free width at the left of a table. Lines below that belong to the table are aligned with its rows.
const tableGutter = 2

// sampleRows is the max number of targets shown: enough to see that they are the right ones.
const sampleRows = 5

// targetTable draws which consumer holds each target, and how large it is. holdings and entries may be empty, when they don't
// matter or until the answer arrives.
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

// sample draws a head, the first few targets, and how many more there are.
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

// plainTable draws a plan's table: a name, numbers, and a position.
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

// table draws a head and rows. A column is as wide as its content; an empty one is left out.
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

// columnAir is the extra distance between a column of text and the next, if there is room.
const columnAir = 2

// maxColumn is the max width of a column, so that a long name doesn't push out the other columns.
const maxColumn = 28

// holdingCells returns the consumer that holds an entry, the idle time, the number of deliveries, and the state when it isn't
// pending.
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
