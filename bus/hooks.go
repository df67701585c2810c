package bus

import "streamdesk/bus/report"

// Hooks are told what the bus does, each where it is not nil.
type Hooks = report.Hooks

// JoinHooks makes hooks that tell each of several listeners in turn. What none of them listens to stays nil, and costs nothing.
func JoinHooks(all ...Hooks) Hooks { return report.Join(all...) }

// Stats count what a [Bus] has done since it was opened.
type Stats struct {
	// Published entries were confirmed by the server; Failed will never be; Resent were sent again after a lost reply.
	Published, Failed, Resent uint64
	// Buffered events wait to be published now.
	Buffered int
	// Delivered counts calls of handlers, Acked confirmed acknowledgements, Retried failed calls, DeadLettered entries
	// that were given up, Claimed those taken over from others, Gone those that were deleted while pending.
	Delivered, Acked, Retried, DeadLettered, Claimed, Gone uint64
	// Dropped counts events that slow local handlers lost.
	Dropped uint64
	// Reconnects counts connections that were made again.
	Reconnects uint64
}

// Stats reads the counters. Each number is exact; together they are no snapshot of one moment.
func (b *Bus) Stats() Stats {
	p, c := &b.writer.Counters, &b.consumers.Counters
	return Stats{
		Published: p.Published.Load(), Failed: p.Failed.Load(), Resent: p.Resent.Load(),
		Buffered:  b.writer.Waiting(),
		Delivered: c.Delivered.Load(), Acked: c.Acked.Load(), Retried: c.Retried.Load(),
		DeadLettered: c.DeadLettered.Load(), Claimed: c.Claimed.Load(), Gone: c.Gone.Load(),
		Dropped: b.local.dropped.Load(), Reconnects: p.Reconnects.Load() + c.Reconnects.Load(),
	}
}
