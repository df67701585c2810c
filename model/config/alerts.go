package config

import "time"

const (
	// DefaultAlertPending is a tenth of what one consumer may hold: it is on its way to stopping, and there is time to look.
	DefaultAlertPending = 1_000
	// DefaultAlertLag is one second of traffic at the rate the bus is built for.
	DefaultAlertLag = 10_000
	// DefaultAlertOldest is twice the default AckWait: by then a live consumer should have taken the entry over.
	DefaultAlertOldest = Duration(time.Minute)
	// DefaultAlertDeliveries is no accident any more, and leaves most of the default MaxDeliver to whoever looks.
	DefaultAlertDeliveries = 3
	// MaxAlertOldest is a week; more is a mistyped unit.
	MaxAlertOldest = Duration(7 * 24 * time.Hour)
)

// Alerts are thresholds for each consumer group. A number of 0 switches its alert off.
type Alerts struct {
	// Pending alerts above so many entries delivered and not acknowledged.
	Pending int `toml:"pending"`
	// Lag alerts above so many entries not yet delivered.
	Lag int `toml:"lag"`
	// Oldest alerts when an entry has been pending for longer; "0s" is off.
	Oldest Duration `toml:"oldest"`
	// NoConsumers alerts on a group with work to do and no consumer.
	NoConsumers bool `toml:"no_consumers"`
	// VanishedGroup alerts when a group that was there is gone.
	VanishedGroup bool `toml:"vanished_group"`
	// NeverDelivered alerts when entries were trimmed or deleted before a group had read them.
	NeverDelivered bool `toml:"never_delivered"`
	// Deliveries alerts when a pending entry has been delivered at least so many times.
	Deliveries int `toml:"deliveries"`
}

func defaultAlerts() Alerts {
	return Alerts{
		Pending:        DefaultAlertPending,
		Lag:            DefaultAlertLag,
		Oldest:         DefaultAlertOldest,
		NoConsumers:    true,
		VanishedGroup:  true,
		NeverDelivered: true,
		Deliveries:     DefaultAlertDeliveries,
	}
}
