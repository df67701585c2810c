package sink_test

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// pager is a sink of its own: a service that works as the group "pagers".
type pager struct {
	store sink.Store // whether the pager can be reached, for Health
	done  func()
}

func (p *pager) Name() string  { return "pagers" }
func (p *pager) Health() error { return p.store.Health() }
func (p *pager) Close() error  { return nil }

// Run consumes what failed. An event is acknowledged once somebody was paged.
func (p *pager) Run(ctx context.Context, b *bus.Bus) error {
	return b.Consume(ctx, p.Name(), func(_ context.Context, m bus.Message) error {
		fmt.Println("paged for", m.Event.WorkflowID)
		p.done()
		return nil
	}, bus.WithTypes("*.failed"))
}

// A sink of your own: a [sink.Service], which a [sink.Worker] keeps running.
func ExampleService() {
	ctx := context.Background()
	server, err := embedded.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	b, err := bus.Open(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = b.Close(ctx) }()
	if _, err := b.PublishSync(ctx, model.Event{Type: model.AuditFailed, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
		fmt.Println(err)
		return
	}

	running, stop := context.WithCancel(ctx)
	defer stop()
	worker, err := sink.NewWorker(ctx, "pagers", nil, func(context.Context) (sink.Service, error) { return &pager{done: stop}, nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("ended:", worker.Run(running, b))
	fmt.Println("closed:", worker.Close())
	// Output:
	// paged for wf-1
	// ended: <nil>
	// closed: <nil>
}
