package config

import "time"

const (
	// DefaultWait is longer than a failover of Sentinel or of a cluster takes, and short enough that a script that waits
	// in vain is noticed.
	DefaultWait = Duration(30 * time.Second)
	// MinWait is less than any server that answers over a network needs.
	MinWait = Duration(100 * time.Millisecond)
	// MaxWait is a day; more is a mistyped unit.
	MaxWait = Duration(24 * time.Hour)
)
