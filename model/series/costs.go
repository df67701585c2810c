package series

import (
	"slices"
	"time"
)

// Costs holds how long the last three completed looks at something took. It isn't safe for concurrent use.
type Costs struct {
	last [3]time.Duration
	n    int
}

// Add takes in how long one took.
func (c *Costs) Add(took time.Duration) {
	c.last[c.n%len(c.last)] = took
	c.n++
}

// Typical returns the shortest, or 0 when there is none. A look that waited for a stalled server, or for the successor
// of a dead node, says nothing about how much there is to look at.
func (c *Costs) Typical() time.Duration {
	if c.n == 0 {
		return 0
	}
	return slices.Min(c.last[:min(c.n, len(c.last))])
}
