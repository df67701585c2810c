package report

import (
	"time"

	"streamdesk/bus/fault"
)

// Guarded returns hooks that call those of h. A panic in one of them is passed to broke with its stack, and ends there: the
// bus and the other listeners of [Join] go on. Hooks that are nil in h stay nil.
func (h Hooks) Guarded(broke fault.Func) Hooks {
	return Hooks{
		Unfit:         guard2(h.Unfit, broke),
		Published:     guard2(h.Published, broke),
		PublishFailed: guard1(h.PublishFailed, broke),
		Lost:          guard1(h.Lost, broke),
		Delivered:     guard3(h.Delivered, broke),
		Acked:         guard3(h.Acked, broke),
		Retried:       guard3(h.Retried, broke),
		DeadLettered:  guard3(h.DeadLettered, broke),
		Claimed:       guard3(h.Claimed, broke),
		Gone:          guard2(h.Gone, broke),
		Disconnected:  guard2(h.Disconnected, broke),
		Reconnected:   guard2(h.Reconnected, broke),
		Waiting:       guard1(h.Waiting, broke),
		StreamError:   guardStreamError(h.StreamError, broke),
		Paused:        guard2(h.Paused, broke),
		Moved:         guard2(h.Moved, broke),
		Trimmed:       guard3(h.Trimmed, broke),
		ChoreFailed:   guardStreamError(h.ChoreFailed, broke),
		Dropped:       guard2(h.Dropped, broke),
		LocalPanic:    guard2(h.LocalPanic, broke),
	}
}

func guard1[A any](f func(A), broke fault.Func) func(A) {
	if f == nil {
		return nil
	}
	return func(a A) {
		defer broke.Catch()
		f(a)
	}
}

func guard2[A, B any](f func(A, B), broke fault.Func) func(A, B) {
	if f == nil {
		return nil
	}
	return func(a A, b B) {
		defer broke.Catch()
		f(a, b)
	}
}

func guard3[A, B, C any](f func(A, B, C), broke fault.Func) func(A, B, C) {
	if f == nil {
		return nil
	}
	return func(a A, b B, c C) {
		defer broke.Catch()
		f(a, b, c)
	}
}

func guardStreamError(f func(string, string, error, time.Duration), broke fault.Func) func(string, string, error, time.Duration) {
	if f == nil {
		return nil
	}
	return func(group, stream string, err error, retryIn time.Duration) {
		defer broke.Catch()
		f(group, stream, err, retryIn)
	}
}
