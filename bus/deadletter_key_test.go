package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestDeadLettersAreWrittenListedAndRequeuedUnderTheBussOwnName(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := serve(t, server.Client(), bus.WithDeadLetterKey(func(stream string) string { return "graveyard/" + stream }))
	stream := s.StreamKey("a.b")
	got := newSeen()
	stop := consume(t, s.Bus, "workers", func(ctx context.Context, m bus.Message) error {
		_ = got.handle(ctx, m)
		return bus.Term(errors.New("hopeless"))
	})
	publish(t, s.Bus, event("a.b", "wf", 0))
	redistest.Eventually(t, patience, func() bool { return got.count() == 1 && pending(t, s.Bus, "workers") == 0 })
	_ = stop()

	entry := s.add(t, stream, 1<<50, 1)[0]
	s.deliver(t, stream, "workers", "c", 1)
	byHand := must(s.Writer().DeadLetter(t.Context(), change.DeadLetterRequest{Entry: entry, Group: "workers", Reason: "by hand", Deliveries: 1}))(t)
	if byHand.Letter.Stream != "graveyard/events:a.b" || byHand.Acked != 1 {
		t.Errorf("by hand: %+v", byHand)
	}
	letters := must(s.Reader().DeadLetters(t.Context(), stream, model.Position{}, 10))(t)
	if len(letters) != 2 || letters[0].Reason != "by hand" || !strings.Contains(letters[1].Reason, "hopeless") {
		t.Fatalf("the dead letters are %+v", letters)
	}
	for _, letter := range letters {
		back := must(s.Writer().Requeue(t.Context(), change.RequeueRequest{Letter: letter}))(t)
		if back.Added.Stream != stream || back.Deleted != 1 {
			t.Errorf("requeued as %+v", back)
		}
	}
	if keys := s.client.Keys(t.Context(), "*").Val(); len(keys) != 2 {
		t.Errorf("there are %q, want the stream and its dead letters' alone", keys)
	}
}

func TestOpenRefusesDeadLettersThatWouldBeConsumed(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	for _, name := range []func(string) string{
		func(stream string) string { return stream },
		func(stream string) string { return stream + ":dead" },
		func(string) string { return "dead" },
		func(string) string { return "" },
	} {
		_, err := bus.Open(t.Context(), client, bus.WithDeadLetterKey(name))
		if err == nil || !strings.Contains(err.Error(), "dead:events:workflow.failed") {
			t.Errorf("Open = %v, want an error that names a better name", err)
		}
	}
}
