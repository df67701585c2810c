package conversation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/panetest"
	"streamdesk/ui/widget"
)

var begin = time.UnixMilli(1_700_000_000_000).UTC()

// event is an event of workflow "wf-8f31c204", so long after the first.
func event(after time.Duration, kind model.Type, agent, data string) model.Record {
	at := begin.Add(after)
	return model.Record{
		Entry: model.Entry{Stream: "events:" + string(kind), ID: model.Position{Ms: uint64(at.UnixMilli())}},
		Event: model.Event{ID: fmt.Sprint(kind, after), Type: kind, WorkflowID: "wf-8f31c204", SourceAgent: agent, Data: []byte(data)},
	}
}

// picture is the workflow of the first picture there was of it: one answer is missing.
func picture() []model.Record {
	return []model.Record{
		event(0, model.WorkflowStarted, "coordinator", `{}`),
		event(12*time.Millisecond, model.A2ARequest, "coordinator", `{"to":"generator","action":"generate","conversation_id":"1"}`),
		event(13*time.Millisecond, model.GenerationStarted, "generator", `{}`),
		event(41210*time.Millisecond, model.GenerationCompleted, "generator", `{}`),
		event(41220*time.Millisecond, model.A2AResponse, "generator", `{"to":"coordinator","conversation_id":"1"}`),
		event(42100*time.Millisecond, model.A2ARequest, "coordinator", `{"to":"auditor","action":"audit"}`),
		event(42120*time.Millisecond, model.AuditStarted, "auditor", `{}`),
		event(42210*time.Millisecond, model.A2ARequest, "auditor", `{"to":"審査員🔍","action":"second look"}`),
		event(57*time.Second, model.AuditProgress, "auditor", `{"percent":20,"step":"slither"}`),
		event(60*time.Second, model.A2AMessage, "auditor", `{"to":"tester","action":"notify","message":"it takes longer"}`),
		event(61*time.Second, model.A2AResponse, "auditor", `{"status":"error"}`),
		event(62*time.Second, model.AuditFailed, "auditor", `{"error":"reentrancy in withdraw()"}`),
		event(63*time.Second, model.A2AResponse, "deployer", `{"request_id":"7"}`),
		event(64*time.Second, model.A2ARequest, "coordinator", `{}`),
		event(65*time.Second, model.A2AMessage, "coordinator", `{"to":"coordinator"}`),
	}
}

// shown is a pane of these events, six minutes after the first, and what it is drawn with.
func shown(t testing.TB, theme string, width, height int, records []model.Record) (*Pane, pane.View) {
	t.Helper()
	v := panetest.View(t, theme, width, height, begin.Add(6*time.Minute+12*time.Second))
	v.Data = live.NewData(1000)
	v.Data.Apply(live.Batch{Records: records, Skipped: model.Exactly(0)}, v.Now)
	p := New(workflow.HyperAgent())
	p.Converse("wf-8f31c204", nil, pane.Known{Data: v.Data, Now: v.Now})
	return p, v
}

func TestConversationLooks(t *testing.T) {
	for _, size := range [][2]int{{58, 11}, {78, 20}, {118, 36}, {198, 56}} {
		for _, theme := range []string{"none", "dark", "light"} {
			t.Run(fmt.Sprintf("%dx%d-%s", size[0]+2, size[1]+4, theme), func(t *testing.T) {
				p, v := shown(t, theme, size[0], size[1], picture())
				panetest.Fitted(p, v)
				for range 8 {
					p.Move(pane.Up, pane.Known{Data: v.Data})
				}
				golden.RequireEqual(t, panetest.Framed(p, v))
			})
		}
	}
}

// text is a pane as it is drawn, without its colours.
func text(p *Pane, v pane.View) string {
	f := panetest.Fitted(p, v)
	return ansi.Strip(f.Title + " " + f.Note + "\n" + strings.Join(f.Lines, "\n") + "\n" + f.Footer)
}

