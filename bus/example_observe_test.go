package bus_test

import (
	"context"
	"fmt"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/model/health"
)

// some publishes n events, which the group db_writers has all to read.
func some(ctx context.Context, b *bus.Bus, n int) error {
	for i := range n {
		data := fmt.Appendf(nil, `{"step":%d}`, i+1)
		if _, err := b.PublishSync(ctx, model.Event{Type: model.WorkflowProgress, WorkflowID: "wf-1", Data: data}); err != nil {
			return err
		}
	}
	_, err := b.Writer().CreateGroup(ctx, change.CreateGroupRequest{Stream: "events:workflow.progress", Group: "db_writers"})
	return err
}

// A lag monitor: how each group of each stream stands, in numbers and in one word. It changes nothing on the server.
func ExampleBus_Reader() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		if err := some(ctx, b, 3); err != nil {
			return err
		}
		keys, err := b.Reader().Discover(ctx)
		if err != nil {
			return err
		}
		snapshot, err := b.Reader().Snapshot(ctx, keys)
		if err != nil {
			return err
		}
		for i := range snapshot.Streams {
			s := &snapshot.Streams[i]
			for j := range s.Groups {
				g := &s.Groups[j]
				state := health.Of(s, g, snapshot.At, health.Defaults)
				fmt.Printf("%s %s: lag %s, pending %d, %s\n", s.Key, g.Name, g.Lag, g.Pending, state)
			}
		}
		return nil
	})
	// Output: events:workflow.progress db_writers: lag 3, pending 0, no consumers
}

// A tail follows all streams, without being a consumer.
func Example_tail() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		if err := some(ctx, b, 3); err != nil {
			return err
		}
		seen := 0
		for batch, err := range b.Reader().Tail(ctx, tail.Options{From: model.Position{Ms: 1}}) {
			if err != nil {
				fmt.Println("goes on by itself:", err)
				continue
			}
			for _, r := range b.Reader().DecodeAll(batch.Entries) {
				fmt.Println(r.Event.Type, string(r.Event.Data))
				seen++
			}
			if seen == 3 {
				break
			}
		}
		return nil
	})
	// Output:
	// workflow.progress {"step":1}
	// workflow.progress {"step":2}
	// workflow.progress {"step":3}
}

// A trim removes what every group has acknowledged, and nothing else.
func Example_trim() {
	onServer(func(ctx context.Context, b *bus.Bus) error {
		if err := some(ctx, b, 3); err != nil {
			return err
		}
		consuming, stop := context.WithCancel(ctx)
		handled := 0
		err := b.Consume(consuming, "db_writers", func(context.Context, bus.Message) error {
			handled++
			if handled == 2 {
				stop()
			}
			return nil
		}, bus.WithCount(1), bus.WithMaxAckPending(1))
		if err != nil {
			return err
		}
		plan, err := change.PlanTrim(ctx, b.Reader(), "events:workflow.progress")
		if err != nil {
			return err
		}
		fmt.Println(plan.Removable, "of", plan.Length, "can go")
		trimmed, err := b.Writer().Trim(ctx, change.TrimRequest{Stream: "events:workflow.progress", MinID: plan.MinID})
		fmt.Println(trimmed.Removed, "removed")
		return err
	})
	// Output:
	// 2 of 3 can go
	// 2 removed
}
