package model

import "time"

// Server is what the server at the other end is, what it can do, and how much of what it holds survives a crash.
type Server struct {
	// Name is redis, valkey or what else the server calls itself; Version is its own version number.
	Name, Version string
	// Mode is standalone, cluster or sentinel; Role is master or slave, in Redis's words.
	Mode, Role string
	// Embedded says that the server runs inside this program and dies with it.
	Embedded bool
	// Uptime is how long it has been running.
	Uptime time.Duration
	// UsedMemory and MaxMemory are bytes; MaxMemory 0 means without a limit.
	UsedMemory, MaxMemory Count
	// MaxMemoryPolicy is what happens at the limit, such as noeviction.
	MaxMemoryPolicy string
	Durability      Durability
	Can             Capabilities
	// Withheld is empty, or why the server says nothing of itself: what it answered to INFO.
	Withheld string
}

// Durability is what a crash of the server can cost.
type Durability struct {
	// Known is false when the server wouldn't tell.
	Known bool
	// AOF says whether an append-only file is written; Fsync is its policy: always, everysec, no or empty.
	AOF   bool
	Fsync string
	// RDB says whether snapshots are saved; Save are the rules in Redis's form, such as "3600 1 300 100".
	RDB  bool
	Save string
}

// String is the durability in a few words.
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

// Capabilities are what was found by asking the server, never guessed from its name.
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
	// ReadClaims: XREADGROUP … CLAIM, which takes over what others have left while it reads (8.4).
	ReadClaims bool
	// Withheld says that the user may not ask for all of these, so that what isn't there may be.
	Withheld bool
}
