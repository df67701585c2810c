package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/older"
	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
)

// nowhere is where traces are looked at when the settings name no place.
func nowhere(string) string { return "" }

func TestTheWorkflowNamesTheTraceOfItsEvents(t *testing.T) {
	p := New(workflow.HyperAgent(), func(trace string) string {
		if trace == "" {
			return ""
		}
		return "https://jaeger/" + trace
	})
	p.Show("wf-8f31")
	p.SetHistory(older.State{Done: true})
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	records := pictureWorkflow()
	for i := range records {
		records[i].Trace = trace
	}
	p.Add(records)
	want := " trace " + trace
	for _, text := range []string{drawnWorkflow(t, p, 60, 40), strings.Join(p.Report(panetest.View(t, "dark", 100, 1, now)), "\n")} {
		if !strings.Contains(text, want) || !strings.Contains(text, " see https://jaeger/"+trace) {
			t.Errorf("it doesn't name the trace:\n%s", text)
		}
	}
	if text := drawnWorkflow(t, p, 60, 13); strings.Contains(text, want) {
		t.Errorf("a low pane has room for it:\n%s", text)
	}
	p.Add([]model.Record{workflowEvent(900*time.Millisecond, "generation.completed", "", "")})
	if text := drawnWorkflow(t, p, 60, 40); strings.Contains(text, " trace ") || strings.Contains(text, " see ") {
		t.Errorf("an event is in no trace:\n%s", text)
	}
}

// shownWorkflow is the pane with the workflow of the picture.
func shownWorkflow() *Pane {
	p := New(workflow.HyperAgent(), nowhere)
	p.Show("wf-8f31")
	p.Add(pictureWorkflow())
	return p
}

// drawnWorkflow is the pane as plain text.
func drawnWorkflow(t testing.TB, p *Pane, width, height int) string {
	t.Helper()
	return ansi.Strip(strings.Join(panetest.Fitted(p, panetest.View(t, "none", width, height, now)).Lines, "\n"))
}

// selectedType is the type of the event under the cursor, and when it was after the start.
func selectedType(p *Pane) string {
	key, _, ok := p.Subject(nil)
	if !ok {
		return "nothing"
	}
	return fmt.Sprintf("%s +%d", strings.TrimPrefix(key.Stream, "events:"), key.ID.Time().Sub(workflowStart).Milliseconds())
}

func TestWorkflowMoves(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(p *Pane)
		want string
	}{
		{"starts at the newest", func(*Pane) {}, "generation.started +498"},
		{"and stays there while nobody moves", func(p *Pane) {
			p.Add([]model.Record{workflowEvent(900*time.Millisecond, "generation.completed", "", "")})
		}, "generation.completed +900"},
		{"up", func(p *Pane) { p.Move(pane.Up, pane.Known{}) }, "workflow.retried +436"},
		{"down stops at the end", func(p *Pane) { p.Move(pane.Down, pane.Known{}) }, "generation.started +498"},
		{"top", func(p *Pane) { p.Move(pane.Top, pane.Known{}) }, "workflow.started +0"},
		{"top and bottom", func(p *Pane) { p.Move(pane.Top, pane.Known{}); p.Move(pane.Bottom, pane.Known{}) }, "generation.started +498"},
		{"moved, it stays on its event", func(p *Pane) {
			p.Move(pane.Up, pane.Known{})
			p.Add([]model.Record{
				workflowEvent(900*time.Millisecond, "generation.completed", "", ""), workflowEvent(-time.Second, "workflow.created", "", ""),
			})
		}, "workflow.retried +436"},
		{"put on an event", func(p *Pane) { p.Select(pictureWorkflow()[2].Key()) }, "generation.failed +177"},
		{"put on one that comes in later", func(p *Pane) {
			late := workflowEvent(300*time.Millisecond, "a2a.message", "", "")
			p.Select(late.Key())
			p.Add([]model.Record{late})
		}, "a2a.message +300"},
		{"put on one that isn't there: the next one", func(p *Pane) {
			p.Select(model.Key{Stream: "x", ID: model.PositionAt(workflowStart.Add(300 * time.Millisecond))})
		}, "workflow.retried +436"},
		{"the same workflow once more", func(p *Pane) { p.Move(pane.Up, pane.Known{}); p.Show("wf-8f31") }, "workflow.retried +436"},
		{"another workflow", func(p *Pane) { p.Show("wf-1") }, "nothing"},
		{"none", func(p *Pane) { p.Show(""); p.Move(pane.Up, pane.Known{}); p.Click(3, nil) }, "nothing"},
		{"a click on a stage takes how it ended", func(p *Pane) { p.Click(3, nil) }, "generation.failed +177"},
		{"on a moment", func(p *Pane) { p.Click(4, nil) }, "workflow.retried +436"},
		{"on a stage that hasn't begun", func(p *Pane) { p.Move(pane.Top, pane.Known{}); p.Click(6, nil) }, "workflow.started +0"},
		{"on the summary", func(p *Pane) { p.Move(pane.Top, pane.Known{}); p.Click(0, nil) }, "workflow.started +0"},
		{"on the list", func(p *Pane) { p.Click(12, nil) }, "generation.started +2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := shownWorkflow()
			drawnWorkflow(t, p, 60, 30)
			c.do(p)
			if got := selectedType(p); got != c.want {
				t.Errorf("the cursor is on %s, want %s\n%s", got, c.want, drawnWorkflow(t, p, 60, 30))
			}
		})
	}
}

