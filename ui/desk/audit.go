package desk

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
	"streamdesk/ui/dialog"
	"streamdesk/ui/trail"
)

// audit writes down each change that is made from this desk, in the order in which the answers came. A change is taken
// note of where it is carried out, outside of the desk's loop: quitting while the server still thinks about it loses
// neither the answer nor its line. A file that can't be written stops no change; it is told once.
//
// A nil audit is one that is switched off.
type audit struct {
	file   *trail.File
	writer *trail.Writer

	mu       sync.Mutex
	waiting  []dialog.Done // no more than a person does while one write lasts
	underWay int           // commands of dialogs that are being carried out
	closing  bool
	idle     chan struct{} // closed once it is closing and nothing is under way
}

// auditGrace is how long the end of the desk waits for a change that is under way, and for a file that doesn't take its
// lines: as long as one exchange with Redis may last.
const auditGrace = 3 * time.Second

// startAudit begins to write to the file; whoever starts it closes it.
func startAudit(file *trail.File, broke fault.Func) *audit {
	a := &audit{file: file, idle: make(chan struct{})}
	a.writer = trail.NewWriter(a.flush, broke)
	return a
}

// watch makes a dialog's command leave its outcome here, too.
func (a *audit) watch(cmd tea.Cmd) tea.Cmd {
	if a == nil || cmd == nil {
		return cmd
	}
	return func() tea.Msg {
		if !a.begin() {
			return nil // the desk is being closed: what hasn't begun yet doesn't
		}
		defer a.end()
		msg := cmd()
		switch msg := msg.(type) {
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = a.watch(msg[i])
			}
		case dialog.Done:
			a.add(msg)
		}
		return msg
	}
}

func (a *audit) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closing {
		return false
	}
	a.underWay++
	return true
}

func (a *audit) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.underWay--
	if a.closing && a.underWay == 0 {
		close(a.idle)
	}
}

func (a *audit) add(done dialog.Done) {
	a.mu.Lock()
	a.waiting = append(a.waiting, done)
	a.mu.Unlock()
	a.writer.Wake()
}

// flush writes what waits; the error is the first.
func (a *audit) flush() error {
	a.mu.Lock()
	waiting := a.waiting
	a.waiting = nil
	a.mu.Unlock()
	var failed error
	for i := range waiting {
		failed = cmp.Or(failed, a.file.Write(changeOf(&waiting[i])))
	}
	return failed
}

// changeOf is what the audit file has of an action.
func changeOf(done *dialog.Done) *trail.Change {
	return &trail.Change{
		At: done.At, Action: done.Name, Stream: done.Target.Stream, Group: done.Group, IDs: done.Target.IDs,
		Receipts: done.Receipts, Err: done.Err,
	}
}

// news is an error that nobody was told of yet; nil after the first time.
func (a *audit) news() error {
	if a == nil {
		return nil
	}
	return a.writer.News()
}

// close waits for what is under way and for its lines to be written. The error is one that nobody was told of yet.
func (a *audit) close() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	a.closing = true
	if a.underWay == 0 {
		close(a.idle)
	}
	a.mu.Unlock()
	grace := time.NewTimer(auditGrace)
	defer grace.Stop()
	select {
	case <-a.idle:
	case <-grace.C:
		a.writer.Note(fmt.Errorf("audit file %s: a command was still unanswered at the end: what it may have changed isn't written down", a.file.Path))
		grace.Reset(auditGrace)
	}
	select {
	case <-a.writer.Stop():
		a.writer.Note(a.file.Close())
	case <-grace.C:
		a.writer.Note(fmt.Errorf("audit file %s: it takes no lines: the last changes may be missing", a.file.Path))
	}
	return a.news()
}
