package publish

import (
	"time"

	"streamdesk/model"
)

// Config holds a program's settings for publishing.
type Config struct {
	MaxLen      int64
	Approx      bool
	Buffer      int
	MaxSize     int
	Replicas    int
	LocalAOF    bool
	Idempotent  bool // where the server supports it
	WaitTimeout time.Duration
	Patience    time.Duration // 0: for ever
	Partitions  map[model.Type]int
	Now         func() time.Time                      // for events without a timestamp
	Check       func(*model.Event) *model.SchemaError // nil without one
}

// Default holds the defaults. 16,384 events of a usual size are about 4 MB and last a tenth of a second at the highest rate,
// which is longer than a round trip and too short to notice. A megabyte per event is far more than an event should have, and
// far less than the 512 MB that Redis accepts.
var Default = Config{Buffer: 16384, MaxSize: 1 << 20, Idempotent: true, Now: time.Now}

// Waits reports whether the writer waits after a batch until replicas or append-only files have it.
func (p Config) Waits() bool { return p.Replicas > 0 || p.LocalAOF }
