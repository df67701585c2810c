package event

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/ui/pane"
)

// drawnDetail is the pane's lines as plain text, without the spaces at their ends.
func drawnDetail(t *testing.T, d *Pane, width, height int) []string {
	t.Helper()
	lines := panetest.Fitted(d, panetest.View(t, "none", width, height, drawnAt)).Lines
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return lines
}

// underCursor is the line that the cursor is on.
func underCursor(t *testing.T, d *Pane, width, height int) string {
	t.Helper()
	for _, line := range drawnDetail(t, d, width, height) {
		if rest, found := strings.CutPrefix(line, "›"); found {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func TestEventMoves(t *testing.T) {
	for _, c := range []struct {
		name  string
		moves []pane.Move
		want  string
	}{
		{"starts at the top", nil, "▾ {"},
		{"down", []pane.Move{pane.Down, pane.Down}, `"type": "workflow.retried",`},
		{"up stops at the top", []pane.Move{pane.Down, pane.Up, pane.Up, pane.Up}, "▾ {"},
		{"bottom", []pane.Move{pane.Bottom}, `"source_agent": "coordinator" }`},
		{"bottom and down stays", []pane.Move{pane.Bottom, pane.Down, pane.PageDown}, `"source_agent": "coordinator" }`},
		{"bottom and top", []pane.Move{pane.Bottom, pane.Top}, "▾ {"},
		{"half a pane", []pane.Move{pane.HalfDown}, `"attempt": 2,`},
		{"half a pane and back", []pane.Move{pane.HalfDown, pane.HalfUp}, "▾ {"},
		{"a page", []pane.Move{pane.PageDown}, "▾ {"},
		{"a page and a line", []pane.Move{pane.PageDown, pane.Down}, `"name": "audit",`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := New(nowhere, nil)
			d.Show(entryWith(pictured))
			drawnDetail(t, d, 60, 14)
			for _, m := range c.moves {
				d.Move(m, pane.Known{})
			}
			if got := underCursor(t, d, 60, 14); got != c.want {
				t.Errorf("the cursor is on %s, want %s", got, c.want)
			}
		})
	}
}

// foldData folds the object under "data" and leaves the cursor on the first line.
func foldData(d *Pane) {
	d.Move(pane.Down, pane.Known{}) // off the root
	for !strings.HasPrefix(d.Text(), "{") {
		d.Move(pane.Down, pane.Known{})
	}
	d.Toggle()
	d.Move(pane.Top, pane.Known{})
}

func TestEventFolds(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(d *Pane)
		want string
	}{
		{"the root", func(d *Pane) { d.Toggle() }, "▸ { 6 keys }"},
		{"and back", func(d *Pane) { d.Toggle(); d.Toggle() }, "▾ {"},
		{"a leaf can't", func(d *Pane) { d.Move(pane.Down, pane.Known{}); d.Toggle() }, `"id": "0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e",`},
		{"from the inside out", func(d *Pane) { d.Move(pane.Down, pane.Known{}); d.Fold(); d.Fold() }, "▸ { 6 keys }"},
		{"into it", func(d *Pane) { d.Unfold() }, `"id": "0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e",`},
		{"the data", func(d *Pane) { foldData(d); d.Move(pane.Bottom, pane.Known{}); d.Move(pane.Up, pane.Known{}) }, `▸ "data": { 5 keys },`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := New(nowhere, nil)
			d.Show(entryWith(pictured))
			drawnDetail(t, d, 60, 14)
			c.do(d)
			if got := underCursor(t, d, 60, 14); got != c.want {
				t.Errorf("the cursor is on %s, want %s", got, c.want)
			}
		})
	}
}

