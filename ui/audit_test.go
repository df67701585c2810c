package ui

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// newAudit writes to a file of the test's own, in a directory that isn't there yet.
func newAudit(t *testing.T) *audit {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "streamdesk", "audit.jsonl")
	return startAudit(&auditFile{path: path, profile: "prod-eu", address: "redis:6379/0", user: "ada@desk"}, func(err error) { t.Error(err) })
}

// auditLines closes the audit and reads what it has written.
func auditLines(t *testing.T, a *audit) []auditLine {
	t.Helper()
	if err := a.close(); err != nil {
		t.Error(err)
	}
	file, err := os.Open(a.file.path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines []auditLine
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		var line auditLine
		decoder := json.NewDecoder(strings.NewReader(scanner.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("%s: %v", scanner.Text(), err)
		}
		lines = append(lines, line)
	}
	return lines
}

func answers(done dialog.Done) tea.Cmd { return func() tea.Msg { return done } }

func position(ms uint64) model.Position { return model.Position{Ms: ms} }

func TestAChangeIsALineForEachCommandAndOneForItsError(t *testing.T) {
	a := newAudit(t)
	at := time.Date(2026, 11, 23, 15, 4, 5, 0, time.FixedZone("CET", 3600))
	long := strings.Repeat("é", auditArgument)
	a.watch(answers(dialog.Done{
		Title: "republish", At: at, Target: dialog.Target{Stream: "events:audit.failed", IDs: []model.Position{position(1), position(2)}},
		Group: "db_writers",
		Receipts: []bus.Receipt{
			{Command: bus.Command{"XADD", "events:audit.failed", "*", "data", "x" + long}, Reply: "3-0"},
			{Command: bus.Command{"XACK", "events:audit.failed", "db_writers", "2-0"}, Reply: "(integer) 1"},
		},
		Err: errors.New("connection lost"),
	}))()
	lines := auditLines(t, a)
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		got := fmt.Sprint(line.Time.Format(time.RFC3339), line.Profile, line.Address, line.User, line.Action, line.Stream, line.Group)
		if want := fmt.Sprint("2026-11-23T14:04:05Z", "prod-eu", "redis:6379/0", "ada@desk", "republish", "events:audit.failed", "db_writers"); got != want {
			t.Errorf("line %d: %s, want %s", i, got, want)
		}
	}
	if got := fmt.Sprint(lines[0].IDs, lines[1].IDs, lines[2].IDs); got != "[1-0 2-0] [2-0] [1-0 2-0]" {
		t.Errorf("the entries are %s", got)
	}
	if got := fmt.Sprint(lines[1].Command, lines[1].Reply, lines[1].Error); got != "[XACK events:audit.failed db_writers 2-0](integer) 1" {
		t.Errorf("the second line says %s", got)
	}
	payload := lines[0].Command[4]
	if note := fmt.Sprintf("… (cut; %d bytes)", 1+len(long)); !strings.HasSuffix(payload, "é"+note) || len(payload) > auditArgument+len(note) {
		t.Errorf("the payload ends in %q", payload[len(payload)-40:])
	}
	if lines[2].Error != "connection lost" || lines[2].Command != nil {
		t.Errorf("the third line is %+v", lines[2])
	}
}

func TestTheAuditFileIsItsOwnersAlone(t *testing.T) {
	a := newAudit(t)
	a.watch(answers(dialog.Done{Receipts: []bus.Receipt{{Reply: "OK"}}}))()
	auditLines(t, a)
	for path, want := range map[string]os.FileMode{a.file.path: 0o600, filepath.Dir(a.file.path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestLinesKeepTheirOrderAndNoneIsLostAtTheEnd(t *testing.T) {
	const changes = 500
	a := newAudit(t)
	for i := range changes {
		a.watch(answers(dialog.Done{Receipts: []bus.Receipt{{Reply: fmt.Sprint(i)}}}))()
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
		a.watch(tea.Batch(nil, func() tea.Msg {
			close(begun)
			<-goOn
			return dialog.Done{Receipts: []bus.Receipt{{Reply: "late"}}}
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
	a.watch(func() tea.Msg { ran = true; return dialog.Done{} })()
	if ran {
		t.Error("a change began when nobody could write it down any more")
	}
}

func TestAFileThatCannotBeWrittenIsToldOnceAndStopsNothing(t *testing.T) {
	inTheWay := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := withTraffic(t, 200, 40)
	path := filepath.Join(inTheWay, "audit.jsonl")
	b.desk.audit = startAudit(&auditFile{path: path}, func(err error) { t.Error(err) })
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
	if err := b.desk.audit.close(); err != nil {
		t.Errorf("told again at the end: %v", err)
	}
}

func TestALineAfterATornOneStandsOnItsOwn(t *testing.T) {
	f := &auditFile{path: "nowhere", user: "ada@desk", out: &tearing{room: 10}}
	done := dialog.Done{Receipts: []bus.Receipt{{Reply: "OK"}}}
	if err := f.write(&done); err == nil {
		t.Error("a line written in part is no error")
	}
	out := &tearing{room: 1 << 20}
	f.out = out
	if err := f.write(&done); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(out.text, "\n{") {
		t.Errorf("it goes on with %q", out.text)
	}
}

// tearing is a disk with room for so many bytes.
type tearing struct {
	room int
	text string
}

func (w *tearing) Write(b []byte) (int, error) {
	n := min(len(b), w.room)
	w.room -= n
	w.text += string(b[:n])
	if n < len(b) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

func (*tearing) Close() error { return nil }

func TestChangesMadeOnTheDeskAreWrittenDown(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.audit = newAudit(t)
	ids := b.pendingIDs("events:workflow.started", "db_writers")
	b.press("3 A tab enter esc")
	b.press("X tab enter")
	lines := auditLines(t, b.desk.audit)
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
