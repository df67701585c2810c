package bus

import (
	"fmt"

	"streamdesk/bus/change"
)

// WithRetention sets how much of the streams is kept; the first rule that fits a stream holds. The bus enforces the rules while it
// consumes, every ten seconds, in small steps: it removes what exceeds them, and never what a group has not acknowledged or not
// reached. Of several processes with rules for one prefix, one does, which holds a lease (SET NX PX). It is part of the periodic
// work that [WithChores] turns off. It sends SCAN, XINFO, XRANGE and XTRIM … MINID ~, before Redis 6.2 a script. What was removed
// is reported to [Hooks].Trimmed, and failures to [Hooks].ChoreFailed.
func WithRetention(rules ...change.Retention) Option {
	return func(b *Bus) { b.chores.Retention = rules }
}

func (b *Bus) checkRetention() error {
	for i := range b.chores.Retention {
		if err := b.chores.Retention[i].Validate(); err != nil {
			return fmt.Errorf("bus: open: %w", err)
		}
	}
	return nil
}
