package watermilltest

import (
	"testing"

	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// TestWhatWatermillsOwnPublisherWritesIsRead has watermill-redisstream publish a message, with metadata and without, and reads it.
func TestWhatWatermillsOwnPublisherWritesIsRead(t *testing.T) {
	server := redistest.Start(t)
	publisher, err := redisstream.NewPublisher(redisstream.PublisherConfig{Client: server.Client()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	correlated := message.NewMessage("m-1", []byte(`{"order":7}`))
	middleware.SetCorrelationID("order-7", correlated)
	correlated.Metadata.Set("name", "OrderPlaced")
	if err := publisher.Publish("orders", correlated, message.NewMessage("m-2", []byte("hello"))); err != nil {
		t.Fatal(err)
	}
	b, err := bus.Open(t.Context(), server.Client(), bus.WithPrefix(""), bus.WithDecoder(payload.New(nil)))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := b.Reader().Range(t.Context(), "orders", model.Position{}, model.Position{}, 10)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d entries: %v", len(entries), err)
	}
	for i, want := range []model.Event{
		{ID: "m-1", Type: "OrderPlaced", WorkflowID: "order-7", Data: []byte(`{"order":7}`)},
		{ID: "m-2", Type: "orders", Data: []byte(`"hello"`)},
	} {
		r := b.Reader().Decode(entries[i])
		if e := r.Event; r.Err != nil || r.Envelope != "watermill" || e.ID != want.ID || e.Type != want.Type || e.WorkflowID != want.WorkflowID || string(e.Data) != string(want.Data) {
			t.Errorf("it is read as %q: %+v with %s: %v", r.Envelope, e, e.Data, r.Err)
		}
	}
	if err := closeSoon(b); err != nil {
		t.Error(err)
	}
}
