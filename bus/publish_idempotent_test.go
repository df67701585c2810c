package bus_test

import (
	"errors"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// nothingCanBeLookedFor is what a user is denied so that the bus can't find out what became of a lost reply.
var nothingCanBeLookedFor = []string{"XRANGE", "XREVRANGE", "CLIENT KILL"}

// openRemembering opens a bus, through a proxy, on a server that knows IDMP.
func openRemembering(t *testing.T, s *redistest.Server, set func(*remembering), opts ...bus.Option) (*bus.Bus, *remembering, *redistest.Proxy) {
	t.Helper()
	r := startRemembering(t, s, set)
	proxy := redistest.StartProxy(t, r.addr())
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client, opts...))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	return b, r, proxy
}

func TestR02_AServerThatRemembersIsSentALostReplysEventAgainWithoutADuplicate(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b, r, proxy := openRemembering(t, s, func(r *remembering) { r.denies = nothingCanBeLookedFor })
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
	if r.repeated() == 0 || b.Stats().Resent != 0 {
		t.Errorf("%d were repeated, %d of them are said to be perhaps double", r.repeated(), b.Stats().Resent)
	}
}

func TestR02_WithoutIDMPWhatCannotBeLookedForIsUncertain(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]bus.Option{"switched off": {bus.WithIdempotence(false)}, "unknown to the server": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := redistest.Start(t)
			b, r, proxy := openRemembering(t, s, func(r *remembering) {
				r.denies = nothingCanBeLookedFor
				r.ignorant = opts == nil
			}, opts...)
			if _, err := b.PublishSync(soon(t), event("a.b", "wf", 0)); err != nil {
				t.Fatal(err)
			}
			proxy.DropReply("xadd")
			if _, err := b.PublishSync(soon(t), event("a.b", "wf", 1)); !errors.Is(err, fault.ErrUncertain) {
				t.Errorf("PublishSync = %v, want ErrUncertain", err)
			}
			if r.repeated() != 0 {
				t.Error("IDMP was used")
			}
			mustHoldInOrder(t, s, "events:a.b", 2)
		})
	}
}

func TestAServerThatDoesNotKnowIDMPAfterAllGetsEveryEventOnce(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b, _, _ := openRemembering(t, s, func(r *remembering) { r.ignorant = true })
	const events = 1000
	for i := range events {
		publish(t, b, event("a.b", "wf", i))
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	mustHoldInOrder(t, s, "events:a.b", events)
}
