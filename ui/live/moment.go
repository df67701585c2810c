package live

import (
	"time"

	"streamdesk/model"
)

// Past says that data shows the bus as it was, from a recording, and the entries that the streams still hold of that time.
type Past struct {
	// At is the moment that is shown, on the server's clock.
	At time.Time
	// Present is the newest snapshot of the bus; nil when there is none.
	Present *model.Snapshot
}

// Reach returns from when on a stream, or any stream for "", still holds entries; false when it holds none.
func (p *Past) Reach(stream string) (from time.Time, some bool) {
	if p.Present == nil {
		return time.Time{}, false
	}
	for i := range p.Present.Streams {
		s := &p.Present.Streams[i]
		if stream != "" && s.Key != stream || s.Length == 0 || s.First.IsZero() {
			continue
		}
		if first := s.First.Time(); !some || first.Before(from) {
			from, some = first, true
		}
	}
	return from, some
}
