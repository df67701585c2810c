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

func TestGroupHealthNamesTheFault(t *testing.T) {
	limits := model.HealthLimits{Lag: 10, Idle: time.Minute}
	someone := []model.Consumer{{Name: "worker-1"}}
	last := model.Position{Ms: 9}
	stream := model.Stream{Last: last}
	fresh, stale := &model.Pending{Idle: time.Second}, &model.Pending{Idle: time.Minute}
	for name, c := range map[string]struct {
		group model.Group
		want  model.Health
	}{
		"idle":                   {model.Group{Consumers: someone, Lag: model.Exactly(0)}, model.KeepingUp},
		"a little lag":           {model.Group{Consumers: someone, Lag: model.Exactly(10)}, model.KeepingUp},
		"lag":                    {model.Group{Consumers: someone, Lag: model.Exactly(11)}, model.Behind},
		"unknown lag, all read":  {model.Group{Consumers: someone, LastDelivered: last}, model.KeepingUp},
		"unknown lag":            {model.Group{Consumers: someone}, model.LagUnknown},
		"unknown lag, nobody":    {model.Group{}, model.NoConsumers},
		"fresh pending":          {model.Group{Consumers: someone, Pending: 1, Oldest: fresh, Lag: model.Exactly(0)}, model.KeepingUp},
		"stale pending":          {model.Group{Consumers: someone, Pending: 1, Oldest: stale}, model.Stuck},
		"stale pending and lag":  {model.Group{Consumers: someone, Pending: 1, Oldest: stale, Lag: model.Exactly(99)}, model.Stuck},
		"nobody, nothing to do":  {model.Group{Lag: model.Exactly(0)}, model.KeepingUp},
		"nobody, entries wait":   {model.Group{Lag: model.Exactly(1)}, model.NoConsumers},
		"nobody, entries remain": {model.Group{Pending: 1, Oldest: fresh}, model.NoConsumers},
	} {
		if got := stream.Health(&c.group, limits); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
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
	for health, want := range []string{"keeping up", "lag unknown", "behind", "stuck", "no consumers", "unknown"} {
		if got := model.Health(health).String(); got != want {
			t.Errorf("health %d reads %q", health, got)
		}
	}
}
