package bus_test

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// TestADryWriterSendsNothing: it goes the same ways, and its receipts have the commands without a reply.
func TestADryWriterSendsNothing(t *testing.T) {
	s := onRedis(t)
	result := must(s.Writer().Dry().Ack(t.Context(), change.AckRequest{Stream: "events:a", Group: "g", IDs: ids(1, 2)}))(t)
	if len(result.Receipts) != 1 || result.Receipts[0].Command.String() != "XACK events:a g 1-0 2-0" || result.Receipts[0].Reply != "" || result.Acked != 0 {
		t.Errorf("a dry ack is %+v", result)
	}
	added := must(s.Writer().Dry().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: []model.Field{{Name: "data", Value: "{}"}}}))(t)
	if n := must(s.client.Exists(t.Context(), "events:a").Result())(t); n != 0 || !added.ID.IsZero() {
		t.Errorf("a dry append made %d streams, and entry %s", n, added.ID)
	}
}
