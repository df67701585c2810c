package series

import (
	"slices"
	"time"
)

// Costs is how long the last three looks at something took that came to their end. It isn't safe for concurrent use.
type Costs struct {
	last [3]time.Duration
	n    int
}

// Add takes in how long one took.
func (c *Costs) Add(took time.Duration) {
	c.last[c.n%len(c.last)] = took
	c.n++
}

// Typical is the shortest, 0 before the first: a look that had to wait for a server that stalled, or for the heir of a node that
// died, says nothing of how much there is to look at.
func (c *Costs) Typical() time.Duration {
	if c.n == 0 {
		return 0
	}
	return slices.Min(c.last[:min(c.n, len(c.last))])
}
