package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrBlock means that a block time under a millisecond would reach Redis as BLOCK 0, which waits forever.
var ErrBlock = errors.New("block must be at least a millisecond")

// ErrHandlerStuck means that a handler had not returned when the grace period was over. Its entries stay pending.
var ErrHandlerStuck = errors.New("a handler did not return in time")

// BatchError is a bus.BatchHandler's error about some of the messages, by their index; the others have succeeded. The
// errors may be wrapped by bus.Term and bus.RetryAfter.
type BatchError map[int]error

// Error returns how many failed, and the first of the errors.
func (e BatchError) Error() string {
	indexes := slices.Sorted(maps.Keys(e))
	if len(indexes) == 0 {
		return "no message failed"
	}
	return fmt.Sprintf("%d messages failed, the first: %v", len(e), e[indexes[0]])
}
