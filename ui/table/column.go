// Package table lists the columns that show a thing: the cell and width on the desk, the text in a command, the key and
// value in JSON, and the sort order. Panes and commands draw from the same list, so that a column is defined in one
// place. Package widget draws the rows. Start reading at [Column], then [List].
package table

import (
	"cmp"
	"slices"

	"streamdesk/model/jsontext"
	"streamdesk/model/sorting"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Column is one column of rows R. Empty parts aren't shown: a column without a Key isn't in JSON, one without a Head
// isn't in a command's table, one without a Place isn't on the desk, and rows can't be sorted by one without a Turn.
type Column[R any] struct {
	// Key and Value are a member of the row's JSON object; Value returns a value for encoding/json.
	Key   string
	Value func(*R) any

	// Head is the title above Text in a command's table. Rare omits the column when the text is "-" in every row.
	Head string
	Text func(*R) string
	Rare bool
	// Right aligns numbers, in the command's table and on the desk.
	Right bool

	// Place is the column's position on the desk, from the left, starting at 1. Slot is its title and width there, Cell
	// its drawn content; width is the number of terminal cells, 0 when the column is hidden for lack of space.
	Place int
	Slot  widget.Column
	Cell  func(r *R, t *theme.Theme, width int) widget.Cell

	// Turn is the column's position, starting at 1, in the cycle of the sort key; 1 is the default order. By is the
	// name of the order in kept state, Compare compares rows. Descending means that the largest comes first unless
	// reversed.
	Turn       int
	By         string
	Compare    func(a, b *R) int
	Descending bool
}

// List is the columns of rows R, in the order of JSON and commands, and in that of the desk.
type List[R any] struct {
	columns, desk []Column[R]
	slots         []widget.Column
}

// New returns a list of columns, in the order of JSON and commands.
func New[R any](columns ...Column[R]) *List[R] {
	l := &List[R]{columns: columns}
	for i := range columns {
		if columns[i].Place > 0 {
			l.desk = append(l.desk, columns[i])
		}
	}
	sorting.By(l.desk, func(a, b *Column[R]) int { return cmp.Compare(a.Place, b.Place) })
	for i := range l.desk {
		slot := l.desk[i].Slot
		slot.Right = l.desk[i].Right
		l.slots = append(l.slots, slot)
	}
	return l
}

// With returns the list with more columns at the end.
func (l *List[R]) With(columns ...Column[R]) *List[R] {
	return New(slices.Concat(l.columns, columns)...)
}

// Slots returns the titles and widths of the columns on the desk. The caller may change them.
func (l *List[R]) Slots() []widget.Column { return slices.Clone(l.slots) }

// Cells returns a row on the desk, in columns of those widths.
func (l *List[R]) Cells(r *R, t *theme.Theme, widths []int) []widget.Cell {
	cells := make([]widget.Cell, len(l.desk))
	for i := range l.desk {
		cells[i] = l.desk[i].Cell(r, t, widths[i])
	}
	return cells
}

// Text returns the rows as a command prints them.
func (l *List[R]) Text(rows []R) *Text {
	t := NewText()
	t.Rows = make([][]string, len(rows))
	for i := range l.columns {
		c := &l.columns[i]
		if c.Head == "" {
			continue
		}
		cells, bare := make([]string, len(rows)), c.Rare
		for j := range rows {
			cells[j] = widget.Clean(c.Text(&rows[j]))
			bare = bare && cells[j] == "-"
		}
		if bare {
			continue
		}
		t.heads = append(t.heads, Head{c.Head, c.Right})
		for j := range rows {
			t.Rows[j] = append(t.Rows[j], cells[j])
		}
	}
	return t
}

// JSON returns a JSON object for each row.
func (l *List[R]) JSON(rows []R) []jsontext.Object {
	objects := make([]jsontext.Object, len(rows))
	for i := range rows {
		for j := range l.columns {
			if c := &l.columns[j]; c.Key != "" {
				objects[i] = append(objects[i], jsontext.Member{Key: c.Key, Value: c.Value(&rows[i])})
			}
		}
	}
	return objects
}

// Keys returns the keys of the JSON objects, in their order.
func (l *List[R]) Keys() []string {
	var keys []string
	for i := range l.columns {
		if l.columns[i].Key != "" {
			keys = append(keys, l.columns[i].Key)
		}
	}
	return keys
}

// Order returns the default order, with the other orders.
func (l *List[R]) Order() Order {
	var o Order
	for i := range l.desk {
		if c := &l.desk[i]; c.Turn > 0 {
			o.keys = append(o.keys, sortKey{by: c.By, column: i, turn: c.Turn, descending: c.Descending})
		}
	}
	sorting.By(o.keys, func(a, b *sortKey) int { return cmp.Compare(a.turn, b.turn) })
	return o
}

// Compare compares two rows in the given order.
func (l *List[R]) Compare(o *Order, a, b *R) int {
	compared := l.desk[o.Column()].Compare(a, b)
	if o.Descending() {
		return -compared
	}
	return compared
}

// Label returns the title and direction of an order.
func (l *List[R]) Label(o *Order) string {
	title := l.slots[o.Column()].Title
	if o.Descending() {
		return title + " ▼"
	}
	return title + " ▲"
}
