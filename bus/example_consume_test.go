package bus_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// A handler that fails gets the event again, MaxDeliver times at most; then it goes to the dead letters.
func ExampleBus_Consume() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		if _, err := b.PublishSync(ctx, model.Event{Type: model.AuditFailed, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
			return err
		}
		consuming, stop := context.WithCancel(ctx)
		err := b.Consume(consuming, "db_writers", func(_ context.Context, m bus.Message) error {
			fmt.Println(m.Event.Type, "delivery", m.Deliveries)
			if m.Deliveries == 3 {
				stop() // for the example: a service runs until it is told to stop
			}
			return errors.New("disk full")
		}, bus.WithTypes("audit.*"), bus.WithMaxDeliver(3), bus.WithBackoff(bus.Backoff{First: time.Millisecond, Max: time.Millisecond}))
		if err != nil {
			return err
		}
		letters, err := b.Reader().DeadLetters(ctx, "events:audit.failed", model.Position{}, 10)
		for _, l := range letters {
			fmt.Println("given up by", l.Group, "after", l.Attempt, "deliveries:", l.Reason)
		}
		return err
	})
	// Output:
	// audit.failed delivery 1
	// audit.failed delivery 2
	// audit.failed delivery 3
	// given up by db_writers after 3 deliveries: disk full
}

// A batch handler stores several events in one transaction. nil acknowledges all of them.
func ExampleBus_ConsumeBatch() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		for range 100 {
			if err := b.Publish(ctx, model.Event{Type: model.WorkflowProgress, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
				return err
			}
		}
		if err := b.Flush(ctx); err != nil {
			return err
		}
		consuming, stop := context.WithCancel(ctx)
		stored := 0
		err := b.ConsumeBatch(consuming, "db_writers", func(_ context.Context, messages []bus.Message) error {
			stored += len(messages)
			if stored == 100 {
				stop()
			}
			return nil
		}, bus.WithBatchSize(50))
		fmt.Println(stored, "stored")
		return err
	})
	// Output: 100 stored
}

// Term gives an event up at once, when another try can't help.
func ExampleTerm() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		if _, err := b.PublishSync(ctx, model.Event{Type: model.AuditFailed, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
			return err
		}
		consuming, stop := context.WithCancel(ctx)
		err := b.Consume(consuming, "db_writers", func(context.Context, bus.Message) error {
			stop()
			return bus.Term(errors.New("schema of 2023"))
		})
		if err != nil {
			return err
		}
		letters, err := b.Reader().DeadLetters(ctx, "events:audit.failed", model.Position{}, 10)
		for _, l := range letters {
			fmt.Println(l.Group, l.Attempt, l.Reason)
		}
		return err
	})
	// Output: db_writers 1 schema of 2023
}

// Close stops in order: consumers finish what is in hand and acknowledge it, and what is buffered is stored. A service calls it
// when signal.NotifyContext ends its context on SIGTERM.
func ExampleBus_Close() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		began, ended := make(chan struct{}), make(chan error)
		go func() {
			ended <- b.Consume(ctx, "db_writers", func(context.Context, bus.Message) error {
				close(began)
				return nil // acknowledged, whatever happens meanwhile
			})
		}()
		if err := b.Publish(ctx, model.Event{Type: model.WorkflowStarted, WorkflowID: "wf-1", Data: []byte(`{}`)}); err != nil {
			return err
		}
		<-began
		stopping, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		fmt.Println("closed:", b.Close(stopping))
		fmt.Println("consumed:", <-ended)
		return nil
	})
	// Output:
	// closed: <nil>
	// consumed: <nil>
}
