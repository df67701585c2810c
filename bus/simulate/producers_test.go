package simulate_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/simulate"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// TestEveryProducersEntriesAreTold reads some orders of each producer as the desk does, with nothing said about them.
func TestEveryProducersEntriesAreTold(t *testing.T) {
	envelopes := map[string]string{
		"shop.cloudevents": "cloudevents", "shop.watermill": "watermill", "shop.faststream": "faststream", "shop.spring": "spring",
		"shop.inventory.customers": "debezium", "bull:mail:events": "bullmq", "shop.taskiq": "taskiq", "shop.masstransit": "masstransit",
		"shop.connect": "connect", "shop.flat": "flat", "shop.sensors": "flat",
	}
	producers := simulate.NewProducers("events:", 1)
	decoder := payload.New(&payload.Opener{})
	failures := 0
	for i := range 3_000 {
		r := producers.Next(time.UnixMilli(1762348029000 + int64(i)))
		record := decoder.Decode(model.Entry{Stream: r.Stream, ID: model.Position{Ms: uint64(i) + 1}, Fields: r.Fields}, "events:")
		name := r.Stream[len("events:"):]
		if record.Err != nil || record.Envelope != envelopes[name] || len(record.Event.Data) == 0 {
			t.Fatalf("%s is read as %q: %v", name, record.Envelope, record.Err)
		}
		if record.Event.WorkflowID == "" && name != "shop.sensors" {
			t.Fatalf("%s has no workflow: %q", name, r.Fields)
		}
		if record.Event.Type.Outcome() == model.OutcomeFailed {
			failures++
		}
	}
	if failures == 0 {
		t.Error("no order fails")
	}
}

// refusing takes nothing.
type refusing struct{ err error }

func (r refusing) Append(context.Context, change.AppendRequest) (change.AppendResult, error) {
	return change.AppendResult{}, r.err
}

func TestProducersEndWithWhatWentWrong(t *testing.T) {
	wrong := errors.New("gone")
	if err := simulate.NewProducers("events:", 1).Run(t.Context(), refusing{wrong}); !errors.Is(err, wrong) {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := simulate.NewProducers("events:", 1).Run(ctx, refusing{context.Canceled}); err != nil {
		t.Errorf("cancelled: %v", err)
	}
}
