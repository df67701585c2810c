package bus_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/payload/schema/jsonschema"
)

func TestAnEventThatDoesNotFitItsSchemaIsRefusedOrTold(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "order.json")
	if err := os.WriteFile(file, []byte(`{"properties":{"amount":{"type":"number"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	check, err := jsonschema.Load(os.ReadFile, []jsonschema.Rule{
		{Type: "order.paid", File: file, Mode: jsonschema.Refuse}, {Type: "order.*", File: file, Mode: jsonschema.Warn}, {Type: "*", File: file},
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var told []string
	s := redistest.Start(t)
	b := openBus(t, s, bus.WithCheck(check.Check), bus.WithHooks(bus.Hooks{Unfit: func(e *model.Event, err *model.SchemaError) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, string(e.Type)+" "+err.Problems[0])
	}}))
	fits, wrong := []byte(`{"amount":1}`), []byte(`{"amount":"1"}`)
	refused := func(what string, err error) {
		t.Helper()
		if why, ok := errors.AsType[*model.SchemaError](err); !ok || why.Schema != file || !slices.Equal(why.Problems, []string{"/amount: want number, got string"}) {
			t.Errorf("%s = %v", what, err)
		}
	}
	refused("Publish", b.Publish(soon(t), model.Event{Type: "order.paid", Data: wrong}))
	_, err = b.PublishSync(soon(t), model.Event{Type: "order.paid", Data: fits}, model.Event{Type: "order.sent", Data: wrong}, model.Event{Type: "order.paid", Data: wrong})
	refused("PublishSync", err)
	_, err = b.PublishAt(soon(t), model.Event{Type: "order.paid", Data: wrong}, time.Now().Add(time.Hour))
	refused("PublishAt", err)
	if keys := s.Client().Keys(t.Context(), "*").Val(); len(keys) > 0 || len(told) > 0 {
		t.Errorf("refused, and there are %q; told %q", keys, told)
	}
	if err := b.Publish(soon(t), model.Event{Type: "order.sent", Data: wrong}); err != nil {
		t.Error(err)
	}
	if _, err := b.PublishSync(soon(t), model.Event{Type: "order.paid", Data: fits}, model.Event{Type: "order.sent", Data: wrong}, model.Event{Type: "other.type", Data: wrong}); err != nil {
		t.Error(err)
	}
	if err := b.Flush(soon(t)); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if one := "order.sent /amount: want number, got string"; !slices.Equal(told, []string{one, one}) {
		t.Errorf("told %q", told)
	}
	for stream, want := range map[string]int64{"events:order.paid": 1, "events:order.sent": 2, "events:other.type": 1} {
		if n := s.Client().XLen(t.Context(), stream).Val(); n != want {
			t.Errorf("%s has %d, want %d", stream, n, want)
		}
	}
}
