// Package audit writes each change made from the desk to a file, beside its loop.
package audit

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

// Audit writes each change made from this desk to a file, in the order of the answers. A change is recorded where it is
// carried out, outside of the desk's loop, so that quitting before the server answers doesn't lose the answer or its line
// (see patience). A file that can't be written stops no change; the error is reported once.
//
// A nil Audit is switched off.
type Audit struct {
	file   *trail.File
	writer *trail.Writer

	mu       sync.Mutex
	waiting  []dialog.Done // as many as a person does during one write
	underWay int           // the number of running dialog commands
	closing  bool
	idle     chan struct{} // closed once it is closing and nothing is under way
}

// patience is how long the end of the desk waits for running changes, and then for the file to be written: as long as one
// exchange with Redis may last.
const patience = 3 * time.Second

// Start returns an audit that writes to the file; its caller closes it.
func Start(file *trail.File, broke fault.Func) *Audit {
	a := &Audit{file: file, idle: make(chan struct{})}
	a.writer = trail.NewWriter(a.flush, broke)
	return a
}

// Watch wraps a dialog's command so that its outcome is written to the file, too.
func (a *Audit) Watch(cmd tea.Cmd) tea.Cmd {
	if a == nil || cmd == nil {
		return cmd
	}
	return func() tea.Msg {
		if !a.begin() {
			return nil // the desk is being closed: no command starts any more
		}
		defer a.end()
		msg := cmd()
		switch msg := msg.(type) {
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = a.Watch(msg[i])
			}
		case dialog.Done:
			a.add(msg)
		}
		return msg
	}
}

func (a *Audit) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closing {
		return false
	}
	a.underWay++
	return true
}

func (a *Audit) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.underWay--
	if a.closing && a.underWay == 0 {
		close(a.idle)
	}
}

func (a *Audit) add(done dialog.Done) {
	a.mu.Lock()
	a.waiting = append(a.waiting, done)
	a.mu.Unlock()
	a.writer.Wake()
}

// flush writes the waiting changes and returns the first error.
func (a *Audit) flush() error {
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

// changeOf returns a dialog's action in the form of the audit file.
func changeOf(done *dialog.Done) *trail.Change {
	return &trail.Change{
		At: done.At, Action: done.Name, Stream: done.Target.Stream, Group: done.Group, IDs: done.Target.IDs,
		Receipts: done.Receipts, Err: done.Err,
	}
}

// News returns an error that wasn't reported yet; nil after the first time.
func (a *Audit) News() error {
	if a == nil {
		return nil
	}
	return a.writer.News()
}

// Close waits until running commands have ended and their lines are written. It returns an error that wasn't reported yet.
func (a *Audit) Close() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	a.closing = true
	if a.underWay == 0 {
		close(a.idle)
	}
	a.mu.Unlock()
	grace := time.NewTimer(patience)
	defer grace.Stop()
	select {
	case <-a.idle:
	case <-grace.C:
		a.writer.Note(fmt.Errorf("audit file %s: a command was still unanswered at the end: what it may have changed isn't written down", a.file.Path))
		grace.Reset(patience)
	}
	select {
	case <-a.writer.Stop():
		a.writer.Note(a.file.Close())
	case <-grace.C:
		a.writer.Note(fmt.Errorf("audit file %s: it takes no lines: the last changes may be missing", a.file.Path))
	}
	return a.News()
}
