package event

import (
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/ui/pane/panetest"
)

func TestTheEventSaysHowItFitsItsSchema(t *testing.T) {
	shown := func(size, fields int, err error) *model.Record {
		r := &model.Record{
			Entry: model.Entry{Stream: "events:order.paid", ID: model.Position{Ms: 7}},
			Event: model.Event{Type: "order.paid", Data: []byte(`{"x":"` + strings.Repeat("x", size) + `"}`)}, Err: err,
		}
		for range fields {
			r.Fields = append(r.Fields, model.Field{Name: "data", Value: "{}"})
		}
		return r
	}
	two := &model.SchemaError{Schema: "/etc/order.json", Problems: []string{"/total: want number, got string", "/x: too long"}}
	one := &model.SchemaError{Problems: two.Problems[:1]}
	for name, c := range map[string]struct {
		record *model.Record
		file   string
		unfit  *model.SchemaError
		want   string // empty: no line
		asked  int
	}{
		"it fits":       {shown(1, 1, nil), "/etc/order.json", nil, "schema   fits order.json", 1},
		"one problem":   {shown(1, 1, nil), "/etc/order.json", one, "schema   /total: want number, got string", 1},
		"two":           {shown(1, 1, nil), "/etc/order.json", two, "schema   /total: want number, got string (+1)", 1},
		"no schema":     {shown(1, 1, nil), "", nil, "", 1},
		"large":         {shown(maxCompared, 1, nil), "/etc/order.json", nil, "schema   ? not compared, larger than 64k", 1},
		"large without": {shown(maxCompared, 1, nil), "", nil, "", 1},
		"gone":          {shown(1, 0, model.ErrGone), "/etc/order.json", two, "", 0},
		"no event":      {shown(1, 1, model.ErrNotEvent), "/etc/order.json", two, "", 0},
	} {
		asked := 0
		d := New(nowhere, func(*model.Event) (string, *model.SchemaError) { asked++; return c.file, c.unfit })
		d.Show(c.record)
		for range 3 {
			lines := strings.Join(drawnDetail(t, d, 60, 30), "\n")
			if found := strings.Contains(lines, " schema "); found != (c.want != "") || !strings.Contains(lines, c.want) {
				t.Errorf("%s: want %q in\n%s", name, c.want, lines)
			}
		}
		if narrow := strings.Join(drawnDetail(t, d, 34, 30), "\n"); c.unfit == two && c.asked > 0 && !strings.Contains(narrow, "numb… (+1)\n") {
			t.Errorf("%s: a narrow pane doesn't say how many more there are\n%s", name, narrow)
		}
		if asked != c.asked {
			t.Errorf("%s: compared %d times, want %d", name, asked, c.asked)
		}
		d.Show(entryWith(pictured))
		panetest.Fitted(d, panetest.View(t, "none", 60, 30, drawnAt))
		if asked != c.asked+1 {
			t.Errorf("%s: another entry isn't compared", name)
		}
	}
}
