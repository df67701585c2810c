package payload_test

import (
	"bytes"
	"compress/gzip"
	"fmt"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// A decoder reads the entries of other programs as events, and opens payloads that are compressed or encoded. Give it to a bus
// with bus.WithDecoder.
func ExampleDecoder() {
	decoder := payload.New(&payload.Opener{}, payload.Rule{Streams: "orders:*", Kind: "cloudevents"})

	cloudEvent := `{"specversion":"1.0","type":"order.placed","source":"shop","id":"7","subject":"wf-1","data":{"total":42}}`
	r := decoder.Decode(model.Entry{
		Stream: "orders:new", ID: model.Position{Ms: 1},
		Fields: []model.Field{{Name: "event", Value: cloudEvent}},
	}, "orders:")
	fmt.Println(r.Event.Type, r.Event.WorkflowID, string(r.Event.Data))

	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"score":95.5}`))
	_ = w.Close()
	r = decoder.Decode(model.Entry{
		Stream: "events:audit.completed", ID: model.Position{Ms: 1},
		Fields: []model.Field{{Name: "data", Value: packed.String()}},
	}, "events:")
	fmt.Println(r.Event.Type, string(r.Event.Data), r.Way)
	// Output:
	// order.placed wf-1 {"total":42}
	// audit.completed {"score":95.5} gzip
}
