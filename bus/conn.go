package bus

import (
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// conn is a connection to a server and what has been learned about it: what every part of the bus sends its commands through.
type conn struct {
	client   redis.UniversalClient
	prefix   string
	maxReply int64    // bytes; 0 means [DefaultMaxReply]
	learned  learned  // what the server was found to be able to do
	masters  *masters // nil unless Sentinel names the server
	silence  *silence // nil without a cluster
	crash    fault.Func
	waiting  func(Wait) // told of waits; nil for nobody
}

// guard is work that tells of its panic, when somebody wants to be told.
func (c *conn) guard(work func()) func() { return c.crash.Guard(work) }
