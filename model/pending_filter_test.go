package model_test

import (
	"testing"
	"time"

	"streamdesk/model"
)

func TestFormatAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * time.Second: "30s", 10 * time.Second: "10s", time.Minute: "1m", 90 * time.Second: "1m30s", 15 * time.Minute: "15m",
		20 * time.Minute: "20m", time.Hour: "1h", 10 * time.Hour: "10h", 70 * time.Minute: "1h10m", 24 * time.Hour: "24h",
	} {
		if got := model.FormatAge(d); got != want {
			t.Errorf("FormatAge(%v) = %q, want %q", d, got, want)
		}
		if back, err := model.ParseAge(want); err != nil || back != d {
			t.Errorf("%q is read as %v, %v", want, back, err)
		}
	}
}

func TestAPendingFilterLetsThroughWhatItSays(t *testing.T) {
	row := model.Pending{Consumer: "worker-1", Idle: 5 * time.Minute, Deliveries: 3}
	for _, c := range []struct {
		filter model.PendingFilter
		text   string
		want   bool
	}{
		{model.PendingFilter{}, "", true},
		{model.PendingFilter{Consumer: "worker-1"}, "worker-1", true},
		{model.PendingFilter{Consumer: "worker"}, "worker", false},
		{model.PendingFilter{MinIdle: 5 * time.Minute}, "idle>5m", true},
		{model.PendingFilter{MinIdle: 5*time.Minute + 1}, "idle>5m0.000000001s", false},
		{model.PendingFilter{MinDeliveries: 3}, "×3+", true},
		{model.PendingFilter{MinDeliveries: 4}, "×4+", false},
		{model.PendingFilter{Consumer: "worker-1", MinIdle: 90 * time.Second, MinDeliveries: 2}, "worker-1 idle>1m30s ×2+", true},
	} {
		if c.filter.Match(&row) != c.want || c.filter.String() != c.text || c.filter.Empty() != (c.text == "") {
			t.Errorf("%+v: %v, %q", c.filter, c.filter.Match(&row), c.filter)
		}
	}
}
