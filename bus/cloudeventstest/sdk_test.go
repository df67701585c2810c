package cloudeventstest

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/binding/format"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// entry takes what the SDK writes as the fields of an entry: the whole event in one, or, as the binding for Kafka does, each attribute
// in its own.
type entry struct {
	prefix string
	fields []any
}

func (e *entry) set(name string, value any) error {
	text, err := types.Format(value)
	e.fields = append(e.fields, name, text)
	return err
}

func (e *entry) data(field string, from io.Reader) error {
	text, err := io.ReadAll(from)
	e.fields = append(e.fields, field, text)
	return err
}

func (e *entry) SetStructuredEvent(_ context.Context, _ format.Format, text io.Reader) error {
	return e.data("event", text)
}

func (e *entry) Start(context.Context) error { return nil }

func (e *entry) SetAttribute(attribute spec.Attribute, value any) error {
	if value == nil {
		return nil
	}
	if attribute.Kind() == spec.DataContentType {
		return e.set("content-type", value)
	}
	return e.set(e.prefix+attribute.Name(), value)
}

func (e *entry) SetExtension(name string, value any) error {
	if value == nil {
		return nil
	}
	return e.set(e.prefix+name, value)
}

func (e *entry) SetData(data io.Reader) error { return e.data("data", data) }

func (e *entry) End(context.Context) error { return nil }

const (
	parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	trace  = "4bf92f3577b34da6a3ce929d0e0e4736"
)

// newEvent is an order that was paid, with what a producer adds to it.
func newEvent(t *testing.T, contentType string, data any) *event.Event {
	t.Helper()
	e := event.New()
	e.SetID("e-7")
	e.SetType("order.paid")
	e.SetSource("/shop")
	e.SetTime(time.Date(2025, 11, 5, 13, 7, 9, 500_000_000, time.UTC))
	e.SetSubject("orders/7")
	e.SetExtension("correlationid", "c-7")
	e.SetExtension("traceparent", parent)
	if err := e.SetData(contentType, data); err != nil {
		t.Fatal(err)
	}
	return &e
}

// TestWhatTheSDKEncodesIsRead has CloudEvents' SDK encode events in structured and in binary mode, adds them to a stream, and reads them.
func TestWhatTheSDKEncodesIsRead(t *testing.T) {
	server := redistest.Start(t)
	b, err := bus.Open(t.Context(), server.Client(), bus.WithPrefix("ce:"), bus.WithDecoder(payload.New(&payload.Opener{})))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	structured, binary := binding.WithForceStructured, binding.WithForceBinary
	for name, c := range map[string]struct {
		mode    func(context.Context) context.Context
		prefix  string
		content string
		data    any
		want    string
	}{
		"structured":                {structured, "", event.ApplicationJSON, map[string]any{"n": 7}, `{"n":7}`},
		"structured, text":          {structured, "", event.TextPlain, "seven", `"seven"`},
		"structured, bytes":         {structured, "", "application/octet-stream", []byte("\xff\x00"), `{"$bytes":"/wA="}`},
		"binary as Kafka's":         {binary, "ce_", event.ApplicationJSON, map[string]any{"n": 7}, `{"n":7}`},
		"binary as HTTP's":          {binary, "ce-", event.ApplicationJSON, map[string]any{"n": 7}, `{"n":7}`},
		"binary as AMQP's, of text": {binary, "cloudEvents:", event.TextPlain, "seven", `"seven"`},
		"binary without a prefix":   {binary, "", event.ApplicationJSON, map[string]any{"n": 7}, `{"n":7}`},
	} {
		t.Run(name, func(t *testing.T) {
			written := &entry{prefix: c.prefix}
			if _, err := binding.Write(c.mode(t.Context()), (*binding.EventMessage)(newEvent(t, c.content, c.data)), written, written); err != nil {
				t.Fatal(err)
			}
			stream := "ce:" + name
			if err := server.Client().XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: written.fields}).Err(); err != nil {
				t.Fatal(err)
			}
			entries, err := b.Reader().Range(t.Context(), stream, model.Position{}, model.Position{}, 2)
			if err != nil || len(entries) != 1 {
				t.Fatalf("%d entries: %v", len(entries), err)
			}
			r := b.Reader().Decode(entries[0])
			e := r.Event
			if r.Err != nil || r.Envelope != "cloudevents" || e.ID != "e-7" || e.Type != "order.paid" || e.SourceAgent != "/shop" ||
				e.WorkflowID != "c-7" || r.Trace != trace || !e.Timestamp.Equal(time.Date(2025, 11, 5, 13, 7, 9, 500_000_000, time.UTC)) {
				t.Errorf("it is read as %q: %+v, trace %q: %v", r.Envelope, e, r.Trace, r.Err)
			}
			if string(e.Data) != c.want {
				t.Errorf("the data is %s, want %s", e.Data, c.want)
			}
			headers := map[string]string{}
			for _, h := range r.Beside() {
				headers[h.Name] = h.Value
			}
			if name := c.prefix + "subject"; headers[name] != "orders/7" {
				t.Errorf("there is no %s in %v", name, headers)
			}
		})
	}
}
