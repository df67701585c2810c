package tunnel_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/bus/tunnel"
	"streamdesk/bus/tunnel/sshdtest"
)

// BenchmarkTunnel compares a client through a bastion on the same machine with a direct one: the p99 of one XADD at a time, and entries a
// second in pipelines of a hundred, each with 500 bytes. It tells, and asserts nothing.
func BenchmarkTunnel(b *testing.B) {
	server, bastion, key := redistest.Start(b), sshdtest.Start(b), sshdtest.NewKey(b)
	bastion.Authorize(key)
	way, err := tunnel.New(tunnel.Options{
		Host: "127.0.0.1", Port: bastion.Port(), User: bastion.User(), KnownHosts: []string{bastion.KnownHosts()}, KeyFiles: []string{key.File(b, "")},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer way.Close()
	for _, through := range []struct {
		name string
		o    redis.Options
	}{{"direct", redis.Options{Addr: server.Addr()}}, {"tunnel", redis.Options{Addr: server.Addr(), Dialer: way.Dial}}} {
		client := redis.NewClient(&through.o)
		args := &redis.XAddArgs{Stream: "events:a", MaxLen: 1000, Approx: true, Values: []any{"data", bytes.Repeat([]byte("x"), 500)}}
		b.Run(through.name+"/one", func(b *testing.B) {
			took := make([]time.Duration, 0, b.N)
			for range b.N {
				began := time.Now()
				if err := client.XAdd(b.Context(), args).Err(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
		b.Run(through.name+"/pipelined", func(b *testing.B) {
			const batch = 100
			for range b.N {
				if _, err := client.Pipelined(b.Context(), func(p redis.Pipeliner) error {
					for range batch {
						p.XAdd(context.Background(), args)
					}
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "entries/s")
		})
		_ = client.Close()
	}
}
