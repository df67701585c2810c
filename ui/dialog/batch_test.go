package dialog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/bus"
	"streamdesk/model"
)

func eventLines(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	lineOne = `{"type":"workflow.failed","workflow_id":"wf-1","data":{"n":1},"id":"a","timestamp":"2026-03-14T01:00:00Z"}`
	lineTwo = `{"type":"audit.failed","workflow_id":"wf-1"}`
)

func openBatch(t *testing.T, f *fakeBus, path string) (*harness, *Batch) {
	t.Helper()
	d := NewBatch(testEnv(f))
	b := newHarness(t, d, nil)
	b.press("paste'" + path + "'")
	return b, d
}

func TestAFileOfEventsIsShownAndThenInjected(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	b, _ := openBatch(t, f, eventLines(t, lineOne, "", lineTwo))
	b.press("tab")
	b.shows("2 events for 2 streams: 1 audit.failed, 1 workflow.failed.", "Every group on these streams will receive them.",
		`XADD events:workflow.failed * data '{"id":"a"`, "[▸Cancel ]", "Inject 2 events")
	f.wants(t)
	b.press("tab enter")
	b.shows("✓ injected 2 of 2 events from events.jsonl")
	f.wants(t,
		`XADD events:workflow.failed * data '{"id":"a","type":"workflow.failed","workflow_id":"wf-1","timestamp":"2026-03-14T01:00:00.000000+00:00","data":{"n":1},"source_agent":""}'`,
		`XADD events:audit.failed * data '{"id":"0195951a-7a10-7000-8000-00000000000f","type":"audit.failed","workflow_id":"wf-1","timestamp":"2026-03-14T02:59:30.000000+00:00","data":{},"source_agent":""}'`)
}

func TestAFileThatIsWrongSaysWhereAndSendsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		lines []string
		says  string
	}{
		{"a broken line", []string{lineOne, "", "{"}, "line 3: "},
		{"no type", []string{`{"data":{}}`}, `line 1: it has no "type"`},
		{"a type that is none", []string{lineOne, `{"type":"x y"}`}, "line 2: "},
		{"nothing", []string{""}, "there is no event in it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, _ := stuck()
			path := eventLines(t, c.lines...)
			b, d := openBatch(t, f, path)
			b.press("tab")
			b.shows("✗ " + c.says)
			d.form.FocusButton(buttonAct)
			b.press("enter")
			f.wants(t)
			if d.path.Text() != path {
				t.Errorf("the field holds %q", d.path.Text())
			}
		})
	}
	f, _ := stuck()
	b, _ := openBatch(t, f, "/nowhere/at all.jsonl")
	b.press("tab")
	b.shows("✗ there is no file /nowhere/at all.jsonl")
	b.press("'x' tab")
	b.shows("there is no file /nowhere/at all.jsonlx")
	f.wants(t)
}

func TestAFileThatChangesBehindTheDialogIsShownAnew(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	path := eventLines(t, lineOne)
	b, _ := openBatch(t, f, path)
	b.press("tab")
	if err := os.WriteFile(path, []byte(lineOne+"\n"+lineTwo+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.press("tab enter")
	b.shows("It has changed since you looked", "2 events")
	f.wants(t)
}

func TestALongFileGoesInPagesAndStopsWhereItFails(t *testing.T) {
	t.Parallel()
	f, _ := stuck()
	var lines []string
	for i := range 250 {
		lines = append(lines, fmt.Sprintf(`{"type":"audit.failed","id":"e-%d"}`, i))
	}
	b, d := openBatch(t, f, eventLines(t, lines...))
	b.press("tab")
	pages := 0
	b.between = func() {
		pages++
		if pages == 4 { // the look, and two pages before
			f.fail = fmt.Errorf("bus: append: %w", bus.ErrMemory)
		}
	}
	b.press("tab enter")
	if d.sent != 200 || len(f.log()) < 200 {
		t.Fatalf("%d of them were sent", d.sent)
	}
	b.shows("injected 200 of 250 events", "line 201")
	f.fail = nil
	b.between = nil
	b.press("tab enter")
	b.shows("Inject 50 events")
	b.press("tab enter")
	b.shows("✓ injected 250 of 250 events")
	if n := len(b.done); n == 0 || errors.Is(b.done[n-1].Err, bus.ErrMemory) {
		t.Error("the last page failed")
	}
}

func TestAFileOfEventsIsComparedWithItsSchemas(t *testing.T) {
	t.Parallel()
	const unfit = `{"type":"order.paid","data":{"amount":"3"}}`
	for _, refused := range []bool{true, false} {
		f, _ := stuck()
		f.unfit = &model.SchemaError{Schema: "order.json", Problems: []string{"/amount: want number, got string"}, Refused: refused}
		b, d := openBatch(t, f, eventLines(t, lineOne, "", unfit, lineTwo, unfit))
		b.press("tab")
		if refused {
			b.shows("✗ line 3: order.paid: the data doesn't fit order.json: /amount: want number, got string")
		} else {
			b.shows("4 events for 3 streams: 2 order.paid, 1 audit.failed, 1 workflow.failed.", "Of them, 2 don't fit the schema of their type.")
		}
		d.form.FocusButton(buttonAct)
		b.press("enter")
		if sent := len(f.sent); refused && sent > 0 || !refused && sent != 4 {
			t.Errorf("refused %t: %d events were sent", refused, sent)
		}
	}
}
