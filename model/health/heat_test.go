package health_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/health"
)

// Heat is over 1 where a number is over its limit, and says of which limit the worst number takes how much.
func TestHeatIsTheWorstNumberByItsLimit(t *testing.T) {
	someone := []model.Consumer{{Name: "worker-1"}}
	for name, c := range map[string]struct {
		group model.Group
		want  float64
	}{
		"nothing":      {model.Group{Consumers: someone, Lag: model.Exactly(0)}, 0},
		"lag":          {model.Group{Consumers: someone, Lag: model.Exactly(5)}, 0.5},
		"lag, pending": {model.Group{Consumers: someone, Lag: model.Exactly(5), Pending: 80}, 4},
		"unknown lag":  {model.Group{Consumers: someone, Lag: model.Count{N: 50}}, 0},
		"deliveries":   {model.Group{Consumers: someone, Pending: 1, Oldest: &model.Pending{ID: model.PositionAt(alertTime), Deliveries: 12}}, 4},
		"untouched":    {model.Group{Consumers: someone, Pending: 1, Oldest: &model.Pending{ID: model.PositionAt(alertTime), Idle: 2 * time.Minute}}, 2},
		"old": {model.Group{Consumers: someone, Pending: 1, Oldest: &model.Pending{
			ID: model.PositionAt(alertTime.Add(-3 * time.Hour)),
		}}, 3},
	} {
		if got := health.Heat(&model.Stream{Key: "s"}, &c.group, alertTime, limits); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := health.Heat(&model.Stream{}, &model.Group{Lag: model.Exactly(9), Pending: 9}, alertTime, health.Limits{}); got != 0 {
		t.Errorf("without limits it is %v", got)
	}
}

// What has a state because of a number is at its limit at least.
func TestWhatIsOverALimitIsHot(t *testing.T) {
	stream := model.Stream{Key: "s", Length: 50, Last: model.Position{Ms: 1 << 60}}
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGroup(rt)
		switch heat := health.Heat(&stream, &g, alertTime, limits); health.Of(&stream, &g, alertTime, limits) {
		case health.Behind, health.Late, health.Stuck, health.Poison:
			if heat < 1 {
				rt.Fatalf("%v: %s", heat, health.Why(&stream, &g, alertTime, limits))
			}
		case health.KeepingUp:
			if heat > 1 {
				rt.Fatalf("%v of a group that keeps up", heat)
			}
		case health.LagUnknown, health.NoConsumers, health.Paused:
		}
	})
}