func TestWorkflowNextAndPrevious(t *testing.T) {
	p := shownWorkflow()
	events := pictureWorkflow()
	foreign := model.Key{Stream: "events:other", ID: model.PositionAt(workflowStart.Add(200 * time.Millisecond))}
	for _, c := range []struct {
		name     string
		from     model.Key
		previous int
		next     int // -1 for none
	}{
		{"the first", events[0].Key(), -1, 1},
		{"one in the middle", events[2].Key(), 1, 3},
		{"the last", events[4].Key(), 3, -1},
		{"another entry: what is around it", foreign, 2, 3},
	} {
		for later, want := range map[bool]int{true: c.next, false: c.previous} {
			ok := p.Onward(c.from, later)
			if key, _, _ := p.Subject(nil); ok != (want >= 0) || ok && key != events[want].Key() {
				t.Errorf("%s: later %t is %s, %t", c.name, later, key, ok)
			}
		}
	}
	for _, later := range []bool{true, false} {
		if New(workflow.HyperAgent(), nowhere).Onward(foreign, later) {
			t.Errorf("nothing is shown, and there is an event: later %t", later)
		}
	}
}

func TestWorkflowTakesOnlyWhatIsNewAndItsOwn(t *testing.T) {
	p := New(workflow.HyperAgent(), nowhere)
	if p.Add(pictureWorkflow()) {
		t.Error("nothing is shown")
	}
	p.Show("wf-8f31")
	if !p.Add(pictureWorkflow()) || p.Add(pictureWorkflow()) {
		t.Error("what is known isn't new, what isn't is")
	}
	other := workflowEvent(0, "audit.started", "", "")
	other.Event.WorkflowID = "another"
	if p.Add([]model.Record{other}) || p.Course().Len() != 5 {
		t.Error("another's event was taken")
	}
}

func TestWorkflowSaysWhereItsNumbersAreLowerBounds(t *testing.T) {
	p := shownWorkflow()
	if text := drawnWorkflow(t, p, 60, 20); !strings.Contains(text, "5+ events · 498ms+ · 1+ failed") {
		t.Errorf("before the search:\n%s", text)
	}
	p.SetHistory(older.State{Running: true, Scanned: 999, Found: 2})
	if text := drawnWorkflow(t, p, 60, 20); !strings.Contains(text, "5+ events") || !strings.Contains(text, "999 entries, 2 found") {
		t.Errorf("during the search:\n%s", text)
	}
	p.SetHistory(older.State{Done: true, Scanned: 999, Found: 2})
	if text := drawnWorkflow(t, p, 60, 20); !strings.Contains(text, " 5 events · 498ms · 1 failed") {
		t.Errorf("after the search:\n%s", text)
	}
}

func TestWorkflowTellsStatesWithoutColour(t *testing.T) {
	for last, want := range map[model.Type][]string{
		"workflow.completed": {"✓", "completed", "✗", "failed"},
		"workflow.failed":    {"✗    ", "failed"},
		"workflow.cancelled": {"⊘", "cancelled"},
	} {
		p := New(workflow.HyperAgent(), nowhere)
		p.Show("wf-8f31")
		p.Add(longWorkflow(last))
		text := drawnWorkflow(t, p, 120, 30)
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q isn't said:\n%s", last, w, text)
			}
		}
	}
}

func TestScaleLabels(t *testing.T) {
	for _, c := range []struct {
		span  time.Duration
		width int
		want  string
	}{
		{0, 36, "0   1ms"},
		{5 * time.Millisecond, 36, "0   2   4ms"},
		{498 * time.Millisecond, 36, "0   250ms"},
		{90 * time.Second, 60, "0   30   60   90s"},
		{26 * time.Hour, 60, "0   6   12   18   24h"},
		{90 * 24 * time.Hour, 60, "0   30   60   90d"},
		{290 * 365 * 24 * time.Hour, 60, "0   100   200y"},
	} {
		p := New(workflow.HyperAgent(), nowhere)
		p.Show("wf-8f31")
		p.Add([]model.Record{workflowEvent(0, "workflow.created", "", ""), workflowEvent(c.span, "workflow.completed", "", "")})
		line := strings.Split(drawnWorkflow(t, p, c.width, 14), "\n")[1]
		if got := strings.Join(strings.Fields(line), "   "); got != c.want {
			t.Errorf("%s in %d cells: %q, want %q", c.span, c.width, got, c.want)
		}
	}
}

