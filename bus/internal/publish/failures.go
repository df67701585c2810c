package publish

import (
	"errors"
	"fmt"
	"sync"

	"streamdesk/bus/fault"
)

// failures keeps the errors of buffered events until a caller asks for them.
type failures struct {
	mu    sync.Mutex
	errs  []error
	count int
	lost  []error
}

// maxFailures is the max number of errors kept in full: one screenful shows what is wrong, the hook reports the rest.
const maxFailures = 16

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	if len(f.errs) < maxFailures {
		f.errs = append(f.errs, err)
	}
}

// addLost keeps a report of lost events, max [maxFailures] of them.
func (f *failures) addLost(lost *fault.LostError) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.lost) < maxFailures {
		f.lost = append(f.lost, lost)
	}
}

func (f *failures) take() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	lost := errors.Join(f.lost...)
	errs := f.errs
	if more := f.count - len(errs); more > 0 {
		errs = append(errs, fmt.Errorf("and %d more", more))
	}
	f.errs, f.count, f.lost = nil, 0, nil
	if len(errs) == 0 {
		return lost
	}
	return errors.Join(fmt.Errorf("%w: %w", fault.ErrUnpublished, errors.Join(errs...)), lost)
}