func TestWhatIsSaidOfTheTurnUnderTheCursor(t *testing.T) {
	p, v := shown(t, "none", 198, 56, picture())
	panetest.Fitted(p, v)
	p.Move(pane.Top, pane.Known{})
	for i, want := range []string{
		"coordinator: workflow.started",
		"coordinator asks generator: generate, answered after 41s; usually 41s, 99 of 100 within 41s (1 seen)",
		"generator: generation.started",
		"generator: generation.completed",
		"generator answers coordinator, after 41s; usually 41s",
		"coordinator asks auditor: audit, answered after 18s (told by order: no ID ties the two); usually 18s",
		"auditor: audit.started",
		"auditor asks 審査員🔍: second look, waits for its answer, 5m29s so far; no answer of its kind was seen yet; 審査員🔍 wasn't heard of yet",
		"auditor: audit.progress · 20% slither",
		"auditor tells tester: notify · it takes longer",
		"auditor answers coordinator, after 18s (told by order",
		"auditor: audit.failed · reentrancy in withdraw()",
		"deployer answers nobody knows whom, and nothing that is known here was asked",
		"coordinator asks nobody knows whom, waits for its answer, 5m08s so far; no answer of its kind was seen yet; nothing says whom it was for",
		"coordinator tells coordinator",
	} {
		if drawn := text(p, v); !strings.Contains(drawn, "  "+want) {
			t.Errorf("turn %d: it doesn't say %q:\n%s", i+1, want, drawn)
		}
		p.Move(pane.Down, pane.Known{})
	}
	if drawn := text(p, v); !strings.Contains(drawn, "4 asked · 2 answered, half within 18s, the slowest 41s · 2 open") {
		t.Errorf("the requests aren't counted:\n%s", drawn)
	}
}

func TestALateAnswerIsToldFromOneThatIsAwaited(t *testing.T) {
	records := picture()[:8]
	for i := range 20 { // such requests are answered within two seconds
		for j, kind := range []model.Type{model.A2ARequest, model.A2AResponse} {
			r := event(time.Duration(i*5000+j*100*i)*time.Millisecond, kind, "auditor", `{"action":"second look"}`)
			r.Event.WorkflowID = fmt.Sprint("other", i)
			records = append(records, r)
		}
	}
	p, v := shown(t, "none", 118, 36, records)
	if drawn := text(p, v); !strings.Contains(drawn, "✗ no answer for 5m29s") || !strings.Contains(drawn, "usually 911ms, 99 of 100 within 1.9s (20 seen)") {
		t.Errorf("it isn't late:\n%s", drawn)
	}
	v.Now = begin.Add(43 * time.Second)
	if drawn := text(p, v); !strings.Contains(drawn, "waits for its answer, 0.7s so far") {
		t.Errorf("it is late:\n%s", drawn)
	}
	p.Hear([]model.Record{event(62*time.Second, model.WorkflowFailed, "coordinator", `{}`)})
	if drawn := text(p, v); !strings.Contains(drawn, "✗ no answer, and the workflow is over") {
		t.Errorf("it is still awaited:\n%s", drawn)
	}
}

func TestAgentsThatHaveNoRoomAreASidestepAway(t *testing.T) {
	p, v := shown(t, "none", 58, 30, picture())
	panetest.Fitted(p, v)
	p.Move(pane.Top, pane.Known{})
	head := func() string { return strings.Split(text(p, v), "\n")[1] }
	if h := head(); !strings.Contains(h, "coordinator") || strings.Contains(h, "deployer") || !strings.HasSuffix(h, "▸") {
		t.Errorf("at first the agents are %q", h)
	}
	for range 9 {
		p.Aside(true)
		panetest.Fitted(p, v)
	}
	if h := head(); strings.Contains(h, "coordinator") || !strings.Contains(h, "deployer") || !strings.Contains(h, "◂") {
		t.Errorf("at the right the agents are %q", h)
	}
	if drawn := text(p, v); !strings.Contains(drawn, "coordinator ▷ workflow.started") || !strings.Contains(drawn, "coordinator ─ generate ▸ generator") {
		t.Errorf("what happens out of sight isn't told:\n%s", drawn)
	}
	p.Aside(false)
	if h := head(); strings.Contains(h, "coordinator") {
		t.Errorf("a step back it is %q", h)
	}
	p.Move(pane.Down, pane.Known{}) // the lifelines go with the cursor
	if h := head(); !strings.Contains(h, "coordinator") {
		t.Errorf("with the cursor on its request the agents are %q", h)
	}
}

