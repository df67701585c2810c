package model

import (
	"strconv"
	"strings"
	"time"
)

// PendingFilter selects a group's pending entries. The zero value selects all.
type PendingFilter struct {
	// Consumer is the consumer that holds them; empty means all.
	Consumer string
	// MinIdle is the min time since they were last touched.
	MinIdle time.Duration
	// MinDeliveries is the min number of deliveries.
	MinDeliveries int64
}

// Empty reports whether the filter selects everything.
func (f PendingFilter) Empty() bool { return f == PendingFilter{} }

// Match reports whether the filter selects a row.
func (f PendingFilter) Match(p *Pending) bool {
	return (f.Consumer == "" || p.Consumer == f.Consumer) && p.Idle >= f.MinIdle && p.Deliveries >= f.MinDeliveries
}

// String returns the filter in short: worker-1 idle>5m ×3+.
func (f PendingFilter) String() string {
	var parts []string
	if f.Consumer != "" {
		parts = append(parts, f.Consumer)
	}
	if f.MinIdle > 0 {
		parts = append(parts, "idle>"+FormatAge(f.MinIdle))
	}
	if f.MinDeliveries > 0 {
		parts = append(parts, "×"+strconv.FormatInt(f.MinDeliveries, 10)+"+")
	}
	return strings.Join(parts, " ")
}
