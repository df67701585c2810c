package recording

import (
	"math"
	"reflect"
	"testing"
	"time"

	"streamdesk/model"
)

func TestTheServerIsReadAgainAndTheUnknownStaysUnknown(t *testing.T) {
	s, _ := create(t, 0)
	first := model.Server{Name: "valkey", Version: "8.1", Role: "master", Uptime: time.Hour, UsedMemory: model.Exactly(7), MaxMemory: model.Exactly(0), Can: model.Capabilities{Lag: true}}
	second := first
	second.Uptime, second.UsedMemory, second.MaxMemory = 2*time.Hour, model.Count{}, model.Count{}
	for i, server := range []*model.Server{&first, &second} {
		at := began.Add(time.Duration(i) * ServerStep)
		for range 2 { // another recorder may have it too
			if err := s.WriteServer(t.Context(), at, server); err != nil {
				t.Fatal(err)
			}
		}
		got, found, err := s.ServerAt(t.Context(), at.Add(time.Second))
		if want := (ServerPoint{at, *server}); err != nil || !found || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v, %v; want %+v", got, found, err, want)
		}
	}
	if _, found, err := s.ServerAt(t.Context(), began.Add(-1)); found || err != nil {
		t.Errorf("before the first: %v, %v", found, err)
	}
}

func TestActionsAreNotDoubled(t *testing.T) {
	s, _ := create(t, 0)
	ack := Action{At: began.Add(time.Microsecond), Name: "ack", Stream: "events:a", Group: "g", Who: "ada@desk", IDs: 3}
	failed := ack
	failed.At, failed.Err = began.Add(time.Minute), "connection lost"
	half := failed
	half.IDs, half.Err = 1, ""
	for _, actions := range [][]Action{{ack, half}, {failed}, {ack, half}, nil} {
		if err := s.Note(t.Context(), actions); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Actions(t.Context(), began, began.Add(time.Minute))
	if want := []Action{ack, failed}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if got, err := s.Actions(t.Context(), time.Time{}, time.UnixMilli(math.MaxInt64)); len(got) != 2 || err != nil {
		t.Errorf("of all times: %+v, %v", got, err)
	}
	if got, err := s.Actions(t.Context(), began, began); len(got) > 0 || err != nil {
		t.Errorf("before the first: %+v, %v", got, err)
	}
}

func TestWhatIsOldIsForgottenWithItsMoments(t *testing.T) {
	s, _ := create(t, 0)
	if err := s.Note(t.Context(), []Action{{At: began, Name: "ack"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.WriteServer(t.Context(), began, &model.Server{Name: "redis"}); err != nil {
		t.Fatal(err)
	}
	later := began.Add(Forget + time.Second)
	if err := s.Write(t.Context(), &model.Snapshot{At: later}); err != nil {
		t.Fatal(err)
	}
	actions, err := s.Actions(t.Context(), began, later)
	if err != nil || len(actions) > 0 {
		t.Errorf("%+v, %v", actions, err)
	}
	if _, found, err := s.ServerAt(t.Context(), later); found || err != nil {
		t.Errorf("the server: %v, %v", found, err)
	}
}
