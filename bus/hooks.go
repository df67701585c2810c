package bus

import "streamdesk/bus/report"

// Hooks are functions that the bus calls to report what it does; nil ones are skipped.
type Hooks = report.Hooks

// JoinHooks returns hooks that call each of several listeners in turn. A hook that is nil in all of them stays nil and costs
// nothing.
func JoinHooks(all ...Hooks) Hooks { return report.Join(all...) }

// Stats count what a [Bus] has done since it was opened.
type Stats struct {
	// Published counts entries confirmed by the server, Failed those that never will be, Resent those sent again after a lost
	// reply.
	Published, Failed, Resent uint64
	// Buffered is the number of events that wait to be published now.
	Buffered int
	// Delivered counts calls of handlers, Acked confirmed acknowledgements, Retried failed calls, DeadLettered entries that
	// were dead-lettered, Claimed entries claimed from other consumers, Gone entries deleted while pending.
	Delivered, Acked, Retried, DeadLettered, Claimed, Gone uint64
	// Dropped counts events that local handlers lost because they were too slow.
	Dropped uint64
	// Reconnects counts connections that were made again.
	Reconnects uint64
}

// Stats returns the counters. Each number is exact, but they are not a snapshot of one moment.
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
