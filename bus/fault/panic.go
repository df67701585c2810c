// Package fault defines the errors that callers handle, requests that are refused before anything is sent, waits, and panics.
// A [PanicError] is the one form of a caught panic. [Func.Guard] reports a panic before it ends the process, so that a
// program that has changed its terminal can restore it. [Func.Catch] and [Into] limit the panic to the part that failed. The
// package knows no terminal.
package fault

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// PanicError is a panic as an error: a bug, in a handler's code or in our own.
type PanicError struct {
	// Part is the part that panicked, such as "the handler"; "" where the caller knows it.
	Part string
	// Value is the value of the panic.
	Value any
	// Stack is the goroutine's stack at the panic, as [debug.Stack] returns it; nil when it is already written elsewhere.
	Stack []byte
}

// Error returns the part and the value.
func (p *PanicError) Error() string {
	if p.Part == "" {
		return fmt.Sprintf("panic: %v", p.Value)
	}
	return fmt.Sprintf("%s panicked: %v", p.Part, p.Value)
}

// Func is called with a panic, in the goroutine that panicked. That goroutine may hold locks of the part that failed, so Func
// must not call back into it.
type Func func(*PanicError)

// Guard returns work wrapped so that f is called when it panics; when f returns, the panic goes on. With a nil f it returns
// work itself. Deferred functions of work run before f, as before the end of a process: one that waits for something else to
// end can hold up both.
func (f Func) Guard(work func()) func() {
	if f == nil {
		return work
	}
	return func() {
		defer func() {
			if value := recover(); value != nil {
				f(caught(value))
				panic(value)
			}
		}()
		work()
	}
}

// Ended returns a channel that is closed once all goroutines of the group have ended. The goroutine that waits is guarded by
// f.
func (f Func) Ended(all *sync.WaitGroup) <-chan struct{} {
	ended := make(chan struct{})
	go f.Guard(func() {
		all.Wait()
		close(ended)
	})()
	return ended
}

// Lasting returns a context that ends some time after ctx, for what is on its way then. The goroutine that waits is guarded by f.
func (f Func) Lasting(ctx context.Context, after time.Duration) (longer context.Context, end context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, f.Guard(func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	}))
	return longer, func() { stop(); cancel() }
}

// Catch ends a panic and reports it to f. It is deferred where one part may fail and its neighbours go on. With a nil f the
// panic goes on.
func (f Func) Catch() {
	if f == nil {
		return
	}
	if value := recover(); value != nil { //nolint:revive // Catch itself is what is deferred
		f(caught(value))
	}
}

// Into ends a panic of the named part and stores it as the error at err. It is deferred like [Func.Catch].
func Into(err *error, part string) { //nolint:gocritic // a deferred function sets a result only so
	if value := recover(); value != nil { //nolint:revive // Into itself is what is deferred
		p := caught(value)
		p.Part = part
		*err = p
	}
}

func caught(value any) *PanicError { return &PanicError{Value: value, Stack: debug.Stack()} }
