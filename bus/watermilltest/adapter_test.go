package watermilltest

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"streamdesk/bus"
	"streamdesk/model"
)

// wire is a message in an event's data.
type wire struct {
	Payload  []byte            `json:"payload"`
	Metadata map[string]string `json:"metadata"`
}

// publisher publishes a topic's messages as events of the type of that name, all of one workflow, so that their order is kept.
type publisher struct{ bus *bus.Bus }

func (p publisher) Publish(topic string, messages ...*message.Message) error {
	events := make([]model.Event, len(messages))
	for i, m := range messages {
		data, err := json.Marshal(wire{Payload: m.Payload, Metadata: m.Metadata})
		if err != nil {
			return err
		}
		events[i] = model.Event{ID: m.UUID, Type: model.Type(topic), WorkflowID: topic, Timestamp: time.Now(), Data: data}
	}
	_, err := p.bus.PublishSync(context.Background(), events...)
	return err
}

func (p publisher) Close() error { return closeSoon(p.bus) }

// subscriber consumes a topic as a member of a group.
type subscriber struct {
	bus   *bus.Bus
	group string

	mu      sync.Mutex
	cancels []context.CancelFunc
	closed  bool
	running sync.WaitGroup
}

var (
	errClosed = errors.New("the subscriber is closed")
	errNacked = errors.New("the message was refused")
)

func (s *subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	s.cancels = append(s.cancels, cancel)
	messages := make(chan *message.Message)
	s.running.Go(func() {
		defer close(messages)
		defer cancel()
		_ = s.bus.Consume(ctx, s.group, handler(ctx, messages), // how it ended: as ctx did, or the test misses messages
			bus.WithTypes(topic), bus.WithConsumer(watermill.NewShortUUID()), bus.WithDiscovery(20*time.Millisecond),
			bus.WithAckWait(2*time.Second), bus.WithSweep(200*time.Millisecond), bus.WithMaxDeliver(1<<30),
		)
	})
	return messages, nil
}

// handler gives one message to whoever reads the channel and waits for the verdict.
func handler(ctx context.Context, messages chan<- *message.Message) bus.Handler {
	return func(_ context.Context, m bus.Message) error {
		var w wire
		if err := json.Unmarshal(m.Event.Data, &w); err != nil {
			return bus.Term(err)
		}
		given := message.NewMessage(m.Event.ID, w.Payload)
		given.Metadata = w.Metadata
		until, cancel := context.WithCancel(ctx)
		defer cancel()
		given.SetContext(until)
		select {
		case messages <- given:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-given.Acked():
			return nil
		case <-given.Nacked():
			return bus.RetryAfter(time.Millisecond, errNacked)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *subscriber) Close() error {
	s.mu.Lock()
	s.closed = true
	for _, cancel := range s.cancels {
		cancel()
	}
	s.mu.Unlock()
	s.running.Wait()
	return closeSoon(s.bus)
}

// closeSoon closes a bus; the suite closes some twice, which is no error to it.
func closeSoon(b *bus.Bus) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.Close(ctx); !errors.Is(err, bus.ErrClosed) {
		return err
	}
	return nil
}
