package recording

import (
	"time"

	"streamdesk/model"
)

// perStep is the number of streams, groups and consumers, taken together, that are recorded every [Step]: reading and storing so many
// takes below a hundredth of a core.
const perStep = 2000

// StepOf returns the time between two moments of a bus as large as a snapshot: a [Step] for each 2,000 streams, groups and consumers,
// taken together, that have begun. A bus of 26 streams with 4 groups each is recorded once a second, one of 1,000 every seven.
func StepOf(s *model.Snapshot) time.Duration {
	n := len(s.Streams)
	for i := range s.Streams {
		n += len(s.Streams[i].Groups)
		for j := range s.Streams[i].Groups {
			n += len(s.Streams[i].Groups[j].Consumers)
		}
	}
	steps := max((n+perStep-1)/perStep, 1)
	return time.Duration(steps) * Step
}
