package work_test

import (
	"context"
	"io"
	"maps"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/ui/cli"
	"streamdesk/ui/cli/programtest"
)

func TestMain(m *testing.M) {
	// A runner that nohup started has SIGHUP ignored, and so would every program that a test starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	goleak.VerifyTestMain(redistest.Shared(m), goleak.Cleanup(func(code int) { os.Exit(programtest.Remove(code)) }))
}

// patience is how long a condition may take on a busy machine.
const patience = 20 * time.Second

// described are the groups of the description.
var described = []string{sink.WebsocketWorkers, sink.DBWriters, sink.MetricsCollectors, sink.LogAggregators}

// work runs the command in this process until it ends or ctx does, with env over an environment that has nothing but a server.
// It returns the exit code.
func work(ctx context.Context, t *testing.T, address string, env map[string]string, out, err io.Writer, args ...string) int {
	t.Helper()
	all := programtest.Environment(t, address)
	maps.Copy(all, env)
	return cli.Main(ctx, append([]string{"work"}, args...), programtest.Streams(all, strings.NewReader(""), out, err))
}

// add adds an entry with an event in JSON to a stream.
func add(t *testing.T, client *redis.Client, stream, id, data string) {
	t.Helper()
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: id, Values: []string{"data", data}}).Err(); err != nil {
		t.Fatal(err)
	}
}
