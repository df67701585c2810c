package observe

import (
	"context"
	"fmt"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// DeadLetters returns the dead letters of a source stream, newest first: max count of them, all before the position before (zero:
// from the newest). It sends one XREVRANGE.
func (rd *Reader) DeadLetters(ctx context.Context, stream string, before model.Position, count int) ([]model.DeadLetter, error) {
	if err := fault.NeedStream(stream); err != nil {
		return nil, fmt.Errorf("bus: dead letters: %w", err)
	}
	newest := before.Prev()
	if !before.IsZero() && newest.IsZero() {
		return nil, nil // no entry can be before 0-1, and zero would mean the newest
	}
	entries, err := rd.RangeBack(ctx, rd.DeadLetterKey(stream), newest, model.Position{}, count)
	if err != nil {
		return nil, err
	}
	letters := make([]model.DeadLetter, len(entries))
	for i, e := range entries {
		letters[i] = model.ReadDeadLetter(e)
	}
	return letters, nil
}
