package table

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"streamdesk/ui/state"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

type fruit struct {
	name  string
	count int
	note  string
}

var fruits = New(
	Column[fruit]{
		Key: "fruit", Value: func(f *fruit) any { return f.name },
		Head: "FRUIT", Text: func(f *fruit) string { return f.name },
		Place: 2, Slot: widget.Column{Title: "NAME", Min: 6},
		Cell: func(f *fruit, t *theme.Theme, width int) widget.Cell {
			return widget.Cell{Text: f.name + "/" + strconv.Itoa(width), Ink: t.Text}
		},
		Turn: 2, By: "name", Compare: func(a, b *fruit) int { return strings.Compare(a.name, b.name) },
	},
	Column[fruit]{
		Key: "count", Value: func(f *fruit) any { return f.count },
		Head: "COUNT", Right: true, Text: func(f *fruit) string { return strconv.Itoa(f.count) },
		Place: 1, Slot: widget.Column{Title: "N", Min: 3},
		Cell: func(f *fruit, t *theme.Theme, _ int) widget.Cell {
			return widget.Cell{Text: strconv.Itoa(f.count), Ink: t.Text}
		},
		Turn: 1, By: "count", Descending: true, Compare: func(a, b *fruit) int { return a.count - b.count },
	},
	Column[fruit]{Head: "NOTE", Rare: true, Text: func(f *fruit) string { return f.note }},
	Column[fruit]{Key: "note", Value: func(f *fruit) any { return TextOrNull(f.note) }},
)

func TestAColumnIsWrittenOnceForTheDeskACommandAndJSON(t *testing.T) {
	t.Parallel()
	rows := []fruit{{"fig", 12, "-"}, {"apple\x1b[1m", 3, "ripe\xff"}}
	var text bytes.Buffer
	if err := fruits.Text(rows).Write(&text); err != nil {
		t.Fatal(err)
	}
	if want := "FRUIT      COUNT  NOTE\nfig           12  -\napple·[1m      3  ripe·\n"; text.String() != want {
		t.Errorf("as text: %q, want %q", text.String(), want)
	}
	written, err := json.Marshal(fruits.JSON(rows))
	if want := `[{"fruit":"fig","count":12,"note":"-"},{"fruit":"apple\u001b[1m","count":3,"note":"ripe\ufffd","note_base64":"cmlwZf8="}]`; err != nil || string(written) != want {
		t.Errorf("as JSON: %s, %v", written, err)
	}
	slots := fruits.Slots()
	if len(slots) != 2 || slots[0].Title != "N" || !slots[0].Right || slots[1].Title != "NAME" {
		t.Errorf("on the desk: %+v", slots)
	}
	if cells := fruits.Cells(&rows[0], &theme.Theme{}, []int{3, 6}); cells[0].Text != "12" || cells[1].Text != "fig/6" {
		t.Errorf("on the desk: %+v", cells)
	}
}

func TestARareColumnIsLeftOutWhereItSaysNothing(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]int{"-": 2, "ripe": 3} {
		if heads := fruits.Text([]fruit{{"fig", 1, "-"}, {"apple", 2, note}}).heads; len(heads) != want {
			t.Errorf("a note of %q: %v", note, heads)
		}
	}
}

func TestMoreColumnsStandBehindAndLeaveTheListAlone(t *testing.T) {
	t.Parallel()
	more := fruits.With(Column[fruit]{Head: "MORE", Text: func(*fruit) string { return "more" }})
	rows := []fruit{{"fig", 1, "-"}}
	if got, was := more.Text(rows).heads, fruits.Text(rows).heads; len(got) != len(was)+1 || got[len(was)].Title != "MORE" {
		t.Errorf("%v became %v", was, got)
	}
}

func TestOrdersGoInTheirTurnAndAreKept(t *testing.T) {
	t.Parallel()
	o := fruits.Order()
	o.Widths = []int{3, 6}
	few, many := &fruit{"fig", 1, ""}, &fruit{"apple", 2, ""}
	for _, step := range []struct {
		do     func()
		label  string
		before *fruit
	}{
		{func() {}, "N ▼", many},
		{o.Next, "NAME ▲", many},
		{o.Next, "N ▼", many},
		{func() { o.At(2) }, "N ▲", few},
		{func() { o.At(6) }, "NAME ▲", many},
		{func() { o.At(6) }, "NAME ▼", few},
		{func() { o.At(60) }, "NAME ▼", few},
		{func() { o.Take(state.Order{By: "count", Reversed: true}) }, "N ▲", few},
		{func() { o.Take(state.Order{By: "taste"}) }, "N ▲", few},
	} {
		step.do()
		after := many
		if step.before == many {
			after = few
		}
		if got := fruits.Label(&o); got != step.label || fruits.Compare(&o, step.before, after) >= 0 {
			t.Errorf("%s: want %s, with %s first", got, step.label, step.before.name)
		}
	}
	if kept := o.Kept(); kept != (state.Order{By: "count", Reversed: true}) {
		t.Errorf("kept as %+v", kept)
	}
}
