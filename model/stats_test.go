package model_test

import (
	"testing"
	"time"

	"streamdesk/model"
)

func TestSnapshotFindsByName(t *testing.T) {
	s := model.Snapshot{Streams: []model.Stream{{Key: "a"}, {Key: "b", Groups: []model.Group{{Name: "g"}}}, {Key: "c"}}}
	if got := s.Stream("b"); got == nil || got.Group("g") == nil || got.Group("h") != nil {
		t.Errorf("Stream(b) = %+v", got)
	}
	for _, key := range []string{"", "aa", "d"} {
		if got := s.Stream(key); got != nil {
			t.Errorf("Stream(%q) = %+v", key, got)
		}
	}
}

func TestGroupNumbers(t *testing.T) {
	g := model.Group{EntriesRead: model.Exactly(10), Pending: 3}
	if got := g.Acked(); got != model.Exactly(7) {
		t.Errorf("Acked() = %v", got)
	}
	now := time.UnixMilli(5000)
	if _, ok := g.OldestAge(now); ok {
		t.Error("nothing is pending and has an age")
	}
	g.Oldest = &model.Pending{ID: model.Position{Ms: 2000}}
	if age, ok := g.OldestAge(now); !ok || age != 3*time.Second {
		t.Errorf("OldestAge() = %v, %v", age, ok)
	}
	if age, _ := g.OldestAge(time.UnixMilli(1000)); age != 0 {
		t.Errorf("an entry from the future is %v old", age)
	}
}

func TestServerWords(t *testing.T) {
	for want, d := range map[string]model.Durability{
		"unknown": {AOF: true}, "none": {Known: true}, "RDB": {Known: true, RDB: true},
		"AOF always":         {Known: true, AOF: true, Fsync: "always"},
		"AOF everysec + RDB": {Known: true, AOF: true, Fsync: "everysec", RDB: true},
	} {
		if got := d.String(); got != want {
			t.Errorf("%+v reads %q", d, got)
		}
	}
	for state, want := range []string{"unknown", "not delivered", "pending", "acked"} {
		if got := model.DeliveryState(state).String(); got != want {
			t.Errorf("delivery %d reads %q", state, got)
		}
	}
}
