package dialog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
)

const asIs = `XADD events:workflow.failed * trace t-1 data '` + testPayload + `'`

func TestRepublishSaysWhoReceivesIt(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	f.hold("metrics_collectors", model.Pending{ID: model.Position{Ms: 2}})
	f.hold("websocket_workers", model.Pending{ID: model.Position{Ms: 2}})
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.shows("All 4 groups on events:workflow.failed will receive this again.",
		"db_writers, log_aggregators, metrics_collectors, websocket_workers", "1000-0 workflow.failed wf-8f31")
	b.press("down end '.x'")
	b.shows("What that means is asked when you leave the field.")
	b.press("tab")
	b.shows("No group reads events:workflow.failed.x: nobody receives this until one does.")
}

func TestRepublishSendsWhatTheFieldsSay(t *testing.T) {
	t.Parallel()
	const origin = ` origin events:workflow.failed/1000-0`
	edited := strings.Replace(asIs, `"attempt":2`, `"attempt":3`, 1)
	for _, c := range []struct {
		name, keys string
		sent       []string
	}{
		{"as it is, with its origin", "", []string{asIs + origin}},
		{"without its origin", "down*3 space", []string{asIs}},
		{"edited without an edit", "down*2 right down", []string{asIs + origin}},
		{"edited", "down*2 right down*8 end backspace '3'", []string{edited + origin}},
		{"to another stream", "down ctrl+u 'dead:x' tab", []string{strings.Replace(asIs, testStream, "dead:x", 1) + origin}},
		{"with its original acknowledged", "up right", []string{asIs + origin, "XACK events:workflow.failed db_writers 1000-0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, target := stuck()
			d, cmd := NewRepublish(testEnv(f), target)
			b := newHarness(t, d, cmd)
			b.press(c.keys)
			d.form.FocusButton(buttonAct)
			b.press("enter")
			f.wants(t, c.sent...)
			b.shows("✓ republished as 9001-0 on ")
		})
	}
}

func TestRepublishRefusesBrokenJSON(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.press("down*2 right down delete")
	b.shows("✗ line ")
	d.form.FocusButton(buttonAct)
	b.press("enter")
	f.wants(t)
	if d.form.Focused() != d.payload.row {
		t.Error("the focus isn't on the JSON")
	}
}

func TestRepublishOfWhatIsGone(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	delete(f.entries, target.IDs[0])
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.shows("The original is gone from the stream: what is sent is the copy that was read before.")
	b.press("tab enter")
	if len(f.log()) != 1 {
		t.Errorf("it sent %q", f.log())
	}

	target.Sample = nil
	d, cmd = NewRepublish(testEnv(f), target)
	b = newHarness(t, d, cmd)
	b.shows("nothing is left to republish", "gone")
	b.press("tab enter")
	if len(f.log()) != 1 {
		t.Errorf("it sent %q", f.log())
	}
}

func TestRepublishOfWhatCouldNotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	target.Sample = nil
	f.blind = errors.New("NOPERM")
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.shows("couldn't look at it: NOPERM", "Look again")
	b.press("tab enter")
	f.wants(t)
	b.shows("✗ NOPERM")
}

func TestRepublishKeepsAPayloadThatIsNoText(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	id := f.add(1001, "\xff\x00{")
	target = Target{Stream: target.Stream, IDs: []model.Position{id}}
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.hides("1/2")
	b.press("tab enter")
	f.wants(t, `XADD events:workflow.failed * trace t-1 data "\xff\x00{" origin events:workflow.failed/1001-0`)
}

func TestRepublishStopsWhenTheReadersHaveChanged(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	f.hold("new_group", model.Pending{ID: model.Position{Ms: 2}})
	b.press("tab enter")
	f.wants(t)
	b.shows("It has changed since you looked", "All 3 groups")
	b.press("tab enter")
	if len(f.log()) != 1 {
		t.Errorf("it sent %q", f.log())
	}
}

