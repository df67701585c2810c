package notify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// worker tells one receiver what waits for it.
type worker struct {
	of   *Watcher
	to   *Receiver
	key  string
	wake <-chan struct{}

	sent   []time.Time   // of the messages within the last stormWindow
	pause  time.Duration // after the last failure
	until  time.Time     // when it is over
	failed string        // what was said of it
}

// run tells until ctx ends, then what still waits, for at most drainTime.
func (k *worker) run(ctx context.Context) {
	renew := time.NewTicker(k.of.options.renew)
	defer renew.Stop()
	for ctx.Err() == nil {
		wait, idle := k.next(ctx)
		if !idle && wait == 0 {
			continue
		}
		timer := time.NewTimer(wait)
		wake := k.wake
		if idle {
			timer.Stop()
		} else {
			wake = nil // more to tell doesn't end a pause
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		case <-renew.C:
			k.renew(ctx)
		}
		timer.Stop()
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if all := k.waiting(); len(all) > 0 {
		_ = k.tell(drain, all) // what it doesn't take is told after the next start
	}
}

func (k *worker) waiting() []Notice {
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	return slices.Clone(k.of.state.Queues[k.key].Waiting)
}

// next tells one message of what waits. It returns how long to wait before the next; idle means that nothing waits.
func (k *worker) next(ctx context.Context) (wait time.Duration, idle bool) {
	notices := k.waiting()
	if len(notices) == 0 {
		return 0, true
	}
	now := time.Now()
	if left := k.until.Sub(now); left > 0 {
		return left, false
	}
	k.sent = slices.DeleteFunc(k.sent, func(at time.Time) bool { return now.Sub(at) >= stormWindow })
	free := k.of.options.Storm - len(k.sent)
	if free <= 0 {
		return max(stormWindow-now.Sub(k.sent[0]), time.Millisecond), false
	}
	if len(notices) <= free {
		notices = notices[:1]
	}
	lasting, end := k.of.options.Broke.Lasting(ctx, drainTime)
	defer end()
	if err := k.tell(lasting, notices); err != nil {
		pause := k.backOff(err)
		k.until = time.Now().Add(pause)
		return pause, false
	}
	k.sent = append(k.sent, time.Now())
	return 0, false
}

// backOff returns the pause after a failure: it doubles, up to five minutes, and is spread so that many don't come at once.
func (k *worker) backOff(err error) time.Duration {
	k.pause = min(max(2*k.pause, k.of.options.pause), maxPause)
	pause := k.pause/2 + rand.N(k.pause)
	if asked, ok := errors.AsType[pauseError](err); ok {
		pause = max(pause, asked.pause)
	}
	return pause
}

// tell sends one message about notices, and removes them when they were taken or refused for good.
func (k *worker) tell(ctx context.Context, notices []Notice) error {
	form := k.to.Form
	if len(k.to.Command) > 0 {
		form = JSON
	}
	k.of.mu.Lock()
	k.of.state.Queues[k.key].try(notices)
	k.of.mu.Unlock()
	ids := make([]string, len(notices))
	for i := range notices {
		ids[i] = notices[i].ID
	}
	id := ids[0]
	if len(ids) > 1 {
		id = identity(ids...)
	}
	err := k.to.send(ctx, k.of.client, body(form, k.of.options.Bus, notices, time.Now()), id)
	refused, never := errors.AsType[refusal](err)
	switch {
	case never:
		k.of.options.Say(fmt.Sprintf("%s refuses a message (%v): %d notices are dropped, the first: %s", k.to, refused.error, len(notices), notices[0].line()))
	case err != nil:
		if ctx.Err() == nil && err.Error() != k.failed {
			k.failed = err.Error()
			k.of.options.Say(fmt.Sprintf("%s takes no messages: %v; trying again", k.to, err))
		}
		return err
	case k.failed != "":
		k.of.options.Say(fmt.Sprintf("%s takes messages again", k.to))
		fallthrough
	default:
		k.failed, k.pause = "", 0
	}
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	k.of.state.Queues[k.key].done(notices)
	k.of.save()
	return nil
}

// renew tells an Alertmanager of what stands and was told before, or it takes it for ended. A failure needs nothing: the next follows.
func (k *worker) renew(ctx context.Context) {
	if k.to.Form != Alertmanager || len(k.to.Command) > 0 {
		return
	}
	if notices := k.standing(); len(notices) > 0 {
		_ = k.to.send(ctx, k.of.client, body(Alertmanager, k.of.options.Bus, notices, time.Now()), "renewal")
	}
}

func (k *worker) standing() []Notice {
	k.of.mu.Lock()
	defer k.of.mu.Unlock()
	q := k.of.state.Queues[k.key]
	var notices []Notice
	add := func(id string, n Notice) {
		if q.knows(id) {
			notices = append(notices, n)
		}
	}
	of := k.of.standing
	for i := range of {
		id := alertID(k.of.options.Bus.Server, &of[i])
		add(id, noticeOf(id, &of[i]))
	}
	if since := k.of.state.UnreachableSince; since != nil {
		add(k.of.unreachableNotice(*since, ""))
	}
	return notices
}
