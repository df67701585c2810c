package dialog

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

const injected = `XADD events:workflow.failed * data '{"id":"0195951a-7a10-7000-8000-00000000000f","type":"workflow.failed",` +
	`"workflow_id":"wf-1","timestamp":"2026-03-14T02:59:30.000000+00:00","data":{"a":1},"source_agent":"me"}'`

func TestInjectFromScratch(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	d, cmd := NewInject(testEnv(f), Draft{}, nil, nil)
	b := newHarness(t, d, cmd)
	b.hides("XADD")
	b.press("'workflow.fa' right tab")
	b.shows("Both groups on events:workflow.failed will receive this.")
	b.press(`'wf-1' enter 'me' enter*2 delete*2 paste'{"a": 1}' tab*2`)
	b.shows(injected, "[▸Cancel ]")
	b.press("tab enter")
	f.wants(t, injected)
	b.shows("✓ added as 9001-0 to events:workflow.failed")
	if b.done[0].Added != (model.Key{Stream: testStream, ID: model.Position{Ms: 9001}}) {
		t.Errorf("the desk was told %v", b.done[0].Added)
	}
}

func TestInjectFromAnEventHasItsWordsAndAFreshID(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewInject(testEnv(f), DraftOf(target.Sample[0]), nil, nil)
	b := newHarness(t, d, cmd)
	b.shows("Type ▸workflow.failed", "Workflow wf-8f31", "Agent coordinator", `"attempt": 2`,
		"Event ID 0195951a-7a10-7000-8000-00000000000f")
	b.hides("e-1")
}

func TestInjectFromATemplate(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	d, cmd := NewInject(testEnv(f), Draft{}, []Draft{
		{Name: "ping", Type: "a2a.message", SourceAgent: "me"},
		{Name: "fail", Type: "workflow.failed", Data: `{"error":"by hand"}`},
	}, nil)
	b := newHarness(t, d, cmd)
	b.press("right")
	b.shows("‹ ping › 2/3", "Type a2a.message", "No group reads events:a2a.message")
	b.press("right")
	b.shows("‹ fail › 3/3", `"error": "by hand"`, "Both groups on events:workflow.failed")
}

func TestInjectChecksWhatIsTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, keys, problem string }{
		{"no type", "enter", "name a type, such as workflow.started"},
		{"half a type", "'workflow' tab", "want family.name"},
		{"a type that Redis reads as a pattern", "'workflow.*' tab", `holds '*'`},
		{"data that breaks on its second line", `tab*4 end '\n,' tab`, "line 2, column 1: "},
		{"data that is no object", "tab*4 delete*2 '[]' tab", "want a JSON object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, _ := stuck()
			d, cmd := NewInject(testEnv(f), Draft{}, nil, nil)
			b := newHarness(t, d, cmd)
			b.press(c.keys)
			b.shows("✗", c.problem)
			b.hides("XADD")
			d.form.FocusButton(buttonAct)
			b.press("enter")
			f.wants(t)
		})
	}
}

func TestInjectSaysWhatDoesNotFitTheSchema(t *testing.T) {
	t.Parallel()
	for _, refused := range []bool{true, false} {
		f, _ := stuck()
		f.unfit = &model.SchemaError{Schema: "order.json", Problems: []string{"/amount: want number, got string"}, Refused: refused}
		d, cmd := NewInject(testEnv(f), Draft{Type: "workflow.failed"}, nil, nil)
		b := newHarness(t, d, cmd)
		b.hides("doesn't fit")
		b.press(`tab*4 delete*2 paste'{"amount": "3"}' tab`)
		b.shows("he data doesn't fit order.json: /amount: want number, got string")
		b.press("tab*2 enter")
		if refused {
			f.wants(t)
			continue
		}
		if len(f.sent) != 1 {
			t.Errorf("sent %v", f.sent)
		}
	}
}

func TestInjectSendsNothingWhenCancelled(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"tab*6 enter", "esc", "'x' esc", "tab*4 'x' esc"} {
		f, target := stuck()
		d, cmd := NewInject(testEnv(f), DraftOf(target.Sample[0]), nil, nil)
		b := newHarness(t, d, cmd)
		b.press(keys)
		if !b.closed {
			t.Errorf("%s doesn't close it", keys)
		}
		f.wants(t)
	}
}

func TestALostReplyIsNoReasonToSendTwice(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewInject(testEnv(f), DraftOf(target.Sample[0]), nil, nil)
	b := newHarness(t, d, cmd)
	f.fail = fault.ErrUncertain
	b.press("tab*7 enter")
	b.shows("Look whether it took effect before trying again.")
}

func TestAnEditorThatFailsLeavesTheText(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	env := testEnv(f)
	env.Edit = func(_ string, back func(string, error) tea.Msg) tea.Cmd {
		return func() tea.Msg { return back("", errors.New("vi: exit status 1")) }
	}
	d, cmd := NewInject(env, DraftOf(target.Sample[0]), nil, nil)
	b := newHarness(t, d, cmd)
	b.press("ctrl+e")
	b.shows("✗ the editor: vi: exit status 1", `"attempt": 2`)
}

func TestTheTypesOnTheBusAreSuggested(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	d, cmd := NewInject(testEnv(f), Draft{}, nil, []model.Type{"billing.charged"})
	b := newHarness(t, d, cmd)
	b.press("'bil' right")
	b.shows("Type ▸billing.charged")
	b.press("ctrl+u 'charged' ctrl+n")
	b.shows("Type ▸billing.charged")
}

func TestTheTimestampIsThatOfTheLastKey(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	env := testEnv(f)
	now := testTime
	env.Now = func() time.Time { return now }
	d, cmd := NewInject(env, DraftOf(target.Sample[0]), nil, nil)
	b := newHarness(t, d, cmd)
	now = testTime.Add(5 * time.Minute)
	b.press("tab*7 enter")
	if log := f.log(); len(log) != 1 || !strings.Contains(log[0], "2026-03-14T03:04:30.000000+00:00") {
		t.Errorf("it sent %q", log)
	}
}

func TestAnEventIsInjectedForLater(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	d, cmd := NewInject(testEnv(f), Draft{Type: "workflow.failed"}, nil, nil)
	b := newHarness(t, d, cmd)
	b.press("tab*5 'soon' tab")
	b.shows("want in 10m, 15:04")
	b.press("shift+tab delete*4 backspace*4 'in 10m' tab")
	b.shows("It waits until", "ZADD scheduled:{events:workflow.failed}")
	b.press("tab enter")
	b.shows("✓ scheduled for events:workflow.failed at ")
}
