package bus

import (
	"time"

	"streamdesk/model"
)

// publishing is how events are published, as a program has set it.
type publishing struct {
	maxLen      int64
	approx      bool
	buffer      int
	maxSize     int
	replicas    int
	localAOF    bool
	idempotent  bool // where the server can
	waitTimeout time.Duration
	patience    time.Duration // 0: for ever
	partitions  map[model.Type]int
	now         func() time.Time // for events without a timestamp
}

// defaultPublishing: 16,384 events of a usual size are about 4 MB and last a tenth of a second of the highest rate,
// which is longer than a round trip and shorter than anybody waits. A megabyte an event is far more than an event
// should have, and far less than the 512 MB that Redis would take.
var defaultPublishing = publishing{buffer: 16384, maxSize: 1 << 20, idempotent: true, now: time.Now}

// waits says whether a batch is waited for until replicas or append-only files have it.
func (p publishing) waits() bool { return p.replicas > 0 || p.localAOF }
