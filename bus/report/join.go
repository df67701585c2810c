package report

import (
	"time"
)

// Join returns hooks that call each of several listeners in turn. A hook that is nil in all of them stays nil and costs
// nothing.
func Join(all ...Hooks) Hooks {
	var j Hooks
	for _, h := range all {
		j = j.and(h)
	}
	return j
}

func (h Hooks) and(o Hooks) Hooks {
	return Hooks{
		Unfit:         join2(h.Unfit, o.Unfit),
		Published:     join2(h.Published, o.Published),
		PublishFailed: join1(h.PublishFailed, o.PublishFailed),
		Lost:          join1(h.Lost, o.Lost),
		Delivered:     join3(h.Delivered, o.Delivered),
		Acked:         join3(h.Acked, o.Acked),
		Retried:       join3(h.Retried, o.Retried),
		DeadLettered:  join3(h.DeadLettered, o.DeadLettered),
		Claimed:       join3(h.Claimed, o.Claimed),
		Gone:          join2(h.Gone, o.Gone),
		Disconnected:  join2(h.Disconnected, o.Disconnected),
		Reconnected:   join2(h.Reconnected, o.Reconnected),
		Waiting:       join1(h.Waiting, o.Waiting),
		StreamError:   joinStreamError(h.StreamError, o.StreamError),
		Paused:        join2(h.Paused, o.Paused),
		Moved:         join2(h.Moved, o.Moved),
		Trimmed:       join3(h.Trimmed, o.Trimmed),
		ChoreFailed:   joinStreamError(h.ChoreFailed, o.ChoreFailed),
		Dropped:       join2(h.Dropped, o.Dropped),
		LocalPanic:    join2(h.LocalPanic, o.LocalPanic),
	}
}

func join1[A any](f, g func(A)) func(A) {
	if f == nil || g == nil {
		return either(f, g, f == nil)
	}
	return func(a A) { f(a); g(a) }
}

func join2[A, B any](f, g func(A, B)) func(A, B) {
	if f == nil || g == nil {
		return either(f, g, f == nil)
	}
	return func(a A, b B) { f(a, b); g(a, b) }
}

func join3[A, B, C any](f, g func(A, B, C)) func(A, B, C) {
	if f == nil || g == nil {
		return either(f, g, f == nil)
	}
	return func(a A, b B, c C) { f(a, b, c); g(a, b, c) }
}

func joinStreamError(f, g func(string, string, error, time.Duration)) func(string, string, error, time.Duration) {
	if f == nil || g == nil {
		return either(f, g, f == nil)
	}
	return func(group, stream string, err error, retryIn time.Duration) {
		f(group, stream, err, retryIn)
		g(group, stream, err, retryIn)
	}
}

func either[F any](f, g F, second bool) F {
	if second {
		return g
	}
	return f
}
