package widget

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/ui/theme"
)

var testColumns = []Column{
	{Title: "TIME", Min: 12, Keep: 8},
	{Title: "ID", Min: 7, Max: 20, Keep: 3, CutLeft: true},
	{Title: "TYPE", Min: 16, Max: 26, Keep: 9},
	{Title: "LEFT OUT", Min: 0, Max: 30, Keep: 9},
	{Title: "SIZE", Min: 5, Right: true, Keep: 2},
}

func TestTableFitsEachWidth(t *testing.T) {
	dark := testTheme(t, "dark")
	table := Table{Columns: testColumns, Theme: dark, Sorted: 2}
	for width := range 201 {
		widths := table.Widths(width)
		used, shown := gutter-1, 0
		for i, w := range widths {
			if w > 0 {
				used += w + 1
				shown++
			}
			if c := testColumns[i]; w > max(c.Min, c.Max) || shown > 1 && w > 0 && w < c.Min {
				t.Fatalf("at %d cells column %s has %d", width, c.Title, w)
			}
		}
		least := 3 // the margin and a cell of the last column
		if used > max(width, least) || shown == 0 {
			t.Fatalf("at %d cells the columns %v take %d", width, widths, used)
		}
		if spare := width - used; spare > 0 && (widths[1] < 20 || widths[2] < 26) && shown == 4 {
			t.Fatalf("at %d cells %d are left over: %v", width, spare, widths)
		}
		row := Row{Current: true, Focused: true, Marked: true, Cells: []Cell{
			{Text: "14:02:11.204"}, {Text: "1700000000000-0", Ink: dark.Dim}, {Text: "日本語日本語日本語"}, {Text: "x"}, {Text: "1.1k"},
		}}
		requireWidth(t, "row", table.Line(widths, row), used)
		requireWidth(t, "head", table.Head(widths), used)
	}
}

func TestTableLineIsAsWideAsItsColumns(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		table := Table{Theme: dark, Sorted: rapid.IntRange(-1, 6).Draw(t, "sorted"), Descending: rapid.Bool().Draw(t, "descending")}
		for range rapid.IntRange(1, 6).Draw(t, "columns") {
			table.Columns = append(table.Columns, Column{
				Title: cleanText().Draw(t, "title"), Min: rapid.IntRange(1, 20).Draw(t, "min"), Max: rapid.IntRange(0, 40).Draw(t, "max"),
				Right: rapid.Bool().Draw(t, "right"), Keep: rapid.IntRange(0, 3).Draw(t, "keep"), CutLeft: rapid.Bool().Draw(t, "cut left"),
			})
		}
		width := rapid.IntRange(3, 200).Draw(t, "width")
		widths := table.Widths(width)
		used := gutter - 1
		for _, w := range widths {
			if w > 0 {
				used += w + 1
			}
		}
		if used > width {
			t.Fatalf("%v take %d of %d", widths, used, width)
		}
		row := Row{Current: rapid.Bool().Draw(t, "current"), Marked: rapid.Bool().Draw(t, "marked"), Focused: rapid.Bool().Draw(t, "focused")}
		for range rapid.IntRange(0, 7).Draw(t, "cells") {
			row.Cells = append(row.Cells, Cell{Text: foreignText().Draw(t, "text"), Ink: dark.Bad})
		}
		requireWidth(t, "row", table.Line(widths, row), used)
		requireWidth(t, "head", table.Head(widths), used)
	})
}

func TestColumnsGiveWayInTheirOrder(t *testing.T) {
	table := Table{Columns: testColumns, Theme: &theme.Theme{}}
	for _, c := range []struct {
		width int
		want  []int
	}{
		{200, []int{12, 20, 26, 0, 5}},
		{60, []int{12, 12, 26, 0, 5}}, // what stays longest grows first
		{45, []int{12, 7, 16, 0, 5}},
		{44, []int{12, 7, 21, 0, 0}},
		{31, []int{12, 0, 16, 0, 0}},
		{30, []int{0, 0, 26, 0, 0}},
		{10, []int{0, 0, 8, 0, 0}},
		{1, []int{0, 0, 1, 0, 0}},
	} {
		got := table.Widths(c.width)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("at %d: %v, want %v", c.width, got, c.want)
				break
			}
		}
	}
}

func TestTableMarks(t *testing.T) {
	none := testTheme(t, "none")
	table := Table{Columns: []Column{{Title: "A", Min: 3}, {Title: "N", Min: 4, Right: true}}, Theme: none, Sorted: 1, Descending: true}
	widths := table.Widths(20)
	cells := []Cell{{Text: "x"}, {Text: "1"}}
	for _, c := range []struct {
		row  Row
		want string
	}{
		{Row{Cells: cells}, "  x      1"},
		{Row{Cells: cells, Current: true}, "▸ x      1"},
		{Row{Cells: cells, Marked: true}, " ●x      1"},
		{Row{Cells: cells, Current: true, Marked: true, Focused: true}, "▸●x      1"},
		{Row{Cells: cells[:1]}, "  x       "},
		{Row{}, "          "},
	} {
		if got := ansi.Strip(table.Line(widths, c.row)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := ansi.Strip(table.Head(widths)); got != "  A     N▼" {
		t.Errorf("head %q", got)
	}
	if line := table.Line(widths, Row{Cells: cells, Current: true, Focused: true}); !strings.Contains(line, "\x1b[7m") {
		t.Errorf("the row under the cursor doesn't stand out: %q", line)
	}
	if line := table.Line(widths, Row{Cells: cells, Current: true}); strings.Contains(line, "\x1b[7m") {
		t.Errorf("without the focus it shouldn't: %q", line)
	}
}

func TestScrollKeepsTheRowInSight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, height := rapid.IntRange(1, 100).Draw(t, "rows"), rapid.IntRange(1, 40).Draw(t, "height")
		at, before := rapid.IntRange(0, rows-1).Draw(t, "at"), rapid.IntRange(-5, 120).Draw(t, "before")
		first := Scroll(before, at, rows, height)
		switch {
		case at < first || at >= first+height:
			t.Fatalf("row %d isn't among the %d from %d on", at, height, first)
		case first < 0 || rows >= height && first > rows-height || rows < height && first != 0:
			t.Fatalf("blank lines below: first %d of %d, height %d", first, rows, height)
		case before >= 0 && before <= at && at < before+height && before <= max(rows-height, 0) && first != before:
			t.Fatalf("moved from %d to %d though row %d was in sight", before, first, at)
		}
	})
}

func BenchmarkTableLine(b *testing.B) {
	dark := testTheme(b, "dark")
	table := Table{Columns: testColumns, Theme: dark, Sorted: -1}
	widths := table.Widths(70)
	row := Row{Cells: []Cell{
		{Text: "14:02:11.204", Ink: dark.Dim},
		{Text: "1700000000000-0", Ink: dark.Dim},
		{Text: "generation.started", Ink: dark.Text},
		{},
		{Text: "1.1k", Ink: dark.Dim},
	}}
	for name, current := range map[string]bool{"plain": false, "selected": true} {
		b.Run(name, func(b *testing.B) {
			row.Current, row.Focused = current, current
			b.ReportAllocs()
			for b.Loop() {
				table.Line(widths, row)
			}
		})
	}
}
