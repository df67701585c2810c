package desk

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/ui/desk/audit"
	"streamdesk/ui/trail"
	"streamdesk/ui/trail/trailtest"
)

// newAudit writes to a file of the test's own, in a directory that isn't there yet.
func newAudit(t *testing.T) (a *audit.Audit, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "state", "streamdesk", "audit.jsonl")
	return audit.Start(&trail.File{Path: path, Profile: "prod-eu", Address: "redis:6379/0", User: "ada@desk"}, func(p *fault.PanicError) { t.Error(p) }), path
}

// auditLines closes the audit and reads what it has written.
func auditLines(t *testing.T, a *audit.Audit, path string) []trail.Line {
	t.Helper()
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	return trailtest.Lines(t, path)
}

func TestAFileThatCannotBeWrittenIsToldOnceAndStopsNothing(t *testing.T) {
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := withTraffic(t, 200, 40)
	path := filepath.Join(inTheWay, "audit.jsonl")
	b.desk.line.audit = audit.Start(&trail.File{Path: path}, func(p *fault.PanicError) { t.Error(p) })
	b.press("3 A tab enter")
	if got := len(b.pendingIDs("events:workflow.started", "db_writers")); got != 3 {
		t.Errorf("%d are pending after an ack, want 3", got)
	}
	redistest.Eventually(t, 20*time.Second, func() bool {
		b.frame()
		return strings.Contains(b.desk.View(), "audit file "+path+" misses changes")
	}, "the trouble to be told")
	b.press("esc")
	b.press("3 A tab enter")
	if err := b.desk.line.audit.Close(); err != nil {
		t.Errorf("told again at the end: %v", err)
	}
}

func TestChangesMadeOnTheDeskAreWrittenDown(t *testing.T) {
	b := withTraffic(t, 120, 40)
	trailed, path := newAudit(t)
	b.desk.line.audit = trailed
	ids := b.pendingIDs("events:workflow.started", "db_writers")
	b.press("3 A tab enter esc")
	b.press("X tab enter")
	lines := auditLines(t, trailed, path)
	if len(lines) != 2 {
		t.Fatalf("the lines are %+v", lines)
	}
	if got, want := strings.Join(lines[0].Command, " "), "XACK events:workflow.started db_writers "+ids[0]; got != want || lines[0].Action != "ack" {
		t.Errorf("%s was written down as %q, want %q", lines[0].Action, got, want)
	}
	if lines[1].Action != "delete" || lines[1].Command[0] != "XDEL" {
		t.Errorf("the second line is %+v", lines[1])
	}
}
