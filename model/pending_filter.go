package model

import (
	"strconv"
	"strings"
	"time"
)

// PendingFilter says which of a group's pending entries a person wants to see. The zero one lets all through.
type PendingFilter struct {
	// Consumer is whose they are; empty means all.
	Consumer string
	// MinIdle is for how long at least nobody has touched them.
	MinIdle time.Duration
	// MinDeliveries is how often at least they were delivered.
	MinDeliveries int64
}

// Empty says whether it lets everything through.
func (f PendingFilter) Empty() bool { return f == PendingFilter{} }

// Match says whether a row is one of them.
func (f PendingFilter) Match(p *Pending) bool {
	return (f.Consumer == "" || p.Consumer == f.Consumer) && p.Idle >= f.MinIdle && p.Deliveries >= f.MinDeliveries
}

// String writes it in short: worker-1 idle>5m ×3+.
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
