package wire

import (
	"context"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// Conn is a connection to a server and what has been learned about it: what every part of the bus sends its commands through.
type Conn struct {
	Client   redis.UniversalClient
	Prefix   string
	MaxReply int64    // bytes; 0 means 512 MB
	Learned  Learned  // what the server was found to be able to do
	masters  *masters // nil unless Sentinel names the server
	silence  *silence // nil without a cluster
	Crash    fault.Func
	Waiting  func(fault.Wait) // told of waits; nil for nobody
}

// Guard is work that tells of its panic, when somebody wants to be told.
func (c *Conn) Guard(work func()) func() { return c.Crash.Guard(work) }

// Follow has the clients that are derived from now on stay with the master that Sentinel names, and leave nodes of a cluster that
// are silent and replaced.
func (c *Conn) Follow() { c.masters, c.silence = newMasters(c), newSilence(c) }

// Followed says whether Sentinel names the master.
func (c *Conn) Followed() bool { return c.masters != nil }

// Close ends what [Conn.Follow] began, and waits for that until ctx is done. The client stays open.
func (c *Conn) Close(ctx context.Context) {
	c.masters.close(ctx)
	c.silence.close(ctx)
}
