//go:build linux

package budget

import (
	"context"
	"flag"
	"fmt"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// How much there is to look at; the design's numbers take some gigabyte and a minute to make.
var (
	vastStreams = flag.Int("vast-streams", 1000, "how many streams, of four groups each")
	vastLength  = flag.Int("vast-length", 10_000_000, "how many entries the long stream has")
	vastPending = flag.Int("vast-pending", 1_000_000, "how many entries a group has pending")
)

// BenchmarkVast opens the desk on 1,000 streams with four groups each, one of 10 million entries, and a group with a
// million entries pending, and reports what [BenchmarkSteady] does. Events come in meanwhile, 1,000 a second.
func BenchmarkVast(b *testing.B) { watchVast(b, *vastStreams, *vastLength, *vastPending) }

func watchVast(b *testing.B, streams, length, pending int) {
	b.Helper()
	program(b)
	redis := startRedis(b)
	redis.fill(streams, length, pending)
	startLoad(b, redis.server.Addr(), 1000)
	alone := redis.spend(*window)
	d := openDesk(b, redis.server.Addr(), 120, 40)
	elapse(*window / 5)
	d.measure(b, redis)
	b.ReportMetric(alone.percent(), "%core-redis-alone")
}

// Scripts that make the data where it is kept: a million entries in a second or two.
var (
	addMany = goredis.NewScript(`
		for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'data', '{"id":"' .. i .. '"}') end
		return 0`)
	readMany = goredis.NewScript(`
		redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS', KEYS[1], '>')
		return 0`)
)

// atATime bounds how long one script keeps the server from answering anybody else.
const atATime = 20_000

func (r *redis) fill(streams, length, pending int) {
	r.tb.Helper()
	ctx := context.Background()
	must := func(err error) {
		r.tb.Helper()
		if err != nil {
			r.tb.Fatal(err)
		}
	}
	pipe := r.client.Pipeline()
	for i := range streams {
		stream := fmt.Sprintf("events:vast.s%04d", i)
		for _, group := range loadGroups {
			pipe.XGroupCreateMkStream(ctx, stream, group, "0")
		}
		for range 20 {
			pipe.XAdd(ctx, &goredis.XAddArgs{Stream: stream, Values: []string{"data", `{"type":"vast.event","workflow_id":"wf-1"}`}})
		}
		for _, group := range loadGroups {
			for n := range 2 {
				pipe.XReadGroup(ctx, &goredis.XReadGroupArgs{
					Group: group, Consumer: fmt.Sprintf("worker-%d", n), Streams: []string{stream, ">"}, Count: 10, NoAck: true, Block: -1,
				})
			}
		}
		if i%100 == 99 || i == streams-1 {
			_, err := pipe.Exec(ctx)
			must(err)
		}
	}
	add := func(stream string, n int) {
		for ; n > 0; n -= atATime {
			must(addMany.Run(ctx, r.client, []string{stream}, min(n, atATime)).Err())
		}
	}
	const long, stuck, group = "events:vast.long", "events:vast.stuck", "db_writers"
	add(long, length)
	add(stuck, pending)
	must(r.client.XGroupCreate(ctx, long, group, "$").Err())
	must(r.client.XGroupCreate(ctx, stuck, group, "0").Err())
	for n := 0; n < pending; n += atATime {
		must(readMany.Run(ctx, r.client, []string{stuck}, group, fmt.Sprintf("worker-%d", n/atATime%3), atATime).Err())
	}
}
