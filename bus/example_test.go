package bus_test

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/model"
)

// A program that publishes an event and works on those that come in. It needs a Redis, so it is compiled and not run.
func Example() {
	ctx := context.Background()
	client := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
	b, err := bus.Open(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = b.Close(ctx) }()

	err = b.Publish(ctx, model.Event{
		Type: model.WorkflowStarted, WorkflowID: "wf-1", SourceAgent: "coordinator", Data: []byte(`{"contract":"ERC20"}`),
	})
	if err != nil {
		fmt.Println(err)
	}
	err = b.Consume(ctx, "db_writers", func(_ context.Context, m bus.Message) error {
		fmt.Println(m.Event.Type, m.Event.WorkflowID) // nil acknowledges; an error lets it be delivered again
		return nil
	}, bus.WithTypes("workflow.*"), bus.WithConcurrency(8))
	if err != nil {
		fmt.Println(err)
	}
}
