package payload_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/model/payload/decode"
)

// TestAnEditedPayloadIsOfTheFormThatItWas edits what each kind of entry says, and reads the fields that come of it: the edit is there,
// all else is as it was.
func TestAnEditedPayloadIsOfTheFormThatItWas(t *testing.T) {
	for name, c := range map[string]struct {
		fields       []string
		was, now     string // in what the record says
		kept, edited string // of the fields that come of it
		way          string
	}{
		"JSON as it stands":     {[]string{"data", `{"n":1}`, "x", "\xff"}, `{"n":1}`, `{"n":2}`, "\xff", `{"n":2}`, ""},
		"gzip of msgpack":       {[]string{"data", packedAs(t, `{"n":1}`, "gzip", "msgpack")}, `{"n":1}`, `{"n":2}`, "", `{"n":2}`, "gzip → msgpack"},
		"watermill":             {[]string{"_watermill_message_uuid", "u", "metadata", "\x81\xa4name\xa1t", "payload", packedAs(t, `{"n":1}`, "zstd", "CBOR")}, `{"n":1}`, `{"n":2}`, "\x81\xa4name\xa1t", `{"n":2}`, "zstd → CBOR"},
		"watermill, plain text": {[]string{"_watermill_message_uuid", "u", "payload", "hello"}, `"hello"`, `"bye"`, "u", `"bye"`, ""},
		"watermill, bytes":      {[]string{"_watermill_message_uuid", "u", "payload", "\xff\xfe"}, `{"$bytes":"//4="}`, `{"$bytes":"/v8="}`, "u", `{"$bytes":"/v8="}`, ""},
		"faststream":            {[]string{"__data__", fastStream(packedAs(t, `{"n":1}`, "msgpack"), "correlation_id", "c")}, `{"n":1}`, `{"n":2}`, "", `{"n":2}`, "msgpack"},
		"faststream in JSON":    {[]string{"__data__", `{"data":"{\"n\":1}","headers":{"correlation_id":"c"}}`}, `{"n":1}`, `{"n":2}`, "", `{"n":2}`, ""},
		"faststream without":    {[]string{"__data__", packedAs(t, `{"n":1}`, "gzip")}, `{"n":1}`, `{"n":2}`, "", `{"n":2}`, "gzip"},
		"connect":               {[]string{"body", packedAs(t, `{"n":1}`, "base64"), "topic", "orders"}, `{"n":1}`, `{"n":2}`, "orders", `{"n":2}`, "base64"},
		"debezium":              {[]string{`{"id":1}`, `{"op":"c","source":{"table":"t"},"after":{"n":1}}`}, `"after":{"n":1}`, `"after":{"n":2}`, "", `"after":{"n":2}`, ""},
		"flat":                  {[]string{"n", "1", "n", "2", "text", "\xff", "list", "[ 1 ]"}, `"n":["1","2"]`, `"n":["1","7","8"]`, "\xff", `"n":["1","7","8"]`, ""},
		"flat, one packed":      {[]string{"order", packedAs(t, `{"n":1}`, "gzip", "msgpack"), "who", "ann"}, `{"n":1}`, `{"n":2}`, "ann", `"order":{"n":2}`, ""},
		"flat, a field more":    {[]string{"n", "1", "m", "2"}, `"m":"2"`, `"m":"2","more":{"a":1}`, "2", `"more":{"a":1}`, ""},
		"flat, a field less":    {[]string{"n", "1", "m", "2"}, `,"m":"2"`, ``, "1", `{"n":"1"}`, ""},
		"spring, in quotes":     {[]string{"@class", `"shop.Order"`, "name", `"Ann"`}, `"name":"Ann"`, `"name":"Bob"`, `"shop.Order"`, `"name":"Bob"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := finding()
			before := d.Decode(entryOf("s", c.fields...), "")
			whole, ok := before.Payload()
			if !ok || !strings.Contains(whole, c.was) || before.Way != c.way {
				t.Fatalf("it is read as %s (%s), opened as %q: %v", whole, before.Envelope, before.Way, before.Err)
			}
			fields, err := d.Edited(&before, strings.Replace(whole, c.was, c.now, 1))
			if err != nil {
				t.Fatal(err)
			}
			after := d.Decode(model.Entry{Stream: "s", Fields: fields}, "")
			if now, _ := after.Payload(); !strings.Contains(now, c.edited) || after.Way != c.way || after.Envelope != before.Envelope || after.Event.WorkflowID != before.Event.WorkflowID {
				t.Errorf("edited it is %s (%s), opened as %q", now, after.Envelope, after.Way)
			}
			if !strings.Contains(fmt.Sprintf("%q", fields), strings.Trim(fmt.Sprintf("%q", c.kept), `"`)) {
				t.Errorf("%q has lost %q", fields, c.kept)
			}
			same, err := d.Edited(&before, whole)
			if err != nil {
				t.Fatal(err)
			}
			if again := d.Decode(model.Entry{Stream: "s", Fields: same}, ""); string(again.Event.Data) != string(before.Event.Data) {
				t.Errorf("not edited it is %s, was %s", again.Event.Data, before.Event.Data)
			}
		})
	}
}

// What can't be written again says so, with the mend, and nothing is made of it.
func TestAnEditThatCantBeWrittenSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		fields     []string
		value, why string
		form       bool
	}{
		"protobuf by wire type":       {[]string{"data", "\x08\x96\x01\x12\x07testing\x1a\x02\x08\x01"}, `{"1":151}`, "[[schema]]", true},
		"a time of msgpack":           {[]string{"data", "\x81\xa1t\xd6\xff\x00\x00\x00\x01"}, `{"t":"1970-01-01T00:00:02Z"}`, "JSON has no words for", true},
		"numbers as keys of msgpack":  {[]string{"data", "\x81\x01\xa1x"}, `{"1":"y"}`, "JSON has no words for", true},
		"bytes of msgpack":            {[]string{"data", "\x81\xa1b\xc4\x02hi"}, `{"b":"ho"}`, "JSON has no words for", true},
		"fields that are no object":   {[]string{"a", "b"}, `[1]`, "each of its members is a field", false},
		"no field":                    {[]string{"a", "b"}, `{}`, "an entry needs one", false},
		"one value for several":       {[]string{"a", "b", "a", "c"}, `{"a":"d"}`, "stands 2 times", false},
		"bytes in FastStream's JSON":  {[]string{"__data__", `{"data":"hello","headers":{}}`}, `{"$bytes":"/w=="}`, "are no text", true},
		"no JSON where msgpack wants": {[]string{"data", packedAs(t, `{"n":1}`, "msgpack")}, `{"n"`, "not JSON", false},
	} {
		d := finding() // what a stream has held decides how the next entry is read
		r := d.Decode(entryOf("x", c.fields...), "")
		fields, err := d.Edited(&r, c.value)
		if err == nil || !strings.Contains(err.Error(), c.why) || errors.Is(err, decode.ErrPack) != c.form {
			t.Errorf("%s: %q, %v; want it to say %q", name, fields, err, c.why)
		}
	}
	gone := model.Record{Entry: model.Entry{Fields: []model.Field{{Name: "a"}}}, PayloadField: "data"}
	if _, err := payload.New(nil).Edited(&gone, "{}"); !errors.Is(err, model.ErrNoPayload) {
		t.Errorf("without its field: %v", err)
	}
}
