package consume

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"streamdesk/model"
)

// A group's limit is kept by a leaky bucket in Redis that all its consumers share. A process takes some of what the limit
// allows in advance (a lease), and hands that out to its own readers, so that there is no round trip per event.
const (
	// leaseTime is how much time's worth one lease is: ten round trips a second at most. A process that dies loses as much.
	leaseTime = 100 * time.Millisecond
	// burstTime is how much time's worth of unused allowance is kept, so that a process that comes late for its next lease
	// loses nothing.
	burstTime = 250 * time.Millisecond
)

// leaseScript takes a lease of ARGV[1] events from the limit KEYS[1]. The field "paid" says up to when what the limit allows has
// been given out, and "paid_at" by which limit that was computed: another one begins anew. It returns the limit, "" for none, and
// after how many microseconds the lease may be used. ARGV[2] is the time in microseconds, "" for the server's own; ARGV[3] is
// how long unused allowance is kept.
const leaseScript = `local text = redis.call('HGET', KEYS[1], 'per_second') or ''
local rate = tonumber(text)
if not rate or rate <= 0 then return {'', 0} end
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local paid = tonumber(redis.call('HGET', KEYS[1], 'paid') or '')
if not paid or redis.call('HGET', KEYS[1], 'paid_at') ~= text then paid = now end
paid = math.max(paid, now - tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], 'paid', string.format('%.0f', paid + ARGV[1] / rate * 1000000), 'paid_at', text)
return {text, math.max(math.ceil(paid - now), 0)}`

// bucket is a process's share of a group's limit. The lock of its control guards all but limited.
type bucket struct {
	limited   atomic.Bool // for those who needn't know more
	perSecond float64     // 0 for no limit
	balance   int         // events that may be delivered; negative after more than that were
	leased    int         // events that may be from usable on
	usable    time.Time
	alone     time.Time // up to when a limit was used up that Redis didn't answer for
	leasing   bool
}

// limit sets the limit, and reports whether that is another one. What was leased by the old one is given up.
func (b *bucket) limit(perSecond float64) (changed bool) {
	if b.perSecond == perSecond {
		return false
	}
	b.perSecond, b.balance, b.leased = perSecond, 0, 0
	b.limited.Store(perSecond > 0)
	return true
}

// wants returns how many events to lease: what is owed, and some time's worth.
func (b *bucket) wants() int {
	return max(int(math.Round(b.perSecond*leaseTime.Seconds())), 1) + max(-b.balance, 0)
}

// allowed returns how many events may be read now. When there are none, lease says that it is the caller's turn to lease,
// and otherwise wait is for how long.
func (b *bucket) allowed(now time.Time) (n int, wait time.Duration, lease bool) {
	if b.perSecond == 0 {
		return math.MaxInt, 0, false
	}
	if b.leased > 0 && !now.Before(b.usable) {
		b.balance, b.leased = b.balance+b.leased, 0
	}
	switch {
	case b.balance > 0:
		return b.balance, 0, false
	case b.leased > 0:
		return 0, b.usable.Sub(now), false
	case b.leasing:
		return 0, farOff, false // woken by the change that its end is
	default:
		b.leasing = true
		return 0, 0, true
	}
}

// spend counts deliveries against the limit, whichever way they came.
func (c *control) spend(n int) {
	if !c.limited.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.balance -= n
}

// allowance waits until the group's limit allows to read something, and returns how many events. It returns false when ctx
// is done, the group is paused, or also is closed.
func (c *consumer) allowance(ctx context.Context, also <-chan struct{}) (n int, ok bool) {
	if !c.control.limited.Load() {
		return math.MaxInt, ctx.Err() == nil
	}
	for ctx.Err() == nil && !c.resting() {
		c.control.mu.Lock()
		n, wait, lease := c.control.allowed(time.Now())
		changed := c.control.changed
		c.control.mu.Unlock()
		switch {
		case lease:
			c.lease(ctx)
		case n > 0:
			return n, true
		case !waitFor(ctx, wait, changed, also):
			return 0, false
		}
	}
	return 0, false
}

// waitFor waits for a time to pass or for changed; it returns false when ctx is done or also is closed.
func waitFor(ctx context.Context, wait time.Duration, changed, also <-chan struct{}) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-also:
		return false
	case <-timer.C:
	case <-changed:
	}
	return true
}

// lease takes a lease from Redis. Where that fails, because scripts are denied or the node of the key doesn't answer, this
// process goes on by itself at the last limit that it knows.
func (c *consumer) lease(ctx context.Context) {
	of := c.control
	of.mu.Lock()
	want, rate := of.wants(), of.perSecond
	of.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, controlEvery)
	defer cancel()
	reply, err := c.do(limited, leaseArgs(model.LimitKey(c.all.conn.Prefix, of.group), want, "")...)
	now := time.Now()
	of.mu.Lock()
	defer of.mu.Unlock()
	of.leasing = false
	close(of.changed)
	of.changed = make(chan struct{})
	if of.perSecond != rate {
		return // it was changed meanwhile: the lease is given up
	}
	if err != nil {
		of.alone = latest(of.alone, now.Add(-burstTime))
		of.leased, of.usable = want, of.alone
		of.alone = of.alone.Add(time.Duration(float64(want) / rate * float64(time.Second)))
		return
	}
	told, _ := model.ReadRate(reply.At(0).Text) // 0 for none
	of.limit(told)
	if told > 0 {
		of.leased, of.usable = want, now.Add(time.Duration(reply.At(1).Integer())*time.Microsecond)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// leaseArgs returns the command that takes a lease at a moment, in microseconds; "" is that of the server's clock.
func leaseArgs(key string, want int, now string) []any {
	return []any{"EVAL", leaseScript, 1, key, want, now, burstTime.Microseconds()}
}
