package health

import (
	"testing"
	"time"

	"streamdesk/model"
)

func TestAConsumerIsJudgedByWhatItHolds(t *testing.T) {
	for _, c := range []struct {
		name            string
		pending         int64
		idle            time.Duration
		holder          string
		deliveries      int64
		untouched       time.Duration
		want, unlimited State
	}{
		{"one that reads", 3, time.Second, "worker-1", 1, time.Second, KeepingUp, KeepingUp},
		{"one that went away with nothing", 0, time.Hour, "other", 9, time.Hour, KeepingUp, KeepingUp},
		{"one that went away with entries", 3, time.Hour, "other", 1, time.Second, Stuck, KeepingUp},
		{"one that reads on and leaves an entry", 3, time.Second, "worker-1", 1, time.Hour, Stuck, KeepingUp},
		{"one that fails", 3, time.Second, "worker-1", 9, time.Second, Poison, KeepingUp},
		{"one that fails and is gone", 3, time.Hour, "worker-1", 9, time.Hour, Stuck, KeepingUp},
		{"one beside one that fails", 3, time.Second, "other", 9, time.Hour, KeepingUp, KeepingUp},
	} {
		g := model.Group{Pending: c.pending, Oldest: &model.Pending{Consumer: c.holder, Deliveries: c.deliveries, Idle: c.untouched}}
		one := model.Consumer{Name: "worker-1", Pending: c.pending, Idle: c.idle}
		if got := Consumer(&g, &one, Defaults); got != c.want {
			t.Errorf("%s is %v, want %v", c.name, got, c.want)
		}
		if got := Consumer(&g, &one, Limits{}); got != c.unlimited {
			t.Errorf("%s is %v without limits, want %v", c.name, got, c.unlimited)
		}
	}
}
