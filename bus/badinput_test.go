package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// everyCall are the calls of everything that takes a context, each to events:a.b with its one entry 1-1, and to group g.
func everyCall(none context.Context, t *testing.T, s served) map[string]func() error {
	t.Helper()
	const key, group = "events:a.b", "g"
	id := at(1)
	loader := s.Writer().NewLoader()
	t.Cleanup(func() { _ = loader.Close() })
	entry := model.Entry{Stream: key, ID: id, Fields: []model.Field{{Name: "data", Value: "{}"}}}
	handle := func(context.Context, bus.Message) error { return nil }
	handleBatch := func(context.Context, []bus.Message) error { return nil }
	return map[string]func() error{
		"Open":         func() error { _, err := bus.Open(none, s.client); return err },
		"Publish":      func() error { return s.Publish(none, event("a.b", "wf", 0)) },
		"PublishSync":  func() error { _, err := s.PublishSync(none, event("a.b", "wf", 0)); return err },
		"Flush":        func() error { return s.Flush(none) },
		"Close":        func() error { return s.Close(none) },
		"Consume":      func() error { return s.Consume(none, group, handle) },
		"ConsumeBatch": func() error { return s.ConsumeBatch(none, group, handleBatch) },
		"Tail":         func() error { return firstError(s.Reader().Tail(none, tail.Options{})) },
		"History": func() error {
			return firstError(s.Reader().History(none, observe.HistoryQuery{Streams: []string{key}}))
		},
		"Replay": func() error { return firstError(s.Reader().Replay(none, []string{key}, model.Position{}, id)) },
		"Replay to now": func() error {
			return firstError(s.Reader().Replay(none, []string{key}, model.Position{}, model.Position{}))
		},
		"ReplaySpans": func() error {
			return firstError(s.Reader().ReplaySpans(none, []observe.Span{{Stream: key, To: id}}, 1))
		},
		"Entries":        func() error { _, err := s.Reader().Entries(none, key, []model.Position{id}); return err },
		"PendingOf":      func() error { _, err := s.Reader().PendingOf(none, key, group, []model.Position{id}); return err },
		"PlanTrimBefore": func() error { _, err := change.PlanTrimBefore(none, s.Reader(), key, id); return err },
		"Loader":         func() error { _, err := loader.Add(none, []model.Entry{entry}); return err },
		"RestoreStream": func() error {
			_, err := s.Writer().RestoreStream(none, change.RestoreStreamRequest{Stream: key})
			return err
		},
		"RestoreGroup": func() error {
			_, err := s.Writer().RestoreGroup(none, change.RestoreGroupRequest{Stream: key, Group: group})
			return err
		},
		"FinishGroup": func() error {
			_, err := s.Writer().FinishGroup(none, change.RestoreGroupRequest{Stream: key, Group: group})
			return err
		},
		"RestorePending": func() error {
			_, err := s.Writer().RestorePending(none, key, group, []model.Pending{{ID: id, Consumer: "c"}})
			return err
		},
		"Snapshot":  func() error { _, err := s.Reader().Snapshot(none, []string{key}); return err },
		"Discover":  func() error { _, err := s.Reader().Discover(none); return err },
		"Server":    func() error { _, err := s.Reader().Server(none); return err },
		"Delivery":  func() error { _, err := s.Reader().Delivery(none, entry.Key()); return err },
		"Range":     func() error { _, err := s.Reader().Range(none, key, id, id, 1); return err },
		"RangeBack": func() error { _, err := s.Reader().RangeBack(none, key, id, id, 1); return err },
		"Pending": func() error {
			_, err := s.Reader().Pending(none, observe.PendingQuery{Stream: key, Group: group})
			return err
		},
		"DeadLetters": func() error { _, err := s.Reader().DeadLetters(none, key, model.Position{}, 1); return err },
		"PlanTrim":    func() error { _, err := change.PlanTrim(none, s.Reader(), key); return err },
		"PlanMaxLen":  func() error { _, err := change.PlanMaxLen(none, s.Reader(), key, 1); return err },
		"PlanSetID": func() error {
			_, err := change.PlanSetID(none, s.Reader(), change.SetGroupIDRequest{Stream: key, Group: group, ID: id})
			return err
		},
		"Ack": func() error {
			_, err := s.Writer().Ack(none, change.AckRequest{Stream: key, Group: group, IDs: []model.Position{id}})
			return err
		},
		"Append": func() error {
			_, err := s.Writer().Append(none, change.AppendRequest{Stream: key, Fields: entry.Fields})
			return err
		},
		"Claim": func() error {
			_, err := s.Writer().Claim(none, change.ClaimRequest{Stream: key, Group: group, Consumer: "c", IDs: []model.Position{id}})
			return err
		},
		"Delete": func() error {
			_, err := s.Writer().Delete(none, change.DeleteRequest{Stream: key, IDs: []model.Position{id}})
			return err
		},
		"Trim":      func() error { _, err := s.Writer().Trim(none, change.TrimRequest{Stream: key, MinID: id}); return err },
		"hard Trim": func() error { _, err := s.Writer().Trim(none, change.TrimRequest{Stream: key, Hard: true}); return err },
		"Republish": func() error { _, err := s.Writer().Republish(none, change.RepublishRequest{Entry: entry}); return err },
		"DeadLetter": func() error {
			_, err := s.Writer().DeadLetter(none, change.DeadLetterRequest{Entry: entry, Group: group, Reason: "r"})
			return err
		},
		"CreateGroup": func() error {
			_, err := s.Writer().CreateGroup(none, change.CreateGroupRequest{Stream: key, Group: group})
			return err
		},
		"DestroyGroup": func() error {
			_, err := s.Writer().DestroyGroup(none, change.DestroyGroupRequest{Stream: key, Group: group})
			return err
		},
		"SetGroupID": func() error {
			_, err := s.Writer().SetGroupID(none, change.SetGroupIDRequest{Stream: key, Group: group, ID: id})
			return err
		},
		"DeleteConsumer": func() error {
			_, err := s.Writer().DeleteConsumer(none, change.DeleteConsumerRequest{Stream: key, Group: group, Consumer: "c"})
			return err
		},
		"MoveConsumer": func() error {
			_, err := s.Writer().MoveConsumer(none, change.MoveConsumerRequest{Stream: key, Group: group, From: "c", To: "d"})
			return err
		},
	}
}