func TestRepublishStopsWhenTheOriginalHasMovedOn(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	d, cmd := NewRepublish(testEnv(f), target)
	b := newHarness(t, d, cmd)
	b.press("up right")
	b.shows("worker-3 1m50s 4", "The original is acknowledged in db_writers, once the new entry is safe.")
	f.hold("db_writers", model.Pending{ID: target.IDs[0], Consumer: "worker-1", Idle: time.Second, Deliveries: 5})
	d.form.FocusButton(buttonAct)
	b.press("enter")
	f.wants(t)
	b.shows("It has changed since you looked", "worker-1 1.0s 5")
}

// failingAt fails the n-th republish, from 1.
type failingAt struct {
	*fakeBus
	n int
}

func TestRepublishOfManyGoesOnWhereItFailed(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	target := Target{Stream: testStream}
	for i := range 4 {
		target.IDs = append(target.IDs, f.add(uint64(1000+i), "{}"))
	}
	d, cmd := NewRepublish(testEnv(&failingAt{fakeBus: f, n: 3}), target)
	b := newHarness(t, d, cmd)
	b.shows("and 3 more commands like it")
	b.press("tab enter")
	b.shows("republished 2 of 4", "✗ OOM", "Try again…")
	b.press("tab enter")
	b.shows("[ Republish 2 entries ]", "1002-0", "1003-0")
	b.hides("1001-0")
	b.press("tab enter")
	b.shows("✓ republished 2 of 2")
	if len(f.log()) != 4 {
		t.Errorf("%d entries were added for 4", len(f.log()))
	}
}

func TestTheEditorsTextIsTakenOver(t *testing.T) {
	t.Parallel()
	f, target := stuck()
	env := testEnv(f)
	var given string
	env.Edit = func(text string, back func(string, error) tea.Msg) tea.Cmd {
		given = text
		return func() tea.Msg { return back(`{"edited": true}`, nil) }
	}
	d, cmd := NewRepublish(env, target)
	b := newHarness(t, d, cmd)
	b.press("down*2 ctrl+e right")
	if given != "" {
		t.Error("the editor opened with nothing to edit")
	}
	b.press("ctrl+e")
	if !strings.Contains(given, `"attempt": 2`) {
		t.Errorf("the editor was given %q", given)
	}
	b.shows(`{"edited": true}`, "ctrl+e editor")
}

func (f *failingAt) Republish(ctx context.Context, r change.RepublishRequest) (change.RepublishResult, error) {
	f.n--
	if f.n == 0 {
		return change.RepublishResult{}, errors.New("OOM command not allowed when used memory > 'maxmemory'")
	}
	return f.fakeBus.Republish(ctx, r)
}

func TestRepublishComparesAnEditWithItsSchema(t *testing.T) {
	t.Parallel()
	for _, refused := range []bool{true, false} {
		f, target := stuck()
		f.unfit = &model.SchemaError{Schema: "order.json", Problems: []string{"/amount: want number, got string"}, Refused: refused}
		d, cmd := NewRepublish(testEnv(f), target)
		b := newHarness(t, d, cmd)
		b.press("down*2 right")
		b.hides("doesn't fit")
		d.payload.area.Set(strings.Replace(testPayload, `"attempt":2`, `"amount":"3"`, 1))
		b.press("down")
		b.shows("The data doesn't fit order.json: /amount: want number, got string.")
		d.form.FocusButton(buttonAct)
		b.press("enter")
		if refused {
			b.shows("mend the data first: it doesn't fit the schema")
			f.wants(t)
			d.payload.area.Set(testPayload)
			b.press("up down")
			b.hides("doesn't fit")
			continue
		}
		if len(f.sent) != 1 {
			t.Errorf("sent %v", f.sent)
		}
	}
}

// An entry that is sent as it is isn't compared: it is in the stream already.
func TestRepublishingUnchangedAsksForNoSchema(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	f.unfit = &model.SchemaError{Schema: "order.json", Problems: []string{"/amount: want number, got string"}, Refused: true}
	id := f.add(1000, strings.Replace(testPayload, `"attempt":2`, `"amount":"3"`, 1))
	d, cmd := NewRepublish(testEnv(f), Target{Stream: testStream, IDs: []model.Position{id}})
	b := newHarness(t, d, cmd)
	b.press("down*2 right")
	b.hides("doesn't fit")
	d.form.FocusButton(buttonAct)
	b.press("enter")
	b.shows("✓ republished as")
}
