package config

import (
	"time"

	"streamdesk/model/health"
)

// MaxAlertTime is a week; more is a mistyped unit.
const MaxAlertTime = Duration(7 * 24 * time.Hour)

// Alerts are the limits by which each consumer group and each workflow is judged, on the desk, by the commands, doctor and the metrics. A number
// of 0 isn't judged, and raises no alert.
type Alerts struct {
	// Pending is how many entries may be delivered and not acknowledged; above it the group is behind.
	Pending int `toml:"pending"`
	// Lag is how many entries may wait to be delivered; above it the group is behind.
	Lag int `toml:"lag"`
	// Oldest is how old the oldest pending entry may get; above it the group is late. "0s" is off.
	Oldest Duration `toml:"oldest"`
	// Idle is for how long nobody has touched the oldest pending entry of a group that is stuck; "0s" is off.
	Idle Duration `toml:"idle"`
	// NoConsumers alerts on a group with work to do and no consumer.
	NoConsumers bool `toml:"no_consumers"`
	// VanishedGroup alerts when a group that was there is gone.
	VanishedGroup bool `toml:"vanished_group"`
	// NeverDelivered alerts when entries were trimmed or deleted before a group had read them.
	NeverDelivered bool `toml:"never_delivered"`
	// Deliveries is how many times the oldest pending entry was delivered in a group whose state is poison.
	Deliveries int `toml:"deliveries"`
	// StageTimes is how many times as long as usual a stage of a workflow may run before that is stuck.
	StageTimes int `toml:"stage_times"`
	// Silence is how long a workflow may wait for what comes next, and a stage run of whose kind too few have ended, before it is
	// stuck; "0s" is off.
	Silence Duration `toml:"silence"`
}

func defaultAlerts() Alerts {
	d := health.Defaults
	return Alerts{
		Pending: int(d.Pending), Lag: int(d.Lag), Oldest: Duration(d.Oldest), Idle: Duration(d.Idle), Deliveries: int(d.Deliveries),
		StageTimes: int(d.StageTimes), Silence: Duration(d.Silence),
		NoConsumers: d.NoConsumers, VanishedGroup: d.VanishedGroup, NeverDelivered: d.NeverDelivered,
	}
}

// Limits are the settings as the one scale of health takes them. Whatever judges a group takes its limits from here.
func (a *Alerts) Limits() health.Limits {
	return health.Limits{
		Pending: int64(a.Pending), Lag: int64(a.Lag), Oldest: a.Oldest.Std(), Idle: a.Idle.Std(), Deliveries: int64(a.Deliveries),
		StageTimes: int64(a.StageTimes), Silence: a.Silence.Std(),
		NoConsumers: a.NoConsumers, VanishedGroup: a.VanishedGroup, NeverDelivered: a.NeverDelivered,
	}
}