// genEvent draws an event of wf-8f31.
func genEvent(t *rapid.T) model.Record {
	kinds := append(model.KnownTypes(), "workflow.retried", "generation.retried", "x", "zoo.日本語.started", "a\x1b[31m.failed", ".", "order.paid")
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`{"error":"日本語 stack\ntoo deep \u001b[2J"}`, `{"step":"compile","progress":7}`, ""}))
	after := rapid.OneOf(
		rapid.Int64Range(0, 5), rapid.Int64Range(0, 100_000), rapid.Int64Range(-1<<50, 1<<50),
	).Draw(t, "after")
	r := workflowEvent(0, rapid.SampledFrom(kinds).Draw(t, "type"), text.Draw(t, "agent"), text.Draw(t, "data"))
	r.ID = model.Position{Ms: uint64(max(workflowStart.UnixMilli()+after, 0)), Seq: rapid.Uint64().Draw(t, "seq")}
	r.Event.ID = rapid.SampledFrom([]string{"", "a", r.ID.String()}).Draw(t, "id")
	return r
}

// TestWorkflowFitsWhateverItHolds: every line is exactly as wide as the pane, there are never too many, and the cursor's
// row is in sight.
func TestWorkflowFitsWhateverItHolds(t *testing.T) {
	views, themes := map[string]pane.View{}, (theme.Settings{}).Names()
	for _, name := range themes {
		views[name] = panetest.View(t, name, 1, 1, now)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := New(workflow.HyperAgent(), nowhere)
		p.Show("wf-8f31")
		v := views[rapid.SampledFrom(themes).Draw(t, "theme")]
		v.Focused = rapid.Bool().Draw(t, "focused")
		draw := func(t *rapid.T) {
			v.Width, v.Height = rapid.IntRange(1, 150).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
			v.Now = workflowStart.Add(time.Duration(rapid.Int64Range(-1<<40, 1<<60).Draw(t, "now")))
			f := panetest.Fitted(p, v)
			if len(f.Lines) > v.Height {
				t.Fatalf("%d lines of at most %d", len(f.Lines), v.Height)
			}
			cursors := 0
			for _, line := range f.Lines {
				if w := ansi.StringWidth(line); w != v.Width {
					t.Fatalf("%d cells of %d: %q", w, v.Width, line)
				}
				plain := ansi.Strip(line)
				if strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7F }) {
					t.Fatalf("a control character: %q", line)
				}
				if strings.HasPrefix(plain, "›") {
					cursors++
				}
			}
			if _, _, ok := p.Subject(nil); ok && v.Height > 4 && cursors == 0 {
				t.Fatalf("the cursor is out of sight:\n%s", strings.Join(f.Lines, "\n"))
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"add":   func(t *rapid.T) { p.Add(rapid.SliceOfN(rapid.Custom(genEvent), 0, 12).Draw(t, "records")) },
			"draw":  draw,
			"move":  func(t *rapid.T) { p.Move(pane.Move(rapid.IntRange(0, 7).Draw(t, "move")), pane.Known{}) },
			"click": func(t *rapid.T) { p.Click(rapid.IntRange(0, 40).Draw(t, "line"), nil) },
			"history": func(t *rapid.T) {
				h := older.State{
					Running: rapid.Bool().Draw(t, "running"), Done: rapid.Bool().Draw(t, "done"),
					Scanned: rapid.Int64().Draw(t, "scanned"), Found: rapid.Int64().Draw(t, "found"),
				}
				if rapid.Bool().Draw(t, "oldest") {
					h.Oldest = workflowStart.Add(-time.Duration(rapid.Int64Range(0, 1<<60).Draw(t, "back")))
				}
				p.SetHistory(h)
			},
			"": draw,
		})
	})
}

// TestEveryEventHasItsRow: each event is in one row of the timeline, and rows follow time.
func TestEveryEventHasItsRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New(workflow.HyperAgent(), nowhere)
		p.Show("wf-8f31")
		p.Add(rapid.SliceOfN(rapid.Custom(genEvent), 1, 40).Draw(t, "records"))
		var all []int
		for _, row := range p.timeline() {
			all = append(all, row.events...)
		}
		slices.Sort(all)
		if len(all) != p.Course().Len() || len(slices.Compact(all)) != p.Course().Len() {
			t.Fatalf("%d places of %d events", len(all), p.Course().Len())
		}
		for at, row := range p.rowOf {
			if !slices.Contains(p.rows[row].events, at) {
				t.Fatalf("event %d isn't in row %d", at, row)
			}
		}
	})
}

func BenchmarkWorkflowDraw(b *testing.B) {
	p := New(workflow.HyperAgent(), nowhere)
	p.Show("wf-8f31")
	p.Add(longWorkflow("workflow.failed"))
	v := panetest.View(b, "dark", 60, 20, now)
	b.ReportAllocs()
	for b.Loop() {
		panetest.Fitted(p, v)
	}
}
