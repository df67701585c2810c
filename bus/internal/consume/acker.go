package consume

import (
	"context"
	"fmt"
	"sync"
	"time"

	"streamdesk/bus/internal/wire"

	"github.com/redis/go-redis/v9"
)

// Acks are sent when 500 have gathered or the oldest is 5 ms old. An XACK of 500 IDs costs the server little more than one of
// a single ID, and 5 ms more of being pending is negligible beside any ack wait.
const (
	ackBatch = 500
	ackDelay = 5 * time.Millisecond
)

// acker acknowledges handled entries in batches. An XACK can be repeated safely, so it is repeated until the server answers;
// until then the entries count as in hand.
type acker struct {
	consumer *consumer
	first    chan struct{} // holds a token when the list is no longer empty
	full     chan struct{} // holds a token when the list is long enough
	closed   chan struct{} // closed by finish: send the rest and end

	mu   sync.Mutex
	list []*delivery

	// Used by the goroutine only: the list that is being sent, and buffers reused for the next one.
	spare  []*delivery
	groups map[*stream][]*delivery
}

func newAcker(c *consumer) *acker {
	return &acker{
		consumer: c, first: make(chan struct{}, 1), full: make(chan struct{}, 1), closed: make(chan struct{}),
		groups: make(map[*stream][]*delivery),
	}
}

// add queues d for acknowledgement.
func (a *acker) add(d *delivery) {
	a.mu.Lock()
	a.list = append(a.list, d)
	n := len(a.list)
	a.mu.Unlock()
	switch n {
	case 1:
		signal(a.first)
	case ackBatch:
		signal(a.full)
	}
}

// repeat acknowledges again an entry that was acknowledged before its group was recreated.
func (a *acker) repeat(d *delivery) {
	d.acked = true
	a.add(d)
}

// signal puts a token into a channel of capacity one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run is the acker's goroutine.
func (a *acker) run() {
	timer := time.NewTimer(farOff)
	defer timer.Stop()
	for {
		select {
		case <-a.first:
		case <-a.closed:
			for list := a.take(); len(list) > 0; list = a.take() {
				a.send(list)
			}
			return
		}
		timer.Reset(ackDelay)
		select {
		case <-a.full:
		case <-timer.C:
		case <-a.closed:
		}
		a.send(a.take())
	}
}

func (a *acker) take() []*delivery {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.list
	a.list, a.spare = a.spare[:0], nil
	return list
}

// finish sends what is left and ends the goroutine.
func (a *acker) finish() { close(a.closed) }

// lastAckWait is how long a stopping consumer tries to send acks: a server restart is shorter, and unacknowledged entries are
// only handled twice.
const lastAckWait = 2 * time.Second

// send acknowledges the deliveries, and retries until it succeeds or time is up. Deliveries added meanwhile are sent with the
// next attempt.
func (a *acker) send(list []*delivery) {
	if len(list) == 0 {
		return
	}
	a.group(list)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var deadline <-chan time.Time
	closed := a.closed
	for attempt := 1; len(a.groups) > 0; attempt++ {
		a.exchange(ctx)
		if len(a.groups) == 0 {
			break
		}
		wait := time.NewTimer(a.consumer.all.conn.Reconnecting().After(attempt))
		for waiting := true; waiting; {
			select {
			case <-wait.C:
				waiting = false
			case <-closed:
				closed = nil
				deadline = time.After(lastAckWait)
			case <-deadline:
				wait.Stop()
				clear(a.groups)
				return
			}
		}
		a.group(a.take())
	}
	clear(list)
	a.mu.Lock()
	a.spare = list[:0]
	a.mu.Unlock()
}

// group adds deliveries to the lists of their streams.
func (a *acker) group(list []*delivery) {
	for _, d := range list {
		a.groups[d.stream] = append(a.groups[d.stream], d)
	}
}

// exchange sends one XACK per stream in one round trip, and removes the answered ones from groups.
func (a *acker) exchange(ctx context.Context) {
	c := a.consumer
	pipe := c.client.Pipeline()
	cmds := make(map[*stream]*redis.IntCmd, len(a.groups))
	for s, list := range a.groups {
		cmd := redis.NewIntCmd(ctx, a.args(s, list)...)
		cmds[s] = cmd
		_ = pipe.Process(ctx, cmd) // only queues it
	}
	_, execErr := pipe.Exec(ctx)
	for s, cmd := range cmds {
		err := cmd.Err()
		if err == nil && execErr != nil && cmd.Val() == 0 && wire.ErrorWord(execErr) != "" && allZero(cmds) {
			err = execErr // the connection's handshake was refused, and go-redis sent no command
		}
		list := a.groups[s]
		switch {
		case err == nil:
		case wire.ErrorWord(err) == "" || wire.Passing(err) || wire.ErrorWord(err) == "NOAUTH":
			continue // again
		default:
			// WRONGTYPE: the stream is gone, and nothing is left to acknowledge. NOPERM: the entries stay pending; keeping
			// them in hand would only stop the reading of other streams.
			c.streamTrouble(s, fmt.Errorf("acknowledge %d entries: %w", len(list), err))
		}
		for _, d := range c.ledger.done(list) {
			a.add(d)
		}
		// Listeners of acks may rely on them: a group that vanishes from now on is recreated after them.
		c.all.Counters.Acked.Add(uint64(cmd.Val()))
		if hook := c.all.hooks.Acked; hook != nil && cmd.Val() > 0 {
			hook(c.group, s.key, int(cmd.Val()))
		}
		delete(a.groups, s)
	}
}

func allZero(cmds map[*stream]*redis.IntCmd) bool {
	for _, cmd := range cmds {
		if cmd.Err() != nil || cmd.Val() != 0 {
			return false
		}
	}
	return true
}

// args returns the arguments of one XACK. The IDs are parts of one string, and go-redis gets pointers to them, which costs
// three allocations in total.
func (a *acker) args(s *stream, list []*delivery) []any {
	const idLength = 24
	text := make([]byte, 0, idLength*len(list))
	ends := make([]int, len(list))
	for i, d := range list {
		text = d.message.ID.Append(text)
		ends[i] = len(text)
	}
	whole := string(text)
	ids := make([]string, len(list))
	args := make([]any, 0, len(list)+3)
	args = append(args, "xack", s.key, a.consumer.group)
	start := 0
	for i, end := range ends {
		ids[i] = whole[start:end]
		args = append(args, &ids[i])
		start = end
	}
	return args
}
