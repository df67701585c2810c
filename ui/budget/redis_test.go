//go:build linux

package budget

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
)

// redis is the server, and what it says of itself.
type redis struct {
	tb     testing.TB
	server *redistest.Server
	client *goredis.Client
}

// cpu is how much CPU the server has used, and at which of its own commands.
type cpu struct {
	at   time.Time
	used time.Duration
	// looks is the time spent in each of the commands that only somebody who watches sends.
	looks map[string]time.Duration
	// added is how many entries were ever added.
	added int64
}

var (
	usedCPU = regexp.MustCompile(`used_cpu_(?:user|sys):([\d.]+)`)
	counted = regexp.MustCompile(`cmdstat_([^:]+):calls=(\d+),usec=(\d+)`)
	looking = regexp.MustCompile(`^(xread|xrange|xrevrange|xlen|xpending|xinfo.*|scan|time|info)$`)
)

func (r *redis) cpu() cpu {
	r.tb.Helper()
	text, err := r.client.Info(context.Background(), "cpu", "commandstats").Result()
	if err != nil {
		r.tb.Fatal(err)
	}
	c := cpu{at: time.Now(), looks: map[string]time.Duration{}}
	for _, m := range usedCPU.FindAllStringSubmatch(text, -1) {
		s, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			r.tb.Fatal(err)
		}
		c.used += time.Duration(s * float64(time.Second))
	}
	for _, m := range counted.FindAllStringSubmatch(text, -1) {
		calls, _ := strconv.ParseInt(m[2], 10, 64)
		micros, _ := strconv.ParseInt(m[3], 10, 64)
		switch name := strings.ToLower(m[1]); {
		case name == "xadd":
			c.added = calls
		case looking.MatchString(name):
			c.looks[name] = time.Duration(micros) * time.Microsecond
		}
	}
	return c
}

// spent is what a server used between two readings.
type spent struct {
	span, used time.Duration
	looks      map[string]time.Duration
	added      int64
}

func (c cpu) minus(before cpu) spent {
	s := spent{c.at.Sub(before.at), c.used - before.used, map[string]time.Duration{}, c.added - before.added}
	for name, took := range c.looks {
		s.looks[name] = took - before.looks[name]
	}
	return s
}

// spend lets time pass, and is what the server used in it.
func (r *redis) spend(during time.Duration) spent {
	r.tb.Helper()
	before := r.cpu()
	elapse(during)
	return r.cpu().minus(before)
}

// percent is the CPU used, in percent of a core.
func (s spent) percent() float64 { return 100 * s.used.Seconds() / s.span.Seconds() }

// looking is the CPU used by the commands of somebody who watches, in percent of a core.
func (s spent) looking() float64 {
	var sum time.Duration
	for _, took := range s.looks {
		sum += took
	}
	return 100 * sum.Seconds() / s.span.Seconds()
}

// rate is how many entries were added a second.
func (s spent) rate() float64 { return float64(s.added) / s.span.Seconds() }

// String is what each of the watching commands took, in milliseconds of each second.
func (s spent) String() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.looks)) {
		fmt.Fprintf(&text, "%s %.2fms/s  ", name, 1000*s.looks[name].Seconds()/s.span.Seconds())
	}
	return text.String()
}
