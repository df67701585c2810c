package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/config"
)

// plainly draws the desk in ASCII.
func (b *harness) plainly() {
	b.desk.looks.ASCII = true
	b.desk.drawn.all()
	b.look()
}

// beyond is the first character beyond ASCII with what stands around it; "" when there is none.
func beyond(text string) string {
	at := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	if at < 0 {
		return ""
	}
	return fmt.Sprintf("%q", text[max(at-30, 0):min(at+30, len(text))])
}

func TestScreensInASCII(t *testing.T) {
	for i := range workspaces {
		b := withTroubles(t, 80, 24)
		b.press(workspaces[i].Key)
		b.pass(readAgain)
		b.plainly()
		b.fits()
		if found := beyond(b.desk.View()); found != "" {
			t.Errorf("%s: %s", workspaces[i].Name, found)
		}
		golden(t, "workspaces/"+strings.ToLower(workspaces[i].Name)+"-80x24-ascii", b.desk.View()+"\n")
	}
}

// TestASCIISaysWhatUnicodeSays: the same cells, each as wide, whatever is opened.
func TestASCIISaysWhatUnicodeSays(t *testing.T) {
	t.Parallel()
	b := withTroubles(t, 120, 40)
	for _, r := range rows {
		if a := b.desk.keys.named(r.action); a == nil || r.action == "quit" || r.action == "suspend" {
			continue
		}
		b.command(r.action)
		b.desk.looks.ASCII = false
		b.desk.drawn.all()
		b.look()
		want := strings.Split(ansi.Strip(b.desk.View()), "\n")
		b.plainly()
		for i, line := range strings.Split(ansi.Strip(b.desk.View()), "\n") {
			if found := beyond(line); found != "" {
				t.Errorf("%s: %s", r.action, found)
			}
			if len(line) != ansi.StringWidth(want[i]) {
				t.Errorf("%s: line %d is\n%s\nand was\n%s", r.action, i+1, line, want[i])
			}
		}
		b.press("esc esc esc")
	}
}

// TestNothingButASCIILeavesForATerminalThatShowsNothingElse: whatever the desk writes, its notifications too, of a bus whose names
// are foreign.
func TestNothingButASCIILeavesForATerminalThatShowsNothingElse(t *testing.T) {
	t.Setenv("LC_ALL", "de_DE.ISO-8859-1")
	t.Setenv("LANG", "C.UTF-8")
	r := startDesk(t, func(o *Options) {
		o.Profile, o.Environment = "büro", "prüfung"
		o.Config.Desk.Notify = config.NotifyBoth
		for range 3 {
			if _, err := o.Bus.PublishSync(t.Context(), model.Event{Type: model.WorkflowStarted, WorkflowID: "wf-👍", Data: []byte(`{"ö":"…"}`)}); err != nil {
				t.Fatal(err)
			}
		}
		group := change.CreateGroupRequest{Stream: started, Group: "gruppe-ß"}
		if _, err := o.Bus.Writer().CreateGroup(t.Context(), group); err != nil {
			t.Fatal(err)
		}
	})
	r.sees(t, "\x1b]9;streamdesk b?ro")
	for _, keys := range []string{"?", "\x1b", "4", "\r", "/", "\x1b", ":", "\x1b", "2", "q"} {
		if _, err := r.keys.Write([]byte(keys)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.ends(t); err != nil {
		t.Error(err)
	}
	if found := beyond(r.term.String()); found != "" {
		t.Errorf("the terminal got %s", found)
	}
}

// sees waits for what the terminal is written.
func (r *running) sees(t *testing.T, text string) {
	t.Helper()
	redistest.Eventually(t, 20*time.Second, func() bool { return strings.Contains(r.term.String(), text) }, text)
}
