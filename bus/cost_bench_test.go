package bus_test

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
)

// BenchmarkPublishCost reports what an event costs the CPU of the process that publishes it, and that of the servers: one, that of
// a cluster of one, and the three of a cluster. bus/SCALING.md computes with them.
//
//	go test ./bus -run '^$' -bench PublishCost -benchtime 300000x
func BenchmarkPublishCost(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		server := redistest.Start(b)
		publishCost(b, server.Client(), server.Client())
	})
	for _, nodes := range []int{1, 3} {
		b.Run(fmt.Sprintf("cluster of %d", nodes), func(b *testing.B) {
			cluster := redistest.StartCluster(b, nodes)
			client := cluster.Client()
			b.Cleanup(func() { _ = client.Close() })
			var servers []*redis.Client
			for _, node := range cluster.Nodes {
				servers = append(servers, node.Client())
			}
			publishCost(b, client, servers...)
		})
	}
}

func publishCost(b *testing.B, client redis.UniversalClient, servers ...*redis.Client) {
	b.Helper()
	eb := must(bus.Open(b.Context(), client))(b)
	b.Cleanup(func() { _ = eb.Close(soon(b)) })
	own, theirs := processTime(), make([]time.Duration, len(servers))
	for i := range servers {
		theirs[i] = serverTime(b, servers[i])
	}
	b.ResetTimer()
	publishClusterTypes(b, eb)
	own = processTime() - own
	var all, most time.Duration
	for i := range servers {
		one := serverTime(b, servers[i]) - theirs[i]
		all, most = all+one, max(most, one)
	}
	b.ReportMetric(float64(own.Nanoseconds())/1000/float64(b.N), "client-cpu-µs/event")
	b.ReportMetric(float64(all.Nanoseconds())/1000/float64(b.N), "server-cpu-µs/event")
	b.ReportMetric(float64(most)/float64(all), "of-the-busiest-server")
}

// processTime is the CPU time of this process.
func processTime() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use) // it can't fail for oneself
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// serverTime is the CPU time of a server: INFO.
func serverTime(b *testing.B, server *redis.Client) time.Duration {
	b.Helper()
	lines := bufio.NewScanner(strings.NewReader(must(server.Info(b.Context(), "cpu").Result())(b)))
	var sum float64
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name == "used_cpu_user" || name == "used_cpu_sys" {
			sum += must(strconv.ParseFloat(value, 64))(b)
		}
	}
	return time.Duration(sum * float64(time.Second))
}
