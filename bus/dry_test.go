package bus_test

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// TestADryWriterSendsNothing: it goes the same ways, and its receipts have the commands without a reply.
func TestADryWriterSendsNothing(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	result := must(s.Writer().Dry().Ack(t.Context(), change.AckRequest{Stream: "events:a", Group: "g", IDs: ids(1, 2)}))(t)
	if len(result.Receipts) != 1 || result.Receipts[0].Command.String() != "XACK events:a g 1-0 2-0" || result.Receipts[0].Reply != "" || result.Acked != 0 {
		t.Errorf("a dry ack is %+v", result)
	}
	added := must(s.Writer().Dry().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: []model.Field{{Name: "data", Value: "{}"}}}))(t)
	counts, receipts, err := s.Writer().Dry().Together(t.Context(), model.Command{"DEL", "events:a"}, model.Command{"PING"})
	if err != nil || len(counts) != 2 || len(receipts) != 2 {
		t.Errorf("a dry transaction is %v, %v (%v)", counts, receipts, err)
	}
	if n := must(s.client.Exists(t.Context(), "events:a").Result())(t); n != 0 || !added.ID.IsZero() {
		t.Errorf("a dry append made %d streams, and entry %s", n, added.ID)
	}
}

// TestATransactionIsWholeOrNothing: what is refused before EXEC has nothing done, and says what the server said.
func TestATransactionIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a", 1, 2)
	w := s.Writer()
	counts, receipts, err := w.Together(t.Context(), model.Command{"XDEL", "events:a", "1-0"}, model.Command{"XTRIM", "events:a", "MAXLEN", "0"})
	if err != nil || len(counts) != 2 || counts[0] != 1 || counts[1] != 1 || receipts[1].Reply != "(integer) 1" {
		t.Errorf("it came to %v, %v (%v)", counts, receipts, err)
	}
	s.add(t, "events:a", 9, 1)
	counts, receipts, err = w.Together(t.Context(), model.Command{"XDEL", "events:a", "9-0"}, model.Command{"XDEL"})
	if err == nil || counts != nil || len(receipts) != 2 {
		t.Errorf("half a transaction came to %v, %v (%v)", counts, receipts, err)
	}
	if n := must(s.client.XLen(t.Context(), "events:a").Result())(t); n != 1 {
		t.Errorf("%d entries are there, want the one of the transaction that was refused", n)
	}
}
