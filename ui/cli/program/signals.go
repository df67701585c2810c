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

	"streamdesk/bus/fault"
)

const (
	// repeatedWithin is how long a second signal counts as a repetition of the first: a terminal, a shell and a time
	// limit for the command may each send one, and the program is ending already.
	repeatedWithin = 200 * time.Millisecond
	// StuckAfter is when the program kills a command that was asked to end. Everything that is known to block ends
	// within a tenth of a second, so this is for unknown causes.
	StuckAfter = 3 * time.Second
	// graceTime is how long commands in flight may still be answered after a signal.
	graceTime = 100 * time.Millisecond
)

// RunAsProcess runs a command until it is done or a signal ends it.
func (p *Program) RunAsProcess(args []string) int {
	ctx, stop := p.heed(context.Background())
	defer stop()
	return p.Run(ctx, args)
}

// heeding is what the signal handler needs to know about the running command.
type heeding struct {
	// Hangups means that the command uses SIGHUP for another purpose.
	Hangups atomic.Bool
	// Finishes means that the command must finish its work, however long that takes: nothing is cut off.
	Finishes atomic.Bool
}

// heed starts the only signal handler. The context ends with the first signal that asks the program to end.
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

// answerSignals handles each signal until stopped is closed.
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
				p.endNow(func() { raise(s) }) // Go writes the stacks of all goroutines
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

// endNow restores the terminal and ends the program, unless a panic is ending it.
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

// raise gives a signal its default effect.
func raise(s os.Signal) {
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(s) == nil {
		time.Sleep(time.Second) // the signal ends the program first
	}
	os.Exit(ExitFailed)
}

// ErrAskedToEnd is the error of a command that was interrupted before it was done.
var ErrAskedToEnd = &interruption{}

type interruption struct{}

func (*interruption) Error() string { return "interrupted" }
func (*interruption) Unwrap() error { return context.Canceled }

// InterruptedBy reports whether an error is a result of asking the program to end.
func InterruptedBy(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, errLinksCut) || errors.Is(err, net.ErrClosed)
}

// closing returns the context for closing things at the end. Commands in flight are waited for, but only for graceTime
// once the program was asked to end.
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

// Lasting returns a context that ends graceTime after ctx, for commands that are in flight then.
func Lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	return fault.Func(nil).Lasting(ctx, graceTime)
}
