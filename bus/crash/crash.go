// Package crash tells of a panic before it ends the process: a program that has changed its terminal wants to put that
// back, and to keep the trace. [Func.Guard] swallows nothing; [Func.Catch] keeps a panic to the part that broke down. The
// package knows neither Redis nor a terminal. Start reading at [Func].
package crash

import "runtime/debug"

// Func is told what a goroutine panicked with, and its stack as [debug.Stack] writes it. It is called in that goroutine,
// which may hold locks of whatever broke down: it must not call back into that. When it returns, the panic goes on.
type Func func(value any, stack []byte)

// Guard is work that tells f when it panics. A nil f leaves work as it is. Deferred functions of work run before f, as
// they do before the end of a process: one that waits for something else to end can hold up both.
func (f Func) Guard(work func()) func() {
	if f == nil {
		return work
	}
	return func() {
		defer func() {
			if value := recover(); value != nil {
				f(value, debug.Stack())
				panic(value)
			}
		}()
		work()
	}
}

// Catch ends a panic and tells f of it. It is deferred where one part may break down and its neighbours go on. A nil f
// lets the panic go on.
func (f Func) Catch() {
	if f == nil {
		return
	}
	if value := recover(); value != nil { //nolint:revive // Catch itself is what is deferred
		f(value, debug.Stack())
	}
}
