// Package fault is what can go wrong, as far as a caller decides on it: errors, requests that are refused before anything is sent, what
// is waited for, and what breaks down. A [PanicError] is the one form of a panic that was caught. [Func.Guard] tells of a
// panic before it ends the process, for a program that has changed its terminal wants to put that back; [Func.Catch] and
// [Into] keep it to the part that broke down. The package knows no terminal.
package fault

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// PanicError is a panic as an error: a bug, in a handler's code or in our own.
type PanicError struct {
	// Part is what panicked, such as "the handler"; "" where whoever is told knows it.
	Part string
	// Value is what was panicked with.
	Value any
	// Stack is the goroutine's stack at the panic, as [debug.Stack] writes it; nil where somebody else has written it out.
	Stack []byte
}

// Error is the part and the value.
func (p *PanicError) Error() string {
	if p.Part == "" {
		return fmt.Sprintf("panic: %v", p.Value)
	}
	return fmt.Sprintf("%s panicked: %v", p.Part, p.Value)
}

// Func is told of a panic, in the goroutine that panicked, which may hold locks of whatever broke down: it must not call
// back into that.
type Func func(*PanicError)

// Guard is work that tells f when it panics; when f returns, the panic goes on. A nil f leaves work as it is. Deferred
// functions of work run before f, as they do before the end of a process: one that waits for something else to end can
// hold up both.
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

// Ended is closed once all goroutines of the group have ended. What waits for them is guarded by f.
func (f Func) Ended(all *sync.WaitGroup) <-chan struct{} {
	ended := make(chan struct{})
	go f.Guard(func() {
		all.Wait()
		close(ended)
	})()
	return ended
}

// Catch ends a panic and tells f of it. It is deferred where one part may break down and its neighbours go on. A nil f
// lets the panic go on.
func (f Func) Catch() {
	if f == nil {
		return
	}
	if value := recover(); value != nil { //nolint:revive // Catch itself is what is deferred
		f(caught(value))
	}
}

// Into ends a panic of the named part and makes it the error at err. It is deferred as [Func.Catch] is.
func Into(err *error, part string) { //nolint:gocritic // a deferred function sets a result only so
	if value := recover(); value != nil { //nolint:revive // Into itself is what is deferred
		p := caught(value)
		p.Part = part
		*err = p
	}
}

func caught(value any) *PanicError { return &PanicError{Value: value, Stack: debug.Stack()} }
