package desk

import (
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
	file *trail.File
	// onPanic is told what the writing goroutine died of, so that the terminal can be restored before anything is printed.
	onPanic fault.Func

	mu       sync.Mutex
	waiting  []dialog.Done // no more than a person does while one write lasts
	underWay int           // commands of dialogs that are being carried out
	closing  bool
	trouble  error // what nobody was told of yet
	told     bool

	wake    chan struct{} // something waits
	idle    chan struct{} // closed once it is closing and nothing is under way
	stop    chan struct{}
	stopped chan struct{}
}

// auditGrace is how long the end of the desk waits for a change that is under way, and for a file that doesn't take its
// lines: as long as one exchange with Redis may last.
const auditGrace = 3 * time.Second

// startAudit begins to write to the file; whoever starts it closes it.
func startAudit(file *trail.File, onPanic fault.Func) *audit {
	a := &audit{
		file: file, onPanic: onPanic,
		wake: make(chan struct{}, 1), idle: make(chan struct{}), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	go a.run()
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
	select {
	case a.wake <- struct{}{}:
	default: // it is awake already, and will see this one, too
	}
}

// run writes what waits, until stop.
func (a *audit) run() {
	defer close(a.stopped)
	defer a.onPanic.Catch()
	for {
		select {
		case <-a.wake:
			a.flush()
		case <-a.stop:
			a.flush()
			a.note(a.file.Close())
			return
		}
	}
}

func (a *audit) flush() {
	a.mu.Lock()
	waiting := a.waiting
	a.waiting = nil
	a.mu.Unlock()
	for i := range waiting {
		a.note(a.file.Write(changeOf(&waiting[i])))
	}
}

// changeOf is what the audit file has of an action.
func changeOf(done *dialog.Done) *trail.Change {
	return &trail.Change{
		At: done.At, Action: done.Title, Stream: done.Target.Stream, Group: done.Group, IDs: done.Target.IDs,
		Receipts: done.Receipts, Err: done.Err,
	}
}

// note keeps the first error.
func (a *audit) note(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil && !a.told {
		a.trouble, a.told = err, true
	}
}

// news is an error that nobody was told of yet; nil after the first time.
func (a *audit) news() error {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	err := a.trouble
	a.trouble = nil
	return err
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
		a.note(fmt.Errorf("audit file %s: a command was still unanswered at the end: what it may have changed isn't written down", a.file.Path))
		grace.Reset(auditGrace)
	}
	close(a.stop)
	select {
	case <-a.stopped:
	case <-grace.C:
		a.note(fmt.Errorf("audit file %s: it takes no lines: the last changes may be missing", a.file.Path))
	}
	return a.news()
}
