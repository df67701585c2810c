package program

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// repeatedWithin is how long a second signal counts as the first one's repetition: a terminal, a shell and whatever
	// bounds a command's time may each send one, and the program is ending anyway.
	repeatedWithin = 200 * time.Millisecond
	// StuckAfter is when a command that was asked to end is ended: everything that is known to wait ends within a tenth of
	// a second, so this is for what isn't known.
	StuckAfter = 3 * time.Second
	// graceTime is how long what is on its way to the server may still be answered after a signal.
	graceTime = 100 * time.Millisecond
)

// RunAsProcess runs a command until it is done or a signal ends it.
func (p *Program) RunAsProcess(args []string) int {
	ctx, stop := p.heed(context.Background())
	defer stop()
	return p.Run(ctx, args)
}

// heeding is what signals have to know of the command that runs.
type heeding struct {
	// Hangups says that the command takes SIGHUP for something else.
	Hangups atomic.Bool
	// Finishes says that the command has work to finish, however long that takes: nothing is cut off.
	Finishes atomic.Bool
}

// heed is the one place that signals come to. The context ends with the first that asks the program to end.
func (p *Program) heed(ctx context.Context) (heeded context.Context, stop func()) {
	heeded, cancel := context.WithCancel(ctx)
	wanted := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGABRT}
	if !signal.Ignored(syscall.SIGHUP) {
		wanted = append(wanted, syscall.SIGHUP)
	}
	signals, stopped, done := make(chan os.Signal, 8), make(chan struct{}), make(chan struct{})
	signal.Notify(signals, wanted...)
	go func() {
		defer close(done)
		p.answerSignals(signals, stopped, cancel)
	}()
	return heeded, func() {
		signal.Stop(signals)
		close(stopped)
		<-done
		cancel()
	}
}

// answerSignals deals with each signal until stopped is closed.
func (p *Program) answerSignals(signals <-chan os.Signal, stopped <-chan struct{}, interrupt func()) {
	var first time.Time
	var stuck <-chan time.Time
	for {
		select {
		case <-stopped:
			return
		case <-stuck:
			if !p.Heeding.Finishes.Load() {
				p.endNow(func() {
					fmt.Fprintln(p.Err, "streamdesk: interrupted, and ended before it had stopped in order")
					os.Exit(ExitFailed)
				})
			}
		case s := <-signals:
			switch {
			case s == syscall.SIGQUIT || s == syscall.SIGABRT:
				p.endNow(func() { raise(s) }) // Go writes where everything stands
			case s == syscall.SIGHUP && p.Heeding.Hangups.Load():
			case first.IsZero():
				first = time.Now()
				stuck = time.After(StuckAfter)
				interrupt()
			case time.Since(first) > repeatedWithin:
				p.endNow(func() { raise(s) })
			}
		}
	}
}

// endNow gives the terminal back and ends the program, unless a panic is doing that.
func (p *Program) endNow(end func()) {
	if !p.ending.TryLock() {
		return
	}
	defer p.ending.Unlock()
	if t := p.terminal.Load(); t != nil {
		t.giveBack()
	}
	end()
}

// raise lets a signal do what it does to a program that doesn't handle it.
func raise(s os.Signal) {
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(s) == nil {
		time.Sleep(time.Second) // it ends the program before
	}
	os.Exit(ExitFailed)
}

// ErrAskedToEnd is what a command ends with that was asked to end before it was done.
var ErrAskedToEnd = &interruption{}

type interruption struct{}

func (*interruption) Error() string { return "interrupted" }
func (*interruption) Unwrap() error { return context.Canceled }

// InterruptedBy says whether an error comes of the program being asked to end.
func InterruptedBy(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, errLinksCut) || errors.Is(err, net.ErrClosed)
}

// closing is the context for what is closed in the end: what is on its way is waited for, but not when a person waits
// for the program to end.
func (p *Program) closing() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), CloseTimeout)
	if p.Heeding.Finishes.Load() {
		return ctx, cancel
	}
	go func() {
		select {
		case <-p.interrupted:
		case <-ctx.Done():
			return
		}
		timer := time.NewTimer(graceTime)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Lasting is a context that outlives an interrupted one by graceTime, for what is on its way to the server then.
func Lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(graceTime)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel() }
}
