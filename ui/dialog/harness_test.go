package dialog

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/ui/dialog/keyboard"
	"streamdesk/ui/theme"
)

// harness runs one dialog as the desk would: keys in, commands run, their messages handed back.
type harness struct {
	t      *testing.T
	dialog Dialog
	// between, when not nil, is called before each command runs: where the world changes behind the dialog's back.
	between func()
	closed  bool
	done    []Done
}

func newHarness(t *testing.T, d Dialog, cmd tea.Cmd) *harness {
	t.Helper()
	b := &harness{t: t, dialog: d}
	b.run(cmd)
	return b
}

// testTime is the local clock of all tests.
var testTime = time.Date(2026, 3, 14, 2, 59, 30, 0, time.UTC)

// testEnv is a desk on the development profile.
func testEnv(op Operator) Env {
	return Env{
		Ctx: context.Background(), Op: op, ProfileName: "prod-eu", Prefix: "events:",
		NewID: func() string { return "0195951a-7a10-7000-8000-00000000000f" },
		Now:   func() time.Time { return testTime },
	}
}

// press gives the dialog the keys of a script, and runs what comes of each.
func (b *harness) press(script string) {
	b.t.Helper()
	for _, k := range keyboard.Keys(script) {
		if b.closed {
			b.t.Fatalf("the dialog was closed before %s of %q", k, script)
		}
		b.send(k)
	}
}

func (b *harness) send(msg tea.Msg) {
	cmd, done := b.dialog.Update(msg)
	b.closed = b.closed || done
	b.run(cmd)
}

func (b *harness) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if b.between != nil {
		b.between()
	}
	msg := cmd()
	if d, ok := msg.(Done); ok {
		b.done = append(b.done, d)
	}
	if !b.closed {
		b.send(msg)
	}
}

// text is the dialog as it is drawn, without escape sequences, frame and blanks, so that what is folded can be looked for.
func (b *harness) text() string { return unfold(b.screen(120, 40)) }

func unfold(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("│╭╮╰╯─ \n", r) {
			return -1
		}
		return r
	}, text)
}

// screen is the dialog as it is drawn in that room, without escape sequences.
func (b *harness) screen(width, height int) string {
	return ansi.Strip(strings.Join(b.dialog.Draw(testView(b.t, width, height)), "\n"))
}

func (b *harness) shows(want ...string) {
	b.t.Helper()
	for _, w := range want {
		if !strings.Contains(b.text(), unfold(w)) {
			b.t.Errorf("it doesn't show %q:\n%s", w, b.screen(120, 40))
		}
	}
}

func (b *harness) hides(unwanted string) {
	b.t.Helper()
	if strings.Contains(b.text(), unfold(unwanted)) {
		b.t.Errorf("it shows %q:\n%s", unwanted, b.screen(120, 40))
	}
}

func testView(t interface{ Fatal(args ...any) }, width, height int) View {
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	return View{Theme: th, Width: width, Height: height, Now: testTime, Location: time.UTC}
}

// log is what the fake was sent, as redis-cli would take it.
func (f *fakeBus) log() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []string
	for _, c := range f.sent {
		lines = append(lines, c.String())
	}
	return lines
}

func (f *fakeBus) wants(t *testing.T, want ...string) {
	t.Helper()
	got := f.log()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("it sent\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const testPayload = `{"id":"e-1","type":"workflow.failed","workflow_id":"wf-8f31","timestamp":"2026-03-14T02:57:40Z",` +
	`"data":{"error":"compiler: stack too deep","attempt":2},"source_agent":"coordinator"}`

// stuck is a bus with one entry that worker-3 has in db_writers, and the target that names it.
func stuck() (*fakeBus, Target) {
	f := newFakeBus()
	id := f.add(1000, testPayload)
	f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: 110 * time.Second, Deliveries: 4})
	f.hold("log_aggregators", model.Pending{ID: model.Position{Ms: 1}, Consumer: "log-1", Idle: time.Second, Deliveries: 1})
	record := payload.Wire(f.entries[id], "events:")
	return f, Target{Stream: testStream, IDs: []model.Position{id}, Sample: []model.Record{record}}
}

func key(name string) tea.KeyMsg { return keyboard.Key(name) }
