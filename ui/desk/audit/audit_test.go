package audit

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/dialog"
	"streamdesk/ui/trail"
	"streamdesk/ui/trail/trailtest"
)

// newAudit writes to a file of the test's own, in a directory that isn't there yet.
func newAudit(t *testing.T) *Audit {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "streamdesk", "audit.jsonl")
	return Start(&trail.File{Path: path, Profile: "prod-eu", Address: "redis:6379/0", User: "ada@desk"}, func(p *fault.PanicError) { t.Error(p) })
}

// auditLines closes the audit and reads what it has written.
func auditLines(t *testing.T, a *Audit) []trail.Line {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	return trailtest.Lines(t, a.file.Path)
}

func answers(done dialog.Done) tea.Cmd { return func() tea.Msg { return done } }

func TestLinesKeepTheirOrderAndNoneIsLostAtTheEnd(t *testing.T) {
	const changes = 500
	a := newAudit(t)
	for i := range changes {
		a.Watch(answers(dialog.Done{Receipts: []model.Receipt{{Reply: fmt.Sprint(i)}}}))()
	}
	lines := auditLines(t, a)
	if len(lines) != changes {
		t.Fatalf("%d lines of %d", len(lines), changes)
	}
	for i := range lines {
		if lines[i].Reply != fmt.Sprint(i) {
			t.Fatalf("line %d is of change %s", i, lines[i].Reply)
		}
	}
}

func TestAChangeThatIsUnderWayAtTheEndIsWaitedFor(t *testing.T) {
	a := newAudit(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		a.Watch(tea.Batch(nil, func() tea.Msg {
			close(begun)
			<-goOn
			return dialog.Done{Receipts: []model.Receipt{{Reply: "late"}}}
		}))()
	})
	<-begun
	group.Go(func() {
		for a.begin() { // until the audit is closing
			a.end()
		}
		close(goOn)
	})
	if lines := auditLines(t, a); len(lines) != 1 || lines[0].Reply != "late" {
		t.Errorf("the lines are %+v", lines)
	}
	group.Wait()
	ran := false
	a.Watch(func() tea.Msg { ran = true; return dialog.Done{} })()
	if ran {
		t.Error("a change began when nobody could write it down any more")
	}
}
