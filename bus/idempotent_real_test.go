package bus_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// openUnseeing opens a bus, through a proxy, on a server that knows IDMP itself, as a user who can't look for what became of a
// lost reply: only the server's memory can.
func openUnseeing(t *testing.T, options ...bus.Option) (*bus.Bus, *redistest.Server, *redistest.Proxy) {
	t.Helper()
	redistest.Needs(t, redistest.Idempotence)
	s := redistest.Start(t, redistest.WithACL("guest on >pw ~* +@all -xrange -xrevrange -client|kill"))
	proxy := redistest.StartProxy(t, s.Addr())
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr(), Username: "guest", Password: "pw"})
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client, options...))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b, s, proxy
}

// idmpOf is one of the figures that the server keeps on the idempotence of a stream.
func idmpOf(t *testing.T, s *redistest.Server, stream, figure string) int64 {
	t.Helper()
	info := must(s.Client().Do(t.Context(), "XINFO", "STREAM", stream).Result())(t)
	switch info := info.(type) {
	case map[any]any:
		n, _ := info[figure].(int64)
		return n
	case []any:
		for i := 0; i+1 < len(info); i += 2 {
			if info[i] == figure {
				n, _ := info[i+1].(int64)
				return n
			}
		}
	}
	t.Fatalf("XINFO STREAM doesn't tell %s: %v", figure, info)
	return 0
}

func TestR02_ARealServerThatRemembersIsSentALostReplysEventAgainWithoutADuplicate(t *testing.T) {
	t.Parallel()
	b, s, proxy := openUnseeing(t)
	const events = 2000 // several batches, each with more for the one stream than a server remembers of one producer
	for i := range events {
		if i%500 == 250 {
			proxy.DropReply("xadd")
		}
		publish(t, b, event(model.WorkflowProgress, "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	lost := proxy.DropReply("xadd")
	if _, err := b.PublishSync(soon(t), event(model.WorkflowProgress, "wf", events)); err != nil {
		t.Errorf("PublishSync = %v", err)
	}
	<-lost
	mustHoldInOrder(t, s, "events:workflow.progress", events+1)
	if n := idmpOf(t, s, "events:workflow.progress", "iids-duplicates"); n == 0 || b.Stats().Resent != 0 {
		t.Errorf("the server saw %d again, %d of them are said to be perhaps double", n, b.Stats().Resent)
	}
}

// TestAWholeBatchIsRememberedByARealServer: the last of a batch is still known after the first of it were sent again, whatever
// share of it one producer has.
func TestAWholeBatchIsRememberedByARealServer(t *testing.T) {
	t.Parallel()
	b, s, proxy := openUnseeing(t)
	const events = 500
	batch := make([]model.Event, events)
	for i := range batch {
		batch[i] = event(model.WorkflowProgress, "wf", i)
	}
	lost := proxy.DropReply("xadd") // of the first one: the server has them all, and the bus knows of none
	got := must(b.PublishSync(soon(t), batch...))(t)
	<-lost
	mustHoldInOrder(t, s, "events:workflow.progress", events)
	if n := idmpOf(t, s, "events:workflow.progress", "iids-tracked"); len(got) != events || n > events {
		t.Errorf("%d positions, %d numbers are remembered", len(got), n)
	}
}

// TestAServerThatRemembersTooLittleIsNotTrusted: a stream may be set to forget sooner than the bus counts on.
func TestAServerThatRemembersTooLittleIsNotTrusted(t *testing.T) {
	t.Parallel()
	b, s, proxy := openUnseeing(t)
	must(b.PublishSync(soon(t), event("a.b", "wf", 0)))(t)
	if err := s.Client().Do(t.Context(), "XCFGSET", "events:a.b", "IDMP-DURATION", 1, "IDMP-MAXSIZE", 1).Err(); err != nil {
		t.Fatal(err)
	}
	lost := proxy.DropReply("xadd")
	_, err := b.PublishSync(soon(t), event("a.b", "wf", 1))
	<-lost
	wantError(t, err, fault.ErrUncertain)
	mustHoldInOrder(t, s, "events:a.b", 2)
}
