package bus

import "streamdesk/bus/internal/wire"

// Backoff is how long to wait before trying again: First after the first failure, doubled after each further one up to Max, and
// each time shortened by a random part of up to a half, so that many that failed together do not all come back together.
type Backoff = wire.Backoff
