package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// producers are what is read of the entries of producers.py: each says the same as far as the producer has a place for it, and
// the others say why not.
var producers = map[string]struct {
	envelope, event, id, workflow, time, trace any
	data                                       string // the jq path to the 7 in the data
}{
	"streamdesk":        {nil, "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"bare":              {nil, "bare", nil, nil, nil, nil, ".n == 7"}, // says nothing but its data
	"dapr":              {"cloudevents", "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"cloudevents":       {"cloudevents", "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"watermill":         {"watermill", "order.paid", "e-7", "c-7", nil, paidTrace, ".n == 7"},        // has no time
	"faststream":        {"faststream", "faststream", "e-7", "c-7", nil, paidTrace, ".n == 7"},       // has no type and no time
	"faststream-json":   {"faststream", "faststream-json", nil, "c-7", nil, nil, ".n == 7"},          // nor an id
	"spring":            {"spring", "shop.OrderPaid", "e-7", "c-7", paidAt, nil, `.n == "7"`},        // no trace
	"debezium":          {"debezium", "customers.create", nil, "c-7", paidAt, nil, ".after.id == 7"}, // no id, no trace
	"debezium-extended": {"debezium", "customers.create", nil, "c-7", paidAt, paidTrace, ".after.id == 7"},
	"bull:mail:events":  {"bullmq", "mail.completed", nil, "c-7", nil, nil, ".returnvalue.n == 7"},    // no id, no time, no trace
	"taskiq":            {"taskiq", "shop.tasks:pay", "e-7", "c-7", nil, paidTrace, ".kwargs.n == 7"}, // no time
	"masstransit":       {"masstransit", "Orders:OrderPaid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"connect":           {"connect", "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"flat":              {"flat", "order.paid", "e-7", "c-7", paidAt, paidTrace, `.n == "7"`},
	"cloudevents-bytes": {"cloudevents", "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},
	"protobuf":          {nil, "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},            // by its schema
	"avro":              {"flat", "order.paid", "e-7", "c-7", paidAt, paidTrace, ".payload.n == 7"}, // by its schema
	"own":               {nil, "order.paid", "e-7", "c-7", paidAt, paidTrace, ".n == 7"},            // by the settings below
}

const (
	paidAt    = "2025-11-05T13:07:09.000000+00:00"
	paidTrace = "4bf92f3577b34da6a3ce929d0e0e4736"

	// ownEnvelope is what a format that nobody else has takes in the settings.
	ownEnvelope = `[[envelope]]
streams = "p:own"
payload = "blob"
id = "field:hdr.k"
type = "field:hdr.what"
workflow = "field:hdr.run"
time = "field:hdr.at"
trace = "field:hdr.tp"
`
	// ownSchemas is what payloads take that don't describe themselves.
	ownSchemas = `[[schema]]
streams = "p:protobuf"
proto = ["DIR/paid.proto"]
[[schema]]
streams = "p:avro"
avro = ["DIR/paid.avsc"]
`
	paidProto = `syntax = "proto3";
message Paid { string id = 1; string type = 2; string workflow_id = 3; string timestamp = 4; string traceparent = 5; int64 n = 6; }
`
	paidAvro = `{"type":"record","name":"Paid","fields":[{"name":"id","type":"string"},{"name":"type","type":"string"},{"name":"workflow_id","type":"string"},
{"name":"timestamp","type":"string"},{"name":"traceparent","type":"string"},{"name":"n","type":"long"}]}`
)

// readsProducers is a host with what the settings need to say of producers.py's entries.
func readsProducers(t *testing.T, address string) *host {
	t.Helper()
	h := newHost(t, address)
	h.env["STREAMDESK_PREFIX"] = "p:"
	settingsIn(t, h, ownEnvelope+ownSchemas, map[string]string{"paid.proto": paidProto, "paid.avsc": paidAvro})
	return h
}

// Entries of other producers, written by another program with XADD alone, are read by every command as events, without settings
// but for the one that is like no other; none is empty, and a republish keeps names and bytes.
func TestEntriesOfOtherProducersAreEvents(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	writer := programtest.Python(t, "testdata/producers.py", "redis://"+server.Addr())
	if err := writer.Run(); err != nil {
		t.Fatalf("%v: %s", err, writer.Stderr)
	}
	h := readsProducers(t, server.Addr())

	all := fmt.Sprint(len(producers))
	lines := objects(t, h.want(t, "tail", "--last", all, "--output", "json"))
	t.Log("producer            envelope     type  id  workflow  time  trace  payload  republish")
	for _, line := range lines {
		stream, _ := line["stream"].(string)
		name := strings.TrimPrefix(stream, "p:")
		want := producers[name]
		text := h.want(t, "tail", name, "--last", "1", "--where", "jq:"+want.data)
		opened := strings.Contains(text, "7")
		kept := keepsItsBytes(t, h, server.Client(), stream)
		said := []any{line["envelope"], line["type"], line["event_id"], line["workflow_id"], line["timestamp"], line["trace_id"], opened, kept, line["error"]}
		for i, part := range []any{want.envelope, want.event, want.id, want.workflow, want.time, want.trace, true, true, nil} {
			if said[i] != part {
				t.Errorf("%s: %v, want %v (of %v)", name, said[i], part, line)
			}
		}
		t.Logf("%-19s %-12v %v", name, line["envelope"], said[1:8])
	}
	if len(lines) != len(producers) {
		t.Errorf("%d of %d entries are printed", len(lines), len(producers))
	}

	if history := objects(t, h.want(t, "workflow", "c-7", "--output", "json")); len(history) == 0 || strings.Count(fmt.Sprint(history), "event_id") < 17 {
		t.Errorf("the workflow has %v", history)
	}
	if out := h.want(t, "tail", "--last", "99", "--where", "wf:c-7 type:*order.paid,*OrderPaid"); strings.Count(out, "\n") != 12 {
		t.Errorf("filtered by workflow and type:\n%s", out)
	}
}

// keepsItsBytes republishes a stream's only entry, and says whether its fields came out as they were, but for the origin.
func keepsItsBytes(t *testing.T, h *host, client *redis.Client, stream string) bool {
	t.Helper()
	before := fieldsOf(t, client, stream)
	h.want(t, "republish", stream, before[0].id, "--yes")
	after := fieldsOf(t, client, stream)
	client.XDel(t.Context(), stream, after[len(after)-1].id)
	return len(after) == len(before)+1 && strings.HasPrefix(after[len(before)].fields, before[0].fields)
}

type rawEntry struct{ id, fields string }

// fieldsOf are the entries of a stream with their fields in their order, byte for byte.
func fieldsOf(t *testing.T, client *redis.Client, stream string) []rawEntry {
	t.Helper()
	reply, err := client.Do(t.Context(), "XRANGE", stream, "-", "+").Slice()
	if err != nil {
		t.Fatal(err)
	}
	var list []rawEntry
	for _, entry := range reply {
		pair, _ := entry.([]any)
		id, _ := pair[0].(string)
		list = append(list, rawEntry{id, strings.TrimSuffix(fmt.Sprintf("%q", pair[1]), "]")})
	}
	return list
}
