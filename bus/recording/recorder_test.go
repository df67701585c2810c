package recording

import (
	"context"
	"errors"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestARecorderLooksAtEachTickAndOutlivesALookThatFails(t *testing.T) {
	client := redistest.Start(t).Client()
	if err := client.Do(t.Context(), "XADD", "events:a", "1762341120000-0", "data", "{}").Err(); err != nil {
		t.Fatal(err)
	}
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close(context.WithoutCancel(t.Context())) }() // it sent nothing
	s, _ := create(t, 0)
	ticks, looks, missed, unread, wrote := make(chan time.Time), 0, 0, 0, 0
	clock := began
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error)
	r := Recorder{
		Store: s, Ticks: ticks, Missed: func(error) { missed++ }, Wrote: func(*model.Snapshot) { wrote++ },
		Now: func() time.Time { clock = clock.Add(Step); return clock }, Server: b.Reader().Server, Unread: func(error) { unread++ },
		Actions: func() ([]Action, error) {
			if looks == 1 {
				return nil, errors.New("no right to read")
			}
			return []Action{{At: began, Name: "ack"}}, nil
		},
		Look: func(ctx context.Context) (model.Snapshot, error) {
			looks++
			if looks == 2 {
				return model.Snapshot{}, errors.New("away")
			}
			moment, err := b.Reader().Snapshot(ctx, []string{"events:a"})
			moment.At = began.Add(time.Duration(looks) * time.Second)
			return moment, err
		},
	}
	go func() { done <- r.Run(ctx) }()
	for range 4 {
		ticks <- began
	}
	stop()
	if err := <-done; err != nil || missed != 1 || unread != 1 || wrote < 2 {
		t.Errorf("%v, %d missed, %d unread, %d written", err, missed, unread, wrote)
	}
	points, err := collect(s.Stream(t.Context(), "events:a", began, began.Add(time.Minute)))
	if err != nil || len(points) != wrote || points[0].Stream.Length != 1 {
		t.Errorf("%+v, %v", points, err)
	}
	if server, found, err := s.ServerAt(t.Context(), began.Add(time.Minute)); err != nil || !found || server.Server.Version == "" || !server.At.Equal(began.Add(time.Second)) {
		t.Errorf("%+v, %v, %v", server, found, err)
	}
	if actions, err := s.Actions(t.Context(), began, began); err != nil || len(actions) != 1 {
		t.Errorf("%+v, %v", actions, err)
	}
}