func TestEventViewsGoRound(t *testing.T) {
	plain := payload.Wire(model.Entry{Stream: "s", ID: model.Position{Ms: 5}, Fields: []model.Field{{Name: "a", Value: "b"}}}, "")
	for _, c := range []struct {
		name   string
		record *model.Record
		want   string
	}{
		{"JSON", entryWith(pictured), "JSON raw fields hex JSON"},
		{"broken JSON", entryWith("{"), "raw fields hex raw fields"},
		{"no payload", &plain, "fields hex of a fields hex of a fields"},
	} {
		d := New(nowhere, nil)
		d.NextView() // nothing is shown: nothing happens
		d.Show(c.record)
		var notes []string
		for range 5 {
			notes = append(notes, panetest.Fitted(d, panetest.View(t, "none", 60, 14, drawnAt)).Note)
			d.NextView()
		}
		if got := strings.Join(notes, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestEventViewStaysForTheNextEntry(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	d.NextView()
	broken := entryWith("{")
	broken.ID.Seq++
	d.Show(broken)
	next := entryWith(pictured)
	next.ID.Seq += 2
	d.Show(next)
	if note := panetest.Fitted(d, panetest.View(t, "none", 60, 14, drawnAt)).Note; note != "raw" {
		t.Errorf("the view is %s", note)
	}
}

func TestEventText(t *testing.T) {
	d := New(nowhere, nil)
	if d.Text() != "" {
		t.Errorf("nothing is shown, but %q is copied", d.Text())
	}
	d.Show(entryWith(pictured, model.Field{Name: "reason", Value: "a\nb"}))
	drawnDetail(t, d, 60, 14)
	if d.Text() != pictured {
		t.Errorf("the whole tree: %s", d.Text())
	}
	for range 7 {
		d.Move(pane.Down, pane.Known{})
	}
	if want := `2`; d.Text() != want {
		t.Errorf("under the cursor: %s, want %s", d.Text(), want)
	}
	d.NextView()
	if d.Text() != pictured {
		t.Errorf("raw: %s", d.Text())
	}
	d.NextView()
	if want := "data: " + strings.ReplaceAll(pictured, "\n", "") + "\nreason: a\\x0ab\n"; d.Text() != want {
		t.Errorf("fields:\n%s\nwant\n%s", d.Text(), want)
	}
}

func TestEventKeepsItsPlaceForTheSameEntry(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	drawnDetail(t, d, 60, 14)
	foldData(d)
	d.Move(pane.Bottom, pane.Known{})
	before := strings.Join(drawnDetail(t, d, 60, 14), "\n")
	d.Show(entryWith(pictured))
	if after := strings.Join(drawnDetail(t, d, 60, 14), "\n"); after != before {
		t.Errorf("the same entry moved:\n%s\nwas\n%s", after, before)
	}
	other := entryWith(pictured)
	other.ID.Seq++
	d.Show(other)
	if got := underCursor(t, d, 60, 14); got != "▾ {" {
		t.Errorf("another entry starts on %s", got)
	}
	d.Show(nil)
	if d.Shown() != nil || len(drawnDetail(t, d, 60, 14)) == 0 {
		t.Error("nothing should be shown, and the pane should say so")
	}
}

func TestEventKeepsACopy(t *testing.T) {
	r := entryWith(pictured)
	d := New(nowhere, nil)
	d.Show(r)
	*r = *entryWith(`{"id":"another"}`)
	if got, _ := d.Shown().Field("data"); got != pictured {
		t.Errorf("what is shown changed with the log: %s", got)
	}
}

func TestEventOfAnEntryThatGoesAway(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	key := d.Shown().Key()
	gone := payload.Wire(model.Entry{Stream: key.Stream, ID: key.ID}, "events:")
	says := func() string { return strings.Join(drawnDetail(t, d, 60, 20), "\n") }

	d.Show(&gone)
	if text := says(); !strings.Contains(text, "is gone from the stream") || !strings.Contains(text, `"workflow_id": "wf-8f31"`) {
		t.Errorf("it should be said, and what it held kept:\n%s", text)
	}
	d.Show(nil)
	d.Show(&gone)
	if text := says(); !strings.Contains(text, "nothing") {
		t.Errorf("it should be said:\n%s", text)
	}
	d.Show(entryWith(pictured))
	if text := says(); strings.Contains(text, "gone") || !strings.Contains(text, "wf-8f31") {
		t.Errorf("now that it was read, it should be shown:\n%s", text)
	}
	d.SetDelivery(key, &model.Delivery{Key: key, Gone: true}, nil)
	if text := says(); !strings.Contains(text, "is gone from the stream") {
		t.Errorf("the delivery said that it is gone:\n%s", text)
	}
}

func TestEventDelivery(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	key := d.Shown().Key()
	says := func(want ...string) {
		t.Helper()
		text := strings.Join(drawnDetail(t, d, 60, 20), "\n")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%q isn't said:\n%s", w, text)
			}
		}
	}
	says("? deliveries: asking…")
	other := key
	other.ID.Seq++
	d.SetDelivery(other, nil, errors.New("of another entry"))
	says("? deliveries: asking…")
	d.SetDelivery(key, nil, errors.New("NOPERM no\nway"))
	says("? deliveries unknown: NOPERM no·way")
	d.SetDelivery(key, &model.Delivery{Key: key}, nil)
	says("no group reads this stream")
	d.SetDelivery(key, deliveryOf(key), nil)
	says("db_writers", "● worker-3 1m50s ×4", "✓ acked", "· not delivered")
	d.SetDelivery(key, &model.Delivery{Key: key, Groups: []model.GroupDelivery{{Group: "g"}, {Group: "h", State: model.DeliveryPending}}}, nil)
	says("g ? unknown", "h ● pending")
}

func TestEventDeliveryTellsItsAge(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	d.SetDelivery(d.Shown().Key(), deliveryOf(d.Shown().Key()), nil)
	v := panetest.View(t, "none", 60, 20, drawnAt)
	drawn := func() string { return strings.Join(panetest.Fitted(d, v).Lines, "\n") }
	if strings.Contains(drawn(), "as of") {
		t.Error("a fresh answer is marked as old")
	}
	v.Now = v.Now.Add(12 * time.Second)
	if !strings.Contains(drawn(), "as of 12s ago") {
		t.Errorf("an old answer isn't marked:\n%s", drawn())
	}
	d.SetDelivery(d.Shown().Key(), deliveryOf(d.Shown().Key()), nil)
	if strings.Contains(drawn(), "as of") {
		t.Error("a new answer is marked as old")
	}
}

// TestEventGivesTheTreeItsRoom: with less height first the envelope goes, then the deliveries get shorter.
func TestEventGivesTheTreeItsRoom(t *testing.T) {
	groups := make([]model.GroupDelivery, 12)
	for i := range groups {
		groups[i] = model.GroupDelivery{Group: fmt.Sprintf("group_%02d", i), State: model.DeliveryAcked}
	}
	groups[7].State = model.DeliveryPending
	groups[7].Pending = &model.Pending{Consumer: "c", Idle: time.Minute, Deliveries: 2}
	for _, c := range []struct {
		height    int
		want, not string
	}{
		{40, "workflow wf-8f31", "11 acked"},
		{26, "group_11 ✓ acked", "workflow wf-8f31"},
		{14, "✓ 11 acked: group_00", "group_11 ✓ acked"},
		{6, "● 1 pending  ✓ 11 acked", "group_00"},
		{5, `▾ {`, "acked"},
	} {
		d := New(nowhere, nil)
		d.Show(entryWith(pictured))
		d.SetDelivery(d.Shown().Key(), &model.Delivery{Groups: groups}, nil)
		lines := drawnDetail(t, d, 36, c.height)
		text := strings.Join(lines, "\n")
		if !strings.Contains(text, c.want) || strings.Contains(text, c.not) {
			t.Errorf("%d lines should have %q and not %q:\n%s", c.height, c.want, c.not, text)
		}
		tree := 0
		for _, line := range lines {
			if strings.HasPrefix(line, " ") && strings.ContainsAny(line, `"{}`) || strings.HasPrefix(line, "›") {
				tree++
			}
		}
		if tree < min(c.height/2, 15) {
			t.Errorf("of %d lines the tree has only %d:\n%s", c.height, tree, text)
		}
	}
}

func TestEventScrollsWhole(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	d.SetDelivery(d.Shown().Key(), deliveryOf(d.Shown().Key()), nil)
	summary := " workflow.retried 14:02:12 324B"
	if lines := drawnDetail(t, d, 36, 9); lines[0] != summary {
		t.Errorf("it starts with %q", lines[0])
	}
	d.Move(pane.Bottom, pane.Known{})
	if lines := drawnDetail(t, d, 36, 9); lines[0] == summary {
		t.Error("in a low pane the summary should scroll, too")
	}
	if lines := drawnDetail(t, d, 36, 12); lines[0] != summary || strings.Contains(lines[1], "db_writers") {
		t.Errorf("in a high pane only the summary stays:\n%s", strings.Join(lines, "\n"))
	}
	d.Move(pane.Top, pane.Known{})
	if lines := drawnDetail(t, d, 36, 9); lines[0] != summary {
		t.Error("at the top all of the head should be in sight again")
	}
}

func TestEventStaysWhenTheDeliveryComesIn(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	drawnDetail(t, d, 36, 12)
	d.Move(pane.Bottom, pane.Known{})
	before := strings.Join(drawnDetail(t, d, 36, 12), "\n")
	d.SetDelivery(d.Shown().Key(), deliveryOf(d.Shown().Key()), nil)
	if after := strings.Join(drawnDetail(t, d, 36, 12), "\n"); after != before {
		t.Errorf("what is read moved:\n%s\nwas\n%s", after, before)
	}
}

func TestEventClick(t *testing.T) {
	d := New(nowhere, nil)
	d.Show(entryWith(pictured))
	lines := drawnDetail(t, d, 60, 20)
	for i, line := range lines {
		if strings.Contains(line, `"contract"`) {
			d.Click(i, nil)
		}
	}
	if got := underCursor(t, d, 60, 20); got != `"contract": "ERC20",` {
		t.Errorf("the cursor is on %s", got)
	}
	d.Click(0, nil)
	d.Click(99, nil)
	if got := underCursor(t, d, 60, 20); got != `"contract": "ERC20",` {
		t.Errorf("a click beside the tree moved the cursor to %s", got)
	}
}

// TestEventFits draws any entry at any size after any keys: never a line too many, never one too wide, nothing that
// moves the terminal's cursor.
func TestEventFits(t *testing.T) {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{pictured, "{", "", "[]", `{"a":[1,2,{"b":"\u001b[2J日本語日本語日本語"}]}`, "\x00\xff\x1b[31m\n日本", `"x"`}),
		rapid.String(),
	)
	dark := panetest.View(t, "dark", 1, 1, drawnAt)
	rapid.Check(t, func(t *rapid.T) {
		e := model.Entry{Stream: text.Draw(t, "stream"), ID: model.Position{Ms: rapid.Uint64().Draw(t, "ms"), Seq: rapid.Uint64().Draw(t, "seq")}}
		for range rapid.IntRange(0, 4).Draw(t, "fields") {
			e.Fields = append(e.Fields, model.Field{
				Name: rapid.OneOf(rapid.SampledFrom([]string{"data", "reason", "origin"}), text).Draw(t, "name"), Value: text.Draw(t, "value"),
			})
		}
		r := payload.Wire(e, "events:")
		d := New(nowhere, nil)
		d.Show(&r)
		if rapid.Bool().Draw(t, "answered") {
			dl := &model.Delivery{Key: r.Key(), Gone: rapid.Bool().Draw(t, "gone")}
			for range rapid.IntRange(0, 9).Draw(t, "groups") {
				g := model.GroupDelivery{Group: text.Draw(t, "group"), State: model.DeliveryState(rapid.IntRange(0, 3).Draw(t, "state"))}
				if g.State == model.DeliveryPending {
					g.Pending = &model.Pending{Consumer: text.Draw(t, "consumer"), Idle: time.Duration(rapid.Int64().Draw(t, "idle")), Deliveries: rapid.Int64().Draw(t, "deliveries")}
				}
				dl.Groups = append(dl.Groups, g)
			}
			d.SetDelivery(r.Key(), dl, nil)
		}
		v := dark
		draw := func(t *rapid.T) {
			v.Width, v.Height = rapid.IntRange(1, 130).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
			f := panetest.Fitted(d, v)
			if len(f.Lines) > v.Height {
				t.Fatalf("%d lines of %d", len(f.Lines), v.Height)
			}
			for _, line := range f.Lines {
				if ansi.StringWidth(line) > v.Width {
					t.Fatalf("%d cells of %d: %q", ansi.StringWidth(line), v.Width, line)
				}
				if plain := ansi.Strip(line); strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7F }) {
					t.Fatalf("a control character: %q", line)
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"":       draw,
			"move":   func(t *rapid.T) { d.Move(pane.Move(rapid.IntRange(0, 7).Draw(t, "move")), pane.Known{}) },
			"click":  func(t *rapid.T) { d.Click(rapid.IntRange(0, 40).Draw(t, "line"), nil) },
			"toggle": func(*rapid.T) { d.Toggle() },
			"fold":   func(*rapid.T) { d.Fold(); d.Unfold() },
			"view":   func(*rapid.T) { d.NextView() },
			"text":   func(*rapid.T) { d.Text() },
		})
	})
}

func BenchmarkEvent(b *testing.B) {
	text := `{"id":"1","data":{"steps":[` + strings.TrimSuffix(strings.Repeat(`{"step":12,"name":"compile","ok":true},`, 25_000), ",") + `]}}`
	r := entryWith(text)
	v := panetest.View(b, "dark", 70, 24, drawnAt)
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			d := New(nowhere, nil)
			d.Show(r)
			panetest.Fitted(d, v)
		}
	})
	b.Run("frame", func(b *testing.B) {
		d := New(nowhere, nil)
		d.Show(r)
		d.SetDelivery(r.Key(), deliveryOf(r.Key()), nil)
		b.ReportAllocs()
		for b.Loop() {
			d.Show(r)
			panetest.Fitted(d, v)
		}
	})
}
