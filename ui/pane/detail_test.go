package pane

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// drawnDetail is the pane's lines as plain text, without the spaces at their ends.
func drawnDetail(t *testing.T, d *Detail, width, height int) []string {
	t.Helper()
	lines := fitted(d, viewOf(t, "none", width, height)).Lines
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return lines
}

// underCursor is the line that the cursor is on.
func underCursor(t *testing.T, d *Detail, width, height int) string {
	t.Helper()
	for _, line := range drawnDetail(t, d, width, height) {
		if rest, found := strings.CutPrefix(line, "›"); found {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func TestDetailMoves(t *testing.T) {
	for _, c := range []struct {
		name  string
		moves []Move
		want  string
	}{
		{"starts at the top", nil, "▾ {"},
		{"down", []Move{Down, Down}, `"type": "workflow.retried",`},
		{"up stops at the top", []Move{Down, Up, Up, Up}, "▾ {"},
		{"bottom", []Move{Bottom}, `"source_agent": "coordinator" }`},
		{"bottom and down stays", []Move{Bottom, Down, PageDown}, `"source_agent": "coordinator" }`},
		{"bottom and top", []Move{Bottom, Top}, "▾ {"},
		{"half a pane", []Move{HalfDown}, `"attempt": 2,`},
		{"half a pane and back", []Move{HalfDown, HalfUp}, "▾ {"},
		{"a page", []Move{PageDown}, "▾ {"},
		{"a page and a line", []Move{PageDown, Down}, `"name": "audit",`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDetail()
			d.Show(detailRecord(detailPayload))
			drawnDetail(t, d, 60, 14)
			for _, m := range c.moves {
				d.Move(m, nil)
			}
			if got := underCursor(t, d, 60, 14); got != c.want {
				t.Errorf("the cursor is on %s, want %s", got, c.want)
			}
		})
	}
}

// foldData folds the object under "data" and leaves the cursor on the first line.
func foldData(d *Detail) {
	d.Move(Down, nil) // off the root
	for !strings.HasPrefix(d.Text(), "{") {
		d.Move(Down, nil)
	}
	d.Toggle()
	d.Move(Top, nil)
}

func TestDetailFolds(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(d *Detail)
		want string
	}{
		{"the root", func(d *Detail) { d.Toggle() }, "▸ { 6 keys }"},
		{"and back", func(d *Detail) { d.Toggle(); d.Toggle() }, "▾ {"},
		{"a leaf can't", func(d *Detail) { d.Move(Down, nil); d.Toggle() }, `"id": "0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e",`},
		{"from the inside out", func(d *Detail) { d.Move(Down, nil); d.Fold(); d.Fold() }, "▸ { 6 keys }"},
		{"into it", func(d *Detail) { d.Unfold() }, `"id": "0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e",`},
		{"the data", func(d *Detail) { foldData(d); d.Move(Bottom, nil); d.Move(Up, nil) }, `▸ "data": { 5 keys },`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDetail()
			d.Show(detailRecord(detailPayload))
			drawnDetail(t, d, 60, 14)
			c.do(d)
			if got := underCursor(t, d, 60, 14); got != c.want {
				t.Errorf("the cursor is on %s, want %s", got, c.want)
			}
		})
	}
}

