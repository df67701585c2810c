package wire

import (
	"context"

	"streamdesk/bus/fault"
)

// Conn is a connection to a server with what is known about it: every part of the bus sends its commands through it.
type Conn struct {
	Client   Client
	Prefix   string
	MaxReply int64    // bytes; 0 means 512 MB
	Learned  Learned  // the server's known capabilities
	masters  follower // nil unless Sentinel names the server
	silence  follower // nil without a cluster
	Crash    fault.Func
	Waiting  func(fault.Wait) // called with waits; may be nil
	ReadOnly bool             // nothing is sent that may change the server
	Shared   Shared           // answers that looks share
}

// NeedWrite returns [fault.ErrReadOnly] when nothing may be changed.
func (c *Conn) NeedWrite() error {
	if c.ReadOnly {
		return fault.ErrReadOnly
	}
	return nil
}

// Guard returns work wrapped so that its panic is reported, when Crash is set.
func (c *Conn) Guard(work func()) func() { return c.Crash.Guard(work) }

// Follow makes clients derived from now on follow the master that Sentinel names, and leave nodes of a cluster that are
// silent and replaced.
func (c *Conn) Follow() {
	if m := newMasters(c); m != nil {
		c.masters = m
	}
	if s := newSilence(c); s != nil {
		c.silence = s
	}
}

// Followed reports whether Sentinel names the master.
func (c *Conn) Followed() bool { return c.masters != nil }

// Close ends what [Conn.Follow] started, and waits for the end until ctx is done. The client stays open.
func (c *Conn) Close(ctx context.Context) {
	for _, f := range []follower{c.masters, c.silence} {
		if f != nil {
			f.close(ctx)
		}
	}
}