func TestTimeIsShownMoreFinely(t *testing.T) {
	p, v := shown(t, "none", 118, 50, picture())
	gaps := func() int { return strings.Count(text(p, v), "┊") }
	usual := gaps()
	p.Zoom(true, nil)
	if finer := gaps(); finer <= usual {
		t.Errorf("%d lines are left for time, and %d with more", usual, finer)
	}
	for range 20 {
		p.Zoom(false, nil)
	}
	if gaps() != 0 {
		t.Errorf("%d lines are left for time without any", gaps())
	}
	for range len(scales) + 3 {
		p.Zoom(true, nil)
		panetest.Fitted(p, v)
	}
	finest := gaps()
	for range 3 {
		p.Zoom(false, nil)
	}
	if coarser := gaps(); coarser >= finest { // what went past the finest is no debt
		t.Errorf("%d lines at the finest, %d after that", finest, coarser)
	}
}

func TestTheNewestStaysInSightAndTheCursorStaysOnItsEvent(t *testing.T) {
	p, v := shown(t, "none", 78, 12, picture()[:4])
	for i := range 40 {
		p.Hear([]model.Record{event(time.Duration(50+i)*time.Second, model.GenerationProgress, "generator", `{}`)})
		drawn := text(p, v)
		if want := fmt.Sprintf("%d of %d", 5+i, 5+i); !strings.Contains(drawn, want) {
			t.Fatalf("the cursor isn't on the newest, %s:\n%s", want, drawn)
		}
	}
	p.Move(pane.Up, pane.Known{})
	key, _, _ := p.Subject(nil)
	p.Hear([]model.Record{event(20*time.Second, model.GenerationProgress, "generator", `{}`), event(99*time.Second, model.AuditStarted, "auditor", `{}`)})
	if now, _, ok := p.Subject(nil); !ok || now != key {
		t.Errorf("the cursor was on %v and is on %v", key, now)
	}
	if drawn := text(p, v); !strings.Contains(drawn, "44 of 46") {
		t.Errorf("the cursor isn't where its event is:\n%s", drawn)
	}
}

func TestEveryLineFitsWhateverTheAgentsAreCalled(t *testing.T) {
	names := []string{"", "世界世界世界世界", "👩🏽‍💻👩🏽‍💻", strings.Repeat("x", 300), "a\x1b[2Jb", "e\u0301\u0301"}
	var records []model.Record
	for i, from := range names {
		for j, to := range names {
			after := time.Duration(i*len(names)+j) * 7 * time.Second
			kind := []model.Type{model.A2ARequest, model.A2AResponse, model.A2AMessage, model.AuditStarted}[(i+j)%4]
			records = append(records, event(after, kind, from, fmt.Sprintf(`{"to":%q,"action":%q,"step":%q}`, to, from, to)))
		}
	}
	for _, size := range [][2]int{{3, 1}, {5, 3}, {20, 8}, {58, 11}, {78, 20}, {198, 56}} {
		p, v := shown(t, "dark", size[0], size[1], records)
		for i := range 2 * len(records) {
			f := panetest.Fitted(p, v)
			if len(f.Lines) > size[1] && size[1] > 8 {
				t.Fatalf("%v: %d lines", size, len(f.Lines))
			}
			for _, line := range f.Lines {
				if widget.Width(line) > size[0] {
					t.Fatalf("%v: a line is %d wide: %q", size, widget.Width(line), ansi.Strip(line))
				}
			}
			if i%3 == 0 {
				p.Aside(i%2 == 0)
			} else {
				p.Move(pane.Up, pane.Known{})
			}
		}
	}
}

func TestAClickChoosesTheEventOnItsLine(t *testing.T) {
	p, v := shown(t, "none", 118, 36, picture())
	lines := strings.Split(text(p, v), "\n")[1:]
	for i, line := range lines {
		if strings.Contains(line, "├✓ generation.completed") || strings.Contains(line, "┠✓ generation.completed") {
			p.Click(i, v.Data)
		}
	}
	if key, _, _ := p.Subject(nil); key.Stream != "events:generation.completed" {
		t.Errorf("the cursor is on %v", key)
	}
}