func TestDetailViewsGoRound(t *testing.T) {
	plain := payload.Wire(model.Entry{Stream: "s", ID: model.Position{Ms: 5}, Fields: []model.Field{{Name: "a", Value: "b"}}}, "")
	for _, c := range []struct {
		name   string
		record *model.Record
		want   string
	}{
		{"JSON", detailRecord(detailPayload), "JSON raw fields hex JSON"},
		{"broken JSON", detailRecord("{"), "raw fields hex raw fields"},
		{"no payload", &plain, "fields hex of a fields hex of a fields"},
	} {
		d := NewDetail()
		d.NextView() // nothing is shown: nothing happens
		d.Show(c.record)
		var notes []string
		for range 5 {
			notes = append(notes, fitted(d, viewOf(t, "none", 60, 14)).Note)
			d.NextView()
		}
		if got := strings.Join(notes, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDetailViewStaysForTheNextEntry(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
	d.NextView()
	broken := detailRecord("{")
	broken.ID.Seq++
	d.Show(broken)
	next := detailRecord(detailPayload)
	next.ID.Seq += 2
	d.Show(next)
	if note := fitted(d, viewOf(t, "none", 60, 14)).Note; note != "raw" {
		t.Errorf("the view is %s", note)
	}
}

func TestDetailText(t *testing.T) {
	d := NewDetail()
	if d.Text() != "" {
		t.Errorf("nothing is shown, but %q is copied", d.Text())
	}
	d.Show(detailRecord(detailPayload, model.Field{Name: "reason", Value: "a\nb"}))
	drawnDetail(t, d, 60, 14)
	if d.Text() != detailPayload {
		t.Errorf("the whole tree: %s", d.Text())
	}
	for range 7 {
		d.Move(Down, nil)
	}
	if want := `2`; d.Text() != want {
		t.Errorf("under the cursor: %s, want %s", d.Text(), want)
	}
	d.NextView()
	if d.Text() != detailPayload {
		t.Errorf("raw: %s", d.Text())
	}
	d.NextView()
	if want := "data: " + strings.ReplaceAll(detailPayload, "\n", "") + "\nreason: a\\x0ab\n"; d.Text() != want {
		t.Errorf("fields:\n%s\nwant\n%s", d.Text(), want)
	}
}

func TestDetailKeepsItsPlaceForTheSameEntry(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
	drawnDetail(t, d, 60, 14)
	foldData(d)
	d.Move(Bottom, nil)
	before := strings.Join(drawnDetail(t, d, 60, 14), "\n")
	d.Show(detailRecord(detailPayload))
	if after := strings.Join(drawnDetail(t, d, 60, 14), "\n"); after != before {
		t.Errorf("the same entry moved:\n%s\nwas\n%s", after, before)
	}
	other := detailRecord(detailPayload)
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

func TestDetailKeepsACopy(t *testing.T) {
	r := detailRecord(detailPayload)
	d := NewDetail()
	d.Show(r)
	*r = *detailRecord(`{"id":"another"}`)
	if got, _ := d.Shown().Field("data"); got != detailPayload {
		t.Errorf("what is shown changed with the log: %s", got)
	}
}

func TestDetailOfAnEntryThatGoesAway(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
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
	d.Show(detailRecord(detailPayload))
	if text := says(); strings.Contains(text, "gone") || !strings.Contains(text, "wf-8f31") {
		t.Errorf("now that it was read, it should be shown:\n%s", text)
	}
	d.SetDelivery(key, &model.Delivery{Key: key, Gone: true}, nil)
	if text := says(); !strings.Contains(text, "is gone from the stream") {
		t.Errorf("the delivery said that it is gone:\n%s", text)
	}
}

func TestDetailDelivery(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
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
	d.SetDelivery(key, detailDelivery(key), nil)
	says("db_writers", "● worker-3 1m50s ×4", "✓ acked", "· not delivered")
	d.SetDelivery(key, &model.Delivery{Key: key, Groups: []model.GroupDelivery{{Group: "g"}, {Group: "h", State: model.DeliveryPending}}}, nil)
	says("g ? unknown", "h ● pending")
}

func TestDetailDeliveryTellsItsAge(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
	d.SetDelivery(d.Shown().Key(), detailDelivery(d.Shown().Key()), nil)
	v := viewOf(t, "none", 60, 20)
	drawn := func() string { return strings.Join(fitted(d, v).Lines, "\n") }
	if strings.Contains(drawn(), "as of") {
		t.Error("a fresh answer is marked as old")
	}
	v.Now = v.Now.Add(12 * time.Second)
	if !strings.Contains(drawn(), "as of 12s ago") {
		t.Errorf("an old answer isn't marked:\n%s", drawn())
	}
	d.SetDelivery(d.Shown().Key(), detailDelivery(d.Shown().Key()), nil)
	if strings.Contains(drawn(), "as of") {
		t.Error("a new answer is marked as old")
	}
}

// TestDetailGivesTheTreeItsRoom: with less height first the envelope goes, then the deliveries get shorter.
func TestDetailGivesTheTreeItsRoom(t *testing.T) {
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
		d := NewDetail()
		d.Show(detailRecord(detailPayload))
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

func TestDetailScrollsWhole(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
	d.SetDelivery(d.Shown().Key(), detailDelivery(d.Shown().Key()), nil)
	summary := " workflow.retried 14:02:12 324B"
	if lines := drawnDetail(t, d, 36, 9); lines[0] != summary {
		t.Errorf("it starts with %q", lines[0])
	}
	d.Move(Bottom, nil)
	if lines := drawnDetail(t, d, 36, 9); lines[0] == summary {
		t.Error("in a low pane the summary should scroll, too")
	}
	if lines := drawnDetail(t, d, 36, 12); lines[0] != summary || strings.Contains(lines[1], "db_writers") {
		t.Errorf("in a high pane only the summary stays:\n%s", strings.Join(lines, "\n"))
	}
	d.Move(Top, nil)
	if lines := drawnDetail(t, d, 36, 9); lines[0] != summary {
		t.Error("at the top all of the head should be in sight again")
	}
}

func TestDetailStaysWhenTheDeliveryComesIn(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
	drawnDetail(t, d, 36, 12)
	d.Move(Bottom, nil)
	before := strings.Join(drawnDetail(t, d, 36, 12), "\n")
	d.SetDelivery(d.Shown().Key(), detailDelivery(d.Shown().Key()), nil)
	if after := strings.Join(drawnDetail(t, d, 36, 12), "\n"); after != before {
		t.Errorf("what is read moved:\n%s\nwas\n%s", after, before)
	}
}

func TestDetailClick(t *testing.T) {
	d := NewDetail()
	d.Show(detailRecord(detailPayload))
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

// TestDetailFits draws any entry at any size after any keys: never a line too many, never one too wide, nothing that
// moves the terminal's cursor.
func TestDetailFits(t *testing.T) {
	text := rapid.OneOf(
		rapid.SampledFrom([]string{detailPayload, "{", "", "[]", `{"a":[1,2,{"b":"\u001b[2J日本語日本語日本語"}]}`, "\x00\xff\x1b[31m\n日本", `"x"`}),
		rapid.String(),
	)
	dark := viewOf(t, "dark", 1, 1)
	rapid.Check(t, func(t *rapid.T) {
		e := model.Entry{Stream: text.Draw(t, "stream"), ID: model.Position{Ms: rapid.Uint64().Draw(t, "ms"), Seq: rapid.Uint64().Draw(t, "seq")}}
		for range rapid.IntRange(0, 4).Draw(t, "fields") {
			e.Fields = append(e.Fields, model.Field{
				Name: rapid.OneOf(rapid.SampledFrom([]string{"data", "reason", "origin"}), text).Draw(t, "name"), Value: text.Draw(t, "value"),
			})
		}
		r := payload.Wire(e, "events:")
		d := NewDetail()
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
			f := fitted(d, v)
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
			"move":   func(t *rapid.T) { d.Move(Move(rapid.IntRange(0, 7).Draw(t, "move")), nil) },
			"click":  func(t *rapid.T) { d.Click(rapid.IntRange(0, 40).Draw(t, "line"), nil) },
			"toggle": func(*rapid.T) { d.Toggle() },
			"fold":   func(*rapid.T) { d.Fold(); d.Unfold() },
			"view":   func(*rapid.T) { d.NextView() },
			"text":   func(*rapid.T) { d.Text() },
		})
	})
}

func BenchmarkDetail(b *testing.B) {
	text := `{"id":"1","data":{"steps":[` + strings.TrimSuffix(strings.Repeat(`{"step":12,"name":"compile","ok":true},`, 25_000), ",") + `]}}`
	r := detailRecord(text)
	v := viewOf(b, "dark", 70, 24)
	b.Run("show", func(b *testing.B) {
		for b.Loop() {
			d := NewDetail()
			d.Show(r)
			fitted(d, v)
		}
	})
	b.Run("frame", func(b *testing.B) {
		d := NewDetail()
		d.Show(r)
		d.SetDelivery(r.Key(), detailDelivery(r.Key()), nil)
		b.ReportAllocs()
		for b.Loop() {
			d.Show(r)
			fitted(d, v)
		}
	})
}
