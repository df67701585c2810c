package payload_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/payload"
)

// entryOf is an entry with those names and values.
func entryOf(stream string, fields ...string) model.Entry {
	e := model.Entry{Stream: stream, ID: model.Position{Ms: 1762348029123, Seq: 4}, Fields: []model.Field{}}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, model.Field{Name: fields[i], Value: fields[i+1]})
	}
	return e
}

// finding is a decoder that finds the kinds out by itself.
func finding() *payload.Decoder { return payload.New(&payload.Opener{}) }

// following is a decoder that follows paths.
func following(p payload.Paths) *payload.Decoder {
	return payload.New(&payload.Opener{}, payload.Rule{Paths: p})
}

func sameEvent(a, b model.Event) bool {
	return a.ID == b.ID && a.Type == b.Type && a.WorkflowID == b.WorkflowID && a.SourceAgent == b.SourceAgent &&
		a.Timestamp.Equal(b.Timestamp) && string(a.Data) == string(b.Data)
}

// isJSON fails the test for a record whose data are neither JSON nor explained by an error.
func isJSON(t *testing.T, r *model.Record) {
	t.Helper()
	if r.Err == nil && r.Fields != nil && (len(r.Event.Data) == 0 || !json.Valid(r.Event.Data)) {
		t.Fatalf("%q is read as %s with the data %q and no error", r.Fields, r.Envelope, r.Event.Data)
	}
}

// sample is an entry as a producer writes it, and what is read of it when nothing is known of its stream.
type sample struct {
	name, stream string
	fields       []string
	want         model.Event // a type that isn't there is the stream's
	trace, way   string
	payloadField string
	problem      string // a part of the error; empty for none
}

// check reads samples, which all are in one envelope.
func check(t *testing.T, envelope string, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			r := finding().Decode(entryOf(s.stream, s.fields...), "")
			isJSON(t, &r)
			if s.want.Type == "" {
				s.want.Type = model.Type(s.stream)
			}
			if r.Envelope != envelope {
				t.Errorf("it is taken for %q", r.Envelope)
			}
			switch {
			case s.problem == "" && r.Err != nil, s.problem != "" && (r.Err == nil || !strings.Contains(r.Err.Error(), s.problem)):
				t.Errorf("the error is %v, want %q", r.Err, s.problem)
			case s.problem != "":
				return
			}
			if !sameEvent(r.Event, s.want) {
				t.Errorf("the event is\n%+v with %s\nwant\n%+v with %s", r.Event, r.Event.Data, s.want, s.want.Data)
			}
			if r.Trace != s.trace || r.Way != s.way || r.PayloadField != s.payloadField {
				t.Errorf("trace %q, way %q, payload in %q; want %q, %q, %q", r.Trace, r.Way, r.PayloadField, s.trace, s.way, s.payloadField)
			}
			if in := r.TraceContext; s.trace == trace && in.Parent != traceparent || s.trace != trace && in.Parent != "" {
				t.Errorf("the traceparent is %q", in.Parent)
			}
		})
	}
}

// at is a time of the samples.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	trace       = "4bf92f3577b34da6a3ce929d0e0e4736"
)

// zipped is a text compressed with gzip.
func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a buffer takes everything
	_ = w.Close()
	return b.String()
}
