package config

import (
	"time"

	"streamdesk/model/health"
)

// MaxAlertTime is a week; more is a mistyped unit.
const MaxAlertTime = Duration(7 * 24 * time.Hour)

// Alerts are the limits by which the desk, the commands, doctor and the metrics judge each consumer group and each
// workflow. A limit of 0 turns its check off and raises no alert.
type Alerts struct {
	// Pending is how many entries may be delivered and not acknowledged; above it the group is behind.
	Pending int `toml:"pending"`
	// Lag is how many entries may wait to be delivered; above it the group is behind.
	Lag int `toml:"lag"`
	// Oldest is how old the oldest pending entry may get; above it the group is late. "0s" is off.
	Oldest Duration `toml:"oldest"`
	// Idle is the idle time of the oldest pending entry from which the group is stuck; "0s" is off.
	Idle Duration `toml:"idle"`
	// NoConsumers alerts on a group with work to do and no consumer.
	NoConsumers bool `toml:"no_consumers"`
	// VanishedGroup alerts when a group that was there is gone.
	VanishedGroup bool `toml:"vanished_group"`
	// NeverDelivered alerts when entries were trimmed or deleted before a group had read them.
	NeverDelivered bool `toml:"never_delivered"`
	// Deliveries is the number of deliveries of the oldest pending entry from which the group's state is poison.
	Deliveries int `toml:"deliveries"`
	// StageTimes is how many times its usual time a stage of a workflow may run before it is stuck.
	StageTimes int `toml:"stage_times"`
	// Silence is how long a workflow may wait for its next step, and how long a stage without a known usual time may
	// run, before it is stuck; "0s" is off.
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

// Limits returns the settings as limits of package health. All code that judges groups uses these.
func (a *Alerts) Limits() health.Limits {
	return health.Limits{
		Pending: int64(a.Pending), Lag: int64(a.Lag), Oldest: a.Oldest.Std(), Idle: a.Idle.Std(), Deliveries: int64(a.Deliveries),
		StageTimes: int64(a.StageTimes), Silence: a.Silence.Std(),
		NoConsumers: a.NoConsumers, VanishedGroup: a.VanishedGroup, NeverDelivered: a.NeverDelivered,
	}
}
