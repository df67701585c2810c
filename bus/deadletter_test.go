package bus_test

import (
	"reflect"
	"slices"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
)

func TestDeadLettersGoThereAndBack(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			added := must(s.Writer().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: awkward}))(t)
			s.deliver(t, "events:a", "g", "c", 1)
			entry := must(s.Reader().Range(t.Context(), "events:a", added.ID, added.ID, 1))(t)[0]
			dead := must(s.Writer().DeadLetter(t.Context(), change.DeadLetterRequest{Entry: entry, Group: "g", Reason: "it broke", Deliveries: 3}))(t)
			if dead.Acked != 1 || dead.Letter.Stream != "dead:events:a" {
				t.Errorf("got %+v", dead)
			}
			letters := must(s.Reader().DeadLetters(t.Context(), "events:a", model.Position{}, 10))(t)
			if len(letters) != 1 {
				t.Fatalf("%d dead letters, want 1", len(letters))
			}
			l := letters[0]
			if l.Origin != entry.Key() || l.Group != "g" || l.Attempt != 3 || l.Reason != "it broke" || !reflect.DeepEqual(l.Original, awkward) {
				t.Errorf("the dead letter says %v %q %d %q", l.Origin, l.Group, l.Attempt, l.Reason)
			}
			back := must(s.Writer().Requeue(t.Context(), change.RequeueRequest{Letter: l}))(t)
			if back.Deleted != 1 || back.Added.Stream != "events:a" {
				t.Errorf("got %+v", back)
			}
			again := must(s.Reader().RangeBack(t.Context(), "events:a", model.Position{}, model.Position{}, 1))(t)[0]
			if !reflect.DeepEqual(again.Fields, awkward) {
				t.Error("the fields came back changed")
			}
			if n := s.client.XLen(t.Context(), "dead:events:a").Val(); n != 0 {
				t.Errorf("%d dead letters are left", n)
			}
		})
	}
}

func TestDeadLettersArePagedFromTheNewest(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.add(t, "dead:events:a", 1, 5)
	var seen []model.Position
	for before := (model.Position{}); ; {
		page := must(s.Reader().DeadLetters(t.Context(), "events:a", before, 2))(t)
		if len(page) == 0 {
			break
		}
		for _, l := range page {
			seen = append(seen, l.Entry.ID)
			if l.Origin != (model.Key{}) {
				t.Errorf("%v has an origin out of nowhere", l.Entry.ID)
			}
		}
		before = page[len(page)-1].Entry.ID
	}
	if !slices.Equal(seen, ids(5, 4, 3, 2, 1)) {
		t.Errorf("saw %v", seen)
	}
}

func TestADeadLetterThatCannotBeWrittenLeavesTheEntryPending(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	entry := s.add(t, "events:a", 1, 1)[0]
	s.deliver(t, "events:a", "g", "c", 1)
	s.run(t, "SET", "dead:events:a", "in the way")
	if _, err := s.Writer().DeadLetter(t.Context(), change.DeadLetterRequest{Entry: entry, Group: "g"}); err == nil {
		t.Error("no error")
	}
	if rows := must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g"}))(t); len(rows) != 1 {
		t.Error("the entry was acknowledged")
	}
}
