package publish

import (
	"time"

	"streamdesk/model"
)

// Config is how events are published, as a program has set it.
type Config struct {
	MaxLen      int64
	Approx      bool
	Buffer      int
	MaxSize     int
	Replicas    int
	LocalAOF    bool
	Idempotent  bool // where the server can
	WaitTimeout time.Duration
	Patience    time.Duration // 0: for ever
	Partitions  map[model.Type]int
	Now         func() time.Time // for events without a timestamp
}

// Default is what holds unless a program says otherwise: 16,384 events of a usual size are about 4 MB and last a tenth of a second of the highest rate,
// which is longer than a round trip and shorter than anybody waits. A megabyte an event is far more than an event
// should have, and far less than the 512 MB that Redis would take.
var Default = Config{Buffer: 16384, MaxSize: 1 << 20, Idempotent: true, Now: time.Now}

// Waits says whether a batch is waited for until replicas or append-only files have it.
func (p Config) Waits() bool { return p.Replicas > 0 || p.LocalAOF }
