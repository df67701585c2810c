package consume

import (
	"context"
	"slices"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// A pause or a limit that a person sets for a group is read once a second for all consumers of the process, in one round
// trip. A user who may not read the keys is asked for again once a minute: the right may be given to him.
const (
	controlEvery  = time.Second
	controlDenied = time.Minute
)

// control is what is set for one group, as the consumers of this process know it, and their share of what its limit allows.
type control struct {
	group string
	users int // guarded by the lock of controls

	mu      sync.Mutex
	pause   *model.Pause
	ends    time.Time     // when the pause ends by our clock, should nothing more be heard of it; zero for never
	changed chan struct{} // closed and replaced when a pause or the limit changes
	bucket
}

// controls are those of all groups that the process consumes as.
type controls struct {
	mu      sync.Mutex
	byGroup map[string]*control
	due     time.Time // when they are read next
}

// join returns the control of a group for one more consumer, until it leaves.
func (a *controls) join(group string) (c *control, leave func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c = a.byGroup[group]; c == nil {
		c = &control{group: group, changed: make(chan struct{})}
		a.byGroup[group] = c
	}
	c.users++
	return c, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		c.users--
		if c.users == 0 {
			delete(a.byGroup, group)
		}
	}
}

// turn returns the groups when it is time to read what is set for them, and otherwise how long that still is. The caller
// whose turn it is reads for all.
func (a *controls) turn(now time.Time) (groups []string, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if wait = a.due.Sub(now); wait > 0 {
		return nil, wait
	}
	a.due = now.Add(controlEvery)
	for group := range a.byGroup {
		groups = append(groups, group)
	}
	return groups, controlEvery
}

func (a *controls) postpone(until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.due = until
}

func (a *controls) of(group string) *control {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byGroup[group]
}

// followControls reads what is set for the groups again and again, until ctx is done. Each consumer does, so that no one
// depends on another; they take turns.
func (c *consumer) followControls(ctx context.Context) {
	for {
		c.beginLimit(ctx)
		groups, wait := c.all.controls.turn(time.Now())
		if groups != nil {
			c.all.readControls(ctx, groups)
			continue
		}
		if !wire.Pause(ctx, wait) {
			return
		}
	}
}

// readControls asks the server, and has the groups follow what it says. Of a group about which nothing can be read, the last
// that was known holds: a pause until its expiry, a limit until it can be read.
func (a *Consumers) readControls(ctx context.Context, groups []string) {
	limited, cancel := context.WithTimeout(ctx, controlEvery)
	defer cancel()
	all, denied := a.conn.Controls(limited, a.conn.Client, groups, time.Now)
	if denied {
		a.controls.postpone(time.Now().Add(controlDenied))
	}
	for _, group := range groups {
		if read, of := all[group], a.controls.of(group); read != nil && of != nil {
			a.follow(of, read)
		}
	}
}

// follow takes over what was read, wakes who waits for a change, and reports a pause that begins or ends.
func (a *Consumers) follow(c *control, read *model.Control) {
	c.mu.Lock()
	was := c.pause != nil
	c.pause, c.ends = read.Pause, time.Time{}
	if c.pause != nil {
		c.ends = c.pause.Until // computed from our own clock
	}
	moved := c.limit(read.PerSecond) || was != (c.pause != nil)
	if moved {
		close(c.changed)
		c.changed = make(chan struct{})
	}
	c.mu.Unlock()
	if was == (read.Pause != nil) {
		return
	}
	if read.Pause != nil {
		a.interrupt(c)
	}
	if hook := a.hooks.Paused; hook != nil {
		hook(c.group, read.Pause)
	}
}

// interrupt unblocks the readers of a group, so that they notice a pause before something comes in. It tries again as long as one of
// them asks for entries: a read that is on its way blocks only after the first try.
func (a *Consumers) interrupt(c *control) {
	a.mu.Lock()
	var readers []*reader
	for one := range a.running {
		if one.control == c {
			one.readersLock.Lock()
			for r := range one.readers {
				readers = append(readers, r)
			}
			one.readersLock.Unlock()
		}
	}
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), interruptFor)
	defer cancel()
	for {
		readers = slices.DeleteFunc(readers, func(r *reader) bool { return !r.asking.Load() })
		for _, r := range readers {
			r.link.interrupt(ctx)
		}
		if len(readers) == 0 || !wire.Pause(ctx, interruptEvery) {
			return
		}
	}
}

// paused reports whether the group is paused, until when (zero for unknown), and returns what is closed at the next change.
func (c *control) paused() (paused bool, until time.Time, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pause != nil && !c.ends.IsZero() && !time.Now().Before(c.ends) {
		return false, time.Time{}, c.changed
	}
	return c.pause != nil, c.ends, c.changed
}

// resting reports whether the group is paused.
func (c *consumer) resting() bool {
	paused, _, _ := c.control.paused()
	return paused
}

// rest waits while the group is paused, without a connection: until that changes, or there are new streams to create the
// group on. Parked entries stay parked, so that they don't overtake what isn't read.
func (r *reader) rest(ctx context.Context, until time.Time, changed, streams <-chan struct{}) {
	r.link.hangUp()
	idle(ctx, until, changed, streams)
}
