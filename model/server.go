package model

import "time"

// Server describes the server: its kind, its capabilities, and its durability.
type Server struct {
	// Name is redis, valkey or another name that the server gives itself. Version is its own version number.
	Name, Version string
	// Mode is standalone, cluster or sentinel; Role is master or slave, in Redis's words.
	Mode, Role string
	// Embedded is true when the server runs inside this program and ends with it.
	Embedded bool
	// Uptime is how long it has been running.
	Uptime time.Duration
	// UsedMemory and MaxMemory are in bytes. MaxMemory 0 means no limit.
	UsedMemory, MaxMemory Count
	// MaxMemoryPolicy is the policy at the limit, such as noeviction.
	MaxMemoryPolicy string
	Durability      Durability
	Can             Capabilities
	// Withheld is empty, or the server's error reply to INFO when it reports nothing about itself.
	Withheld string
}

// Durability describes what a crash of the server can lose.
type Durability struct {
	// Known is false when the server didn't report it.
	Known bool
	// AOF is true when an append-only file is written. Fsync is its policy: always, everysec, no or empty.
	AOF   bool
	Fsync string
	// RDB is true when snapshots are saved. Save holds the rules in Redis's form, such as "3600 1 300 100".
	RDB  bool
	Save string
}

// String returns the durability in a few words.
func (d Durability) String() string {
	switch {
	case !d.Known:
		return "unknown"
	case d.AOF && d.RDB:
		return "AOF " + d.Fsync + " + RDB"
	case d.AOF:
		return "AOF " + d.Fsync
	case d.RDB:
		return "RDB"
	default:
		return "none"
	}
}

// Capabilities are found by asking the server, never guessed from its name.
type Capabilities struct {
	// FullInfo: XINFO STREAM … FULL (Redis 6.0).
	FullInfo bool
	// AutoClaim: XAUTOCLAIM (6.2).
	AutoClaim bool
	// PendingIdle: XPENDING … IDLE (6.2).
	PendingIdle bool
	// Lag: entries-added, entries-read and lag (7.0).
	Lag bool
	// ActiveTime: the time since a consumer last got something (7.2).
	ActiveTime bool
	// Idempotent: XADD … IDMP, which makes a repeated publish harmless (8.6).
	Idempotent bool
	// WaitAOF: WAITAOF (7.2).
	WaitAOF bool
	// TrimMinID: XTRIM … MINID (6.2).
	TrimMinID bool
	// TrimAcked: XTRIM … ACKED, which removes only what every group has acknowledged (8.2).
	TrimAcked bool
	// DeleteReferences: XDELEX … DELREF, which clears what it deletes from the pending entries lists (8.2).
	DeleteReferences bool
	// ReadClaims: XREADGROUP … CLAIM, which claims the idle pending entries of other consumers while it reads (8.4).
	ReadClaims bool
	// Withheld is true when the user lacks permission to ask for all of these, so a capability that is false may still
	// exist.
	Withheld bool
}
