package cli

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestTailTellsOfTheStreamsOfANodeThatDoesntAnswer(t *testing.T) {
	t.Parallel()
	// It goes on without the node, which it takes for dead after two seconds.
	cluster := redistest.StartCluster(t, 3, redistest.WithConfig("cluster-require-full-coverage", "no"))
	client := cluster.Client()
	t.Cleanup(func() { _ = client.Close() })
	frozen := cluster.Nodes[1]
	keys := make(map[bool]string) // one at the node, one elsewhere
	for i := 0; len(keys) < 2; i++ {
		key := fmt.Sprintf("events:s.k%02d", i)
		owner, err := cluster.Owner(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		keys[owner == frozen] = key
	}
	ill, well := keys[true], keys[false]
	add := func(key, data string) {
		t.Helper()
		if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: key, Values: []any{"data", data}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	add(ill, "begun")
	add(well, "begun")
	h := newHost(t, frozen.Addr())
	h.env["STREAMDESK_REDIS"] = "redis+cluster://" + strings.Join(cluster.Addrs(), ",")
	ctx, stop := context.WithCancel(t.Context())
	var out, errs programtest.Screen
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"tail", "--from", "1h", "--output", "json"}, h.streams(strings.NewReader(""), &out, &errs))
	}()
	sees := func(s *programtest.Screen, text string) {
		t.Helper()
		redistest.Eventually(t, patience, func() bool { return strings.Contains(s.String(), text) }, "it says ", text)
	}
	sees(&out, ill)
	sees(&out, well)
	frozen.Pause()
	sees(&errs, ill+" can't be read: ")
	add(well, "meanwhile")
	sees(&out, "meanwhile")
	frozen.Resume()
	sees(&errs, ill+" is read again")
	add(ill, "afterwards")
	sees(&out, "afterwards")
	stop()
	if code := <-ended; code != program.ExitDone {
		t.Errorf("it ends with %d: %s", code, errs.String())
	}
	if strings.Count(out.String(), "begun") != 2 || strings.Contains(errs.String(), "connection is lost") {
		t.Errorf("it has printed %s, and said %s", out.String(), errs.String())
	}
}
