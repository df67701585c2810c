package simulate

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vmihailenco/msgpack/v5"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/model"
)

// Appender receives entries; a *[change.Writer] is one.
type Appender interface {
	Append(ctx context.Context, r change.AppendRequest) (change.AppendResult, error)
}

// Producers simulate the programs of a shop that write its orders to streams, each in the form of its library: CloudEvents
// through dapr, watermill, FastStream, Spring, Debezium, BullMQ, taskiq, MassTransit, Redpanda Connect, and plain fields.
type Producers struct {
	prefix string
	rng    *rand.Rand
	orders map[string]*order // the current order by producer
	number int
	next   int
}

// producerPause is the time between two entries of any producers: about ten entries a second in all.
const producerPause = 100 * time.Millisecond

// NewProducers returns new producers; prefix begins the keys of their streams. The same seed gives the same orders.
func NewProducers(prefix string, seed uint64) *Producers {
	return &Producers{prefix: prefix, rng: rand.New(rand.NewPCG(seed, 1)), orders: map[string]*order{}, number: 7000}
}

// Run appends entries until ctx is done, and then returns nil. It returns the error of a failed append, except when the
// server is out of memory.
func (p *Producers) Run(ctx context.Context, to Appender) error {
	ticker := time.NewTicker(producerPause)
	defer ticker.Stop()
	for {
		_, err := to.Append(ctx, p.Next(time.Now()))
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !errors.Is(err, bus.ErrMemory):
			return fmt.Errorf("simulate: producers: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// order is one order in progress.
type order struct {
	number    int
	step      int
	id, trace string
	at        time.Time
}

// steps are the states of an order; one in failEvery fails on the way.
var steps = [...]string{"placed", "paid", "packed", "shipped", "completed"}

const (
	orderFailed = "failed"
	failEvery   = 12
)

// word returns the order's state as one word.
func (o *order) word() string {
	if o.number%failEvery == 0 && o.step == 2 {
		return orderFailed
	}
	return steps[o.step]
}

// title returns the word with a capital, as part of a class name.
func (o *order) title() string { return strings.ToUpper(o.word()[:1]) + o.word()[1:] }

func (o *order) over() bool { return o.word() == orderFailed || o.step == len(steps)-1 }

// correlation returns the order's correlation ID.
func (o *order) correlation() string { return "order-" + strconv.Itoa(o.number) }

func (o *order) traceparent() string { return "00-" + o.trace + "-00f067aa0ba902b7-01" }

// body returns the event's data.
func (o *order) body() map[string]any {
	b := map[string]any{"order": o.number, "customer": "c-" + strconv.Itoa(o.number%40), "amount": 5 + o.number%200}
	if o.word() == orderFailed {
		b["error"] = "payment declined: insufficient funds"
	}
	return b
}

// Next returns the next entry, from each producer in turn.
func (p *Producers) Next(now time.Time) change.AppendRequest {
	w := &writers[p.next%len(writers)]
	p.next++
	o := p.orders[w.stream]
	if o == nil {
		p.number++
		o = &order{number: p.number, trace: fmt.Sprintf("%016x%016x", p.rng.Uint64(), p.rng.Uint64())}
		p.orders[w.stream] = o
	}
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], p.rng.Uint64())
	binary.BigEndian.PutUint64(id[8:], p.rng.Uint64())
	o.id, o.at = id.String(), now.UTC()
	r := change.AppendRequest{Stream: p.prefix + w.stream, Fields: w.fields(o)}
	if o.over() {
		delete(p.orders, w.stream)
	} else {
		o.step++
	}
	return r
}

// writer is one producer.
type writer struct {
	stream string
	fields func(o *order) []model.Field
}

var writers = [...]writer{
	{"shop.cloudevents", func(o *order) []model.Field {
		return fieldsOf("data", jsonOf(map[string]any{
			"specversion": "1.0", "id": o.id, "type": "order." + o.word(), "source": "checkout", "time": o.at, "datacontenttype": "application/json",
			"pubsubname": "orders", "topic": "orders", "correlationid": o.correlation(), "traceparent": o.traceparent(), "data": o.body(),
		}))
	}},
	{"shop.watermill", func(o *order) []model.Field {
		metadata := packed(map[string]string{"name": "order." + o.word(), "correlation_id": o.correlation(), "traceparent": o.traceparent()})
		return fieldsOf("_watermill_message_uuid", o.id, "metadata", metadata, "payload", zipped(packed(o.body())))
	}},
	{"shop.faststream", func(o *order) []model.Field {
		return fieldsOf("__data__", fastStream(jsonOf(o.body()), "correlation_id", o.correlation(), "content-type", "application/json",
			"message_id", o.id, "event_type", "order."+o.word()))
	}},
	{"shop.spring", func(o *order) []model.Field {
		return fieldsOf("_class", "shop.orders.Order"+o.title(), "id", o.id, "correlationId", o.correlation(), "timestamp", o.at.Format(time.RFC3339Nano),
			"customer.name", "Ann", "amount", strconv.Itoa(o.number%200))
	}},
	{"shop.inventory.customers", func(o *order) []model.Field {
		return fieldsOf(jsonOf(map[string]any{"id": o.number}), jsonOf(map[string]any{
			"before": nil, "after": o.body(), "op": "cu"[min(o.step, 1) : min(o.step, 1)+1], "ts_ms": o.at.UnixMilli(),
			"source": map[string]any{"connector": "postgresql", "name": "shop", "schema": "inventory", "table": "customers", "ts_ms": o.at.UnixMilli()},
		}))
	}},
	{"bull:mail:events", func(o *order) []model.Field {
		job := []string{"jobId", strconv.Itoa(o.number)}
		switch o.word() {
		case "completed":
			return fieldsOf(append([]string{"event", "completed", "returnvalue", jsonOf(o.body()), "prev", "active"}, job...)...)
		case orderFailed:
			return fieldsOf(append([]string{"event", orderFailed, "failedReason", "mailbox unavailable", "prev", "active"}, job...)...)
		}
		return fieldsOf(append([]string{"event", [...]string{"added", "waiting", "active", "progress"}[o.step]}, job...)...)
	}},
	{"shop.taskiq", func(o *order) []model.Field {
		return fieldsOf("data", jsonOf(map[string]any{
			"task_id": o.id, "task_name": "shop.tasks:" + o.word(), "labels": map[string]any{"correlation_id": o.correlation()},
			"labels_types": nil, "args": []any{}, "kwargs": o.body(),
		}))
	}},
	{"shop.masstransit", func(o *order) []model.Field {
		return fieldsOf("body", jsonOf(map[string]any{
			"messageId": o.id, "conversationId": o.correlation(), "messageType": []string{"urn:message:Shop.Contracts:Order" + o.title()},
			"message": o.body(), "sentTime": o.at, "headers": map[string]any{"traceparent": o.traceparent()}, "host": map[string]any{"assembly": "Shop.Api"},
		}))
	}},
	{"shop.connect", func(o *order) []model.Field {
		return fieldsOf("body", jsonOf(o.body()), "event_type", "order."+o.word(), "correlation_id", o.correlation(), "kafka_topic", "orders")
	}},
	{"shop.flat", func(o *order) []model.Field {
		return fieldsOf("type", "order."+o.word(), "correlation_id", o.correlation(), "amount", strconv.Itoa(o.number%200), "lines", `[{"sku":"a-1","n":2}]`)
	}},
	{"shop.sensors", func(o *order) []model.Field {
		return fieldsOf("temperature", strconv.FormatFloat(float64(180+o.number%60)/10, 'f', 1, 64), "room", "store "+strconv.Itoa(1+o.number%3))
	}},
}

func fieldsOf(texts ...string) []model.Field {
	fields := make([]model.Field, 0, len(texts)/2)
	for i := 0; i+1 < len(texts); i += 2 {
		fields = append(fields, model.Field{Name: texts[i], Value: texts[i+1]})
	}
	return fields
}

// written returns an encoder's output. Our own values can always be encoded; an error panics.
func written(b []byte, err error) string {
	if err != nil {
		panic("simulate: producers: " + err.Error())
	}
	return string(b)
}

func jsonOf(value any) string { return written(json.Marshal(value)) }

func packed(value any) string { return written(msgpack.Marshal(value)) }

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	err = errors.Join(err, w.Close())
	return written(b.Bytes(), err)
}

// fastStream returns data in FastStream's binary format; headers are alternating names and values.
func fastStream(data string, headers ...string) string {
	var h []byte
	for _, text := range headers {
		h = append(binary.BigEndian.AppendUint16(h, uint16(len(text))), text...)
	}
	b := binary.BigEndian.AppendUint16([]byte("\x89BIN\r\n\x1a\n"), 1)
	start := len(b) + 8
	b = binary.BigEndian.AppendUint32(b, uint32(start))
	b = binary.BigEndian.AppendUint32(b, uint32(start+2+len(h)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(headers)/2))
	return string(append(b, h...)) + data
}
