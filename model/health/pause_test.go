package health_test

import (
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
)

// TestAPausedGroupIsJudgedByNothingButPoison: it waits because a person wants it to, and says who; a handler that fails each
// time fails again when the group goes on.
func TestAPausedGroupIsJudgedByNothingButPoison(t *testing.T) {
	limits := health.Defaults
	s := &model.Stream{Key: "events:a", Length: 5000, First: model.Position{Ms: 1}, Last: model.Position{Ms: 9}}
	g := withOldest(model.Group{Name: "g", Lag: model.Exactly(5000)}, alertTime.Add(-time.Hour), 1)
	g.Oldest.Idle, g.Pending = time.Hour, 5000
	s.Groups = []model.Group{g}
	if got := health.Of(s, &s.Groups[0], alertTime, limits); got != health.NoConsumers {
		t.Fatalf("without a pause it is %s", got)
	}
	now := &model.Snapshot{At: alertTime, Streams: []model.Stream{*s}}
	standing, raised := limits.Review(nil, nil, now)
	if raised == 0 {
		t.Fatal("without a pause there is no alert")
	}
	s.Groups[0].Control = &model.Control{Pause: &model.Pause{
		By: "ann", Why: "a move", Since: alertTime.Add(-12 * time.Minute), Until: alertTime.Add(48 * time.Minute),
	}}
	now = &model.Snapshot{At: alertTime, Streams: []model.Stream{*s}}
	if alerts, _ := limits.Review(standing, now, now); len(alerts) != 0 {
		t.Errorf("while it is paused there stand %s", told(alerts))
	}
	if got, why := health.Of(s, &s.Groups[0], alertTime, limits), health.Why(s, &s.Groups[0], alertTime, limits); got != health.Paused ||
		why != "by ann for 12m00s, 48m00s more: a move" {
		t.Errorf("it is %s: %s", got, why)
	}
	if heat := health.Heat(s, &s.Groups[0], alertTime, limits); heat > 1 {
		t.Errorf("its heat is %v", heat)
	}
	s.Groups[0].Oldest.Deliveries = 9
	if got := health.Of(s, &s.Groups[0], alertTime, limits); got != health.Poison {
		t.Errorf("with an event that fails again and again it is %s", got)
	}
	s.Groups[0].Control.Pause = &model.Pause{}
	if got := health.PauseReason(s.Groups[0].Control.Pause, alertTime); got != "by a person, without an end" {
		t.Errorf("of a pause that tells nothing it says %q", got)
	}
}

// A group that was paused on purpose makes its stream no trouble, and hides none of another group.
func TestAPauseIsNoTrouble(t *testing.T) {
	s := &model.Stream{Key: "events:a.b", Groups: []model.Group{{Name: "g", Lag: model.Exactly(0), Control: &model.Control{Pause: &model.Pause{}}}}}
	if worst, trouble := health.Worst(s, alertTime, limits), health.Trouble(s, alertTime, limits); worst != health.Paused || trouble != health.KeepingUp {
		t.Errorf("it is %v, and the trouble %v", worst, trouble)
	}
	s.Length, s.Last = 1, model.Position{Ms: 1}
	s.Groups = append(s.Groups, model.Group{Name: "h"})
	if worst, trouble := health.Worst(s, alertTime, limits), health.Trouble(s, alertTime, limits); worst != health.Paused || trouble != health.LagUnknown {
		t.Errorf("with another group it is %v, and the trouble %v", worst, trouble)
	}
}
