package bus_test

import (
	"context"
	"fmt"

	"streamdesk/bus"
	"streamdesk/model"
)

// PublishSync returns when the server has stored the events.
func ExampleBus_PublishSync() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		ids, err := b.PublishSync(ctx,
			model.Event{Type: model.WorkflowStarted, WorkflowID: "wf-1", SourceAgent: "coordinator", Data: []byte(`{"contract":"ERC20"}`)},
			model.Event{Type: model.WorkflowFailed, WorkflowID: "wf-1", SourceAgent: "coordinator", Data: []byte(`{"error":"stack too deep"}`)},
		)
		if err != nil {
			return err
		}
		for i, key := range []string{b.StreamKey(model.WorkflowStarted), b.StreamKey(model.WorkflowFailed)} {
			stored, err := b.Reader().Entries(ctx, key, ids[i:i+1])
			if err != nil {
				return err
			}
			fmt.Println(key, len(stored))
		}
		return nil
	})
	// Output:
	// events:workflow.started 1
	// events:workflow.failed 1
}

// Publish accepts events into a buffer, from which they are sent in batches; Flush waits until all of them are stored.
func ExampleBus_Publish() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		for range 1000 {
			if err := b.Publish(ctx, model.Event{Type: model.WorkflowProgress, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
				return err // not accepted
			}
		}
		if err := b.Flush(ctx); err != nil {
			return err // accepted, and failed since the last Flush
		}
		s, err := b.Reader().Snapshot(ctx, []string{"events:workflow.progress"})
		if err != nil {
			return err
		}
		fmt.Println(s.Streams[0].Length)
		return nil
	})
	// Output: 1000
}

// Hooks report what the bus does; those that are nil are skipped.
func ExampleWithHooks() {
	hooks := bus.Hooks{
		Published:     func(key model.Key, size int) { fmt.Println("stored in", key.Stream) },
		PublishFailed: func(err *bus.PublishError) { fmt.Println("lost:", err) },
	}
	onServer(func(ctx context.Context, b *bus.Bus) error {
		_, err := b.PublishSync(ctx, model.Event{Type: model.AuditCompleted, WorkflowID: "wf-1", Data: []byte(`{"score":95.5}`)})
		return err
	}, bus.WithHooks(hooks))
	// Output: stored in events:audit.completed
}
