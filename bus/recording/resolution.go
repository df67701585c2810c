package recording

import "time"

// Resolution returns how far apart the moments of an age are: [Step], or more once they are thinned.
func Resolution(age time.Duration) time.Duration {
	apart := Step
	for _, t := range thinnings {
		if age > t.age {
			apart = t.step
		}
	}
	return apart
}
