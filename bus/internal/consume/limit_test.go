package consume

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// leases are the processes of a group that share a limit, by a clock of their own, in microseconds.
type leases struct {
	t      *testing.T
	client *redis.Client
	now    int64
}

const leaseKey = "limit:events:g"

// set sets the limit as a person does.
func (l *leases) set(rate float64) {
	l.t.Helper()
	if err := l.client.HSet(l.t.Context(), leaseKey, model.FieldPerSecond, model.RateText(rate), model.FieldPaid, "").Err(); err != nil {
		l.t.Fatal(err)
	}
}

// take takes a lease, and returns when it may be used.
func (l *leases) take(rate float64) (events int, usable int64) {
	l.t.Helper()
	b := bucket{perSecond: rate}
	events = b.wants()
	reply, err := l.client.Do(l.t.Context(), leaseArgs(leaseKey, events, strconv.FormatInt(l.now, 10))...).Slice()
	if err != nil || len(reply) != 2 || reply[0] != model.RateText(rate) {
		l.t.Fatalf("the reply to a lease is %v, %v", reply, err)
	}
	wait, _ := reply[1].(int64)
	return events, l.now + wait
}

// run has n processes that always have something to read work until a moment, and returns how many events they were given.
func (l *leases) run(n int, rate float64, until int64) (given int) {
	l.t.Helper()
	due := make([]int64, n) // when each may use what it has leased, and needs the next
	held := make([]int, n)
	for i := range due {
		due[i] = l.now
	}
	for {
		next := 0
		for i := range due {
			if due[i] < due[next] {
				next = i
			}
		}
		if due[next] >= until {
			l.now = until
			return given
		}
		l.now = max(l.now, due[next])
		given += held[next]
		held[next], due[next] = l.take(rate)
	}
}

// TestALeaseGivesWhatTheLimitAllows, to one process or many, whatever the limit; what is unused for long isn't kept; and
// another limit holds at once.
func TestALeaseGivesWhatTheLimitAllows(t *testing.T) {
	client := redistest.Start(t).Client()
	const second = 1_000_000
	for _, c := range []struct {
		rate      float64
		processes int
		seconds   int64
	}{{50, 1, 10}, {50, 2, 10}, {1000, 2, 5}, {1000, 7, 5}, {20000, 2, 3}, {0.5, 3, 60}, {3, 2, 30}} {
		t.Run(fmt.Sprint(c.rate, " ", c.processes), func(t *testing.T) {
			l := &leases{t: t, client: client, now: 1000 * second}
			l.set(c.rate)
			want := c.rate * float64(c.seconds)
			if got := l.run(c.processes, c.rate, l.now+c.seconds*second); float64(got) < want*0.9-1 || float64(got) > want*1.1+1 {
				t.Errorf("%d were given in %d s, want %.0f", got, c.seconds, want)
			}
			l.now += 1000 * second
			ahead := float64(c.processes)*max(c.rate*leaseTime.Seconds(), 1) + c.rate*burstTime.Seconds()
			if got := l.run(c.processes, c.rate, l.now+second); float64(got) > c.rate+ahead+1 {
				t.Errorf("%d were given in the second after a long rest", got)
			}
			l.set(c.rate * 4)
			if got := l.run(c.processes, c.rate*4, l.now+c.seconds*second); float64(got) < 4*want*0.9-1 || float64(got) > 4*want*1.1+1 {
				t.Errorf("%d were given in %d s by a new limit, want %.0f", got, c.seconds, 4*want)
			}
		})
	}
}

// TestALimitThatIsGoneLimitsNothing, and takes no key.
func TestALimitThatIsGoneLimitsNothing(t *testing.T) {
	client := redistest.Start(t).Client()
	reply, err := client.Do(t.Context(), leaseArgs(leaseKey, 5, "")...).Slice()
	if err != nil || len(reply) != 2 || reply[0] != "" {
		t.Errorf("the reply is %v, %v", reply, err)
	}
	if n := client.Exists(t.Context(), leaseKey).Val(); n != 0 {
		t.Error("asking has made a key")
	}
}
