//go:build linux

package budget

import (
	"testing"
	"time"
)

// BenchmarkSteady watches 10,000 events a second over 26 streams and 4 groups. It reports the desk's CPU in percent of a
// core while somebody watches, and while keys are pressed all the time; its memory; from key to frame, beside a raw
// echo; and the share of Redis's CPU that goes to the desk: by what the server uses with the desk and without, and by the
// time that it spends in the commands that only the desk sends. On a busy machine the latter counts times that the server
// was interrupted, too.
func BenchmarkSteady(b *testing.B) { eachWorkspace(b, 120, 40) }

// BenchmarkSteadyLarge is the same on a large screen.
func BenchmarkSteadyLarge(b *testing.B) { eachWorkspace(b, 200, 60) }

// eachWorkspace measures each of them. Events name a hundred new workflows a second.
func eachWorkspace(b *testing.B, width, height uint16) {
	b.Helper()
	for _, w := range workspaces {
		b.Run(w.name, func(b *testing.B) { watch(b, 10_000, width, height, w) })
	}
}

// BenchmarkFlood watches 100,000 events a second: the tail skips, and says so.
func BenchmarkFlood(b *testing.B) {
	d := watch(b, 100_000, 120, 40, workspaces[0])
	d.await(d.expect("tail skipped")[0])
}

func watch(b *testing.B, rate int, width, height uint16, in workspace) *desk {
	b.Helper()
	program(b) // a build costs the processor for a while
	redis := startRedis(b)
	startLoad(b, redis.server.Addr(), rate)
	elapse(*window / 5)
	alone := redis.spend(*window)
	d := openDesk(b, redis.server.Addr(), width, height)
	d.goTo(in)
	elapse(*window / 5)
	watched := d.measure(b, redis)
	b.ReportMetric(alone.percent(), "%core-redis-alone")
	b.ReportMetric(100*(watched.percent()-alone.percent())/watched.percent(), "%redis")
	return d
}

// measure watches for a window, presses keys for another, and reports what that took of the desk and of the server.
func (d *desk) measure(b *testing.B, redis *redis) spent {
	b.Helper()
	used := d.used()
	watched := redis.spend(*window)
	watching := d.used() - used
	used = d.used()
	started := time.Now()
	took := d.pressKeys(*window)
	pressing := (d.used() - used).Seconds() / time.Since(started).Seconds()
	raw := rawAnswers(b, *window/2)
	for name, value := range map[string]float64{
		"ns/op":           0,
		"events/s":        watched.rate(),
		"%core":           100 * watching.Seconds() / watched.span.Seconds(),
		"%core-keys":      100 * pressing,
		"MB":              d.memory("VmRSS"),
		"MB-own":          d.memory("RssAnon"),
		"MB-most":         d.memory("VmHWM"),
		"ms-key-p50":      percentile(took, 50),
		"ms-key-p99":      percentile(took, 99),
		"ms-echo-p50":     percentile(raw, 50),
		"ms-echo-p99":     percentile(raw, 99),
		"%core-redis":     watched.percent(),
		"%redis-commands": 100 * watched.looking() / watched.percent(),
		"ms-first-frame":  d.firstFrame.Seconds() * 1000,
		"ms-first-row":    d.firstRow.Seconds() * 1000,
		"ms-cpu-first":    d.cpuFirst.Seconds() * 1000,
	} {
		b.ReportMetric(value, name)
	}
	b.Logf("Redis, with the desk: %v", watched)
	return watched
}
