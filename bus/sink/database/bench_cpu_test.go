package database

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// spent is how long something takes, or when it began: by the clock, and in processor time of this process and of the servers
// that it has started. On a machine that does other work meanwhile, the latter says more.
type spent struct{ clock, own, postgres, redis time.Duration }

var start = time.Now()

func now() spent {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use) // it can't fail for oneself
	servers := serverTimes()
	return spent{
		time.Since(start), time.Duration(use.Utime.Nano() + use.Stime.Nano()), servers["postgres"], servers["redis-server"],
	}
}

func (s spent) since() spent {
	n := now()
	return spent{n.clock - s.clock, n.own - s.own, n.postgres - s.postgres, n.redis - s.redis}
}

func (s spent) processor() time.Duration { return s.own + s.postgres + s.redis }

// tell reports what an event costs, and prints how it stands beside the bare way, round by round: the median, with the least and
// the greatest.
func tell(b *testing.B, name string, rounds, bare []spent) {
	b.Helper()
	var clock, processor []float64
	var sum spent
	for i, s := range rounds {
		clock = append(clock, bare[i].clock.Seconds()/s.clock.Seconds())
		processor = append(processor, bare[i].processor().Seconds()/s.processor().Seconds())
		sum.clock, sum.own, sum.postgres, sum.redis = sum.clock+s.clock, sum.own+s.own, sum.postgres+s.postgres, sum.redis+s.redis
	}
	slices.Sort(clock)
	slices.Sort(processor)
	last := len(rounds) - 1
	each := func(d time.Duration) float64 {
		return float64(d.Nanoseconds()) / 1000 / benchEvents / float64(len(rounds))
	}
	fmt.Printf("%s: CPU µs/event %.1f (own %.1f, PostgreSQL %.1f, Redis %.1f); beside bare: CPU %.2f (%.2f to %.2f), clock %.2f (%.2f to %.2f)\n",
		name, each(sum.processor()), each(sum.own), each(sum.postgres), each(sum.redis),
		processor[last/2], processor[0], processor[last], clock[last/2], clock[0], clock[last])
	unit := strings.ReplaceAll(name, " ", "-")
	b.ReportMetric(each(sum.processor()), unit+"-cpu-µs/event")
	b.ReportMetric(float64(len(rounds))*benchEvents/sum.clock.Seconds(), unit+"-events/s")
}

// serverTimes returns the processor time of all processes that this one has started, by the name of their program. It is empty
// where there is no /proc.
func serverTimes() map[string]time.Duration {
	const perTick = 10 * time.Millisecond // Linux tells it in hundredths of a second everywhere
	type process struct {
		parent int
		name   string
		used   time.Duration
	}
	processes := map[int]process{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		end := bytes.LastIndexByte(text, ')')
		fields := strings.Fields(string(text[end+1:])) // from state on
		p := process{name: string(text[bytes.IndexByte(text, '(')+1 : end])}
		p.parent, _ = strconv.Atoi(fields[1])
		for _, field := range fields[11:15] { // utime, stime, cutime, cstime
			n, _ := strconv.Atoi(field)
			p.used += time.Duration(n) * perTick
		}
		processes[pid] = p
	}
	used := map[string]time.Duration{}
	for _, p := range processes {
		for at := p.parent; at != 0; at = processes[at].parent {
			if at == os.Getpid() {
				used[p.name] += p.used
				break
			}
		}
	}
	return used
}