func TestANilContextIsRefusedByEverythingThatTakesOne(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "events:a.b", 1, 1)
	var none context.Context
	for name, call := range everyCall(none, t, s) {
		if err := call(); !errors.Is(err, fault.ErrContext) {
			t.Errorf("%s: got %v, want ErrContext", name, err)
		}
	}
	if n := s.client.XLen(t.Context(), "events:a.b").Val(); n != 1 {
		t.Errorf("%d entries, want 1: something was done", n)
	}
	if _, err := s.PublishSync(soon(t), event("a.b", "wf", 0)); err != nil {
		t.Errorf("the bus is of no more use: %v", err)
	}
}

// firstError is the first error of a sequence, which has to end by itself.
func firstError[V any](sequence func(yield func(V, error) bool)) error {
	var first error
	for _, err := range sequence {
		if first == nil {
			first = err
		}
	}
	return first
}

func TestAContextThatIsOverIsTold(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := openBus(t, s)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Publish(over, event("a.b", "wf", 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("Publish = %v", err)
	}
	if ids, err := b.PublishSync(over, event("a.b", "wf", 1), event("a.b", "wf", 2)); !errors.Is(err, context.Canceled) || len(ids) != 2 {
		t.Errorf("PublishSync = %v, %v", ids, err)
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Error(err)
	}
	if n := s.Client().Exists(t.Context(), "events:a.b").Val(); n != 0 {
		t.Error("something was published")
	}
	// Consume ends as it does when its context ends later.
	if err := b.Consume(over, "workers", newSeen().handle); err != nil {
		t.Errorf("Consume = %v", err)
	}
	if _, err := bus.Open(over, s.Client()); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v", err)
	}
}

func TestMissingPartsAreRefusedWithTheMend(t *testing.T) {
	t.Parallel()
	b := openBus(t, redistest.Start(t))
	for name, err := range map[string]error{
		"no handler":       b.Consume(t.Context(), "workers", nil),
		"no batch handler": b.ConsumeBatch(t.Context(), "workers", nil),
		"no group":         b.Consume(t.Context(), "", newSeen().handle),
		"no client":        func() error { _, err := bus.Open(t.Context(), nil); return err }(),
	} {
		if !errors.Is(err, fault.ErrRequest) || !strings.Contains(err.Error(), "(") {
			t.Errorf("%s: got %v, want ErrRequest with what to give", name, err)
		}
	}
}

func TestR19_CloseTellsOfAHandlerThatNeverReturns(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	b := must(bus.Open(t.Context(), s.Client()))(t)
	begun, release := make(chan struct{}), make(chan struct{})
	stop := consume(t, b, "workers", func(context.Context, bus.Message) error {
		close(begun)
		<-release
		return nil
	})
	publish(t, b, event("a.b", "wf", 0))
	<-begun
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Close(over); !errors.Is(err, bus.ErrHandlerStuck) || !strings.Contains(err.Error(), "workers") {
		t.Errorf("Close = %v, want ErrHandlerStuck with the group", err)
	}
	close(release)
	if err := stop(); err != nil { // its grace was not over
		t.Errorf("Consume = %v", err)
	}
}

func TestR22_CloseTellsOfALocalHandlerThatNeverReturns(t *testing.T) {
	t.Parallel()
	b := must(bus.Open(t.Context(), redistest.Start(t).Client()))(t)
	begun, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	b.Subscribe("*", func(model.Event) {
		close(begun)
		<-release
	})
	publish(t, b, event("a.b", "wf", 0))
	<-begun
	if err := b.Flush(soon(t)); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Close(over); !errors.Is(err, bus.ErrHandlerStuck) {
		t.Errorf("Close = %v, want ErrHandlerStuck", err)
	}
}
