package notes

import (
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
)

// Alerts holds the current alerts of the groups, by the thresholds of the config, and those that ended. They are computed
// from every snapshot, even while the screen is paused: a pause stops the display, not the watch.
type Alerts struct {
	// Standing are the current alerts; Ended are the last ones that ended, newest last.
	Standing, Ended []health.Alert

	before   *model.Snapshot
	rang     time.Time
	notified time.Time
}

const (
	// bellEvery is the min time between two rings: more than one per second is noise, and some terminals queue them.
	bellEvery = time.Second
	// notifyEvery is the min time between two notifications: on a person's desktop they cover each other. Alerts raised between
	// them are in the list and in the status line.
	notifyEvery = 10 * time.Second
	// maxEnded is the max number of ended alerts kept: more than a person reads. It limits memory when alerts come and go.
	maxEnded = 500
)

// Review updates the alerts from a snapshot, and returns how many are new.
func (a *Alerts) Review(limits health.Limits, s *model.Snapshot) (raised int) {
	standing, raised := limits.Review(a.Standing, a.before, s)
	a.end(health.Ended(a.Standing, standing, s.At)...)
	a.Standing, a.before = standing, s
	return raised
}

// Dismiss moves an alert to the ended ones until it is raised again.
func (a *Alerts) Dismiss(gone health.Alert) {
	a.Standing = slices.DeleteFunc(a.Standing, func(a health.Alert) bool { return a.Same(&gone) })
	gone.Ended = a.before.At
	a.end(gone)
}

func (a *Alerts) end(ended ...health.Alert) {
	a.Ended = append(a.Ended, ended...)
	a.Ended = slices.Delete(a.Ended, 0, max(len(a.Ended)-maxEnded, 0))
}

// Ring reports whether the bell may ring now, and takes it that it does.
func (a *Alerts) Ring(now time.Time) bool { return due(&a.rang, bellEvery, now) }

// Notify returns the newest alert if the person may be notified now, and takes it that they are; else nil.
func (a *Alerts) Notify(now time.Time) *health.Alert {
	if len(a.Standing) == 0 || !due(&a.notified, notifyEvery, now) {
		return nil
	}
	newest := slices.MaxFunc(a.Standing, func(x, y health.Alert) int { return x.Since.Compare(y.Since) })
	return &newest
}

// due reports whether a time has passed since the last time, and makes it the last time if so.
func due(last *time.Time, every time.Duration, now time.Time) bool {
	if now.Sub(*last) < every {
		return false
	}
	*last = now
	return true
}
