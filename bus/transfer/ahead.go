package transfer

import (
	"context"
	"iter"

	"streamdesk/bus"
	"streamdesk/model"
)

// readAhead holds entries that were read, or the reason why there are no more.
type readAhead struct {
	entries []model.Entry
	err     error
}

// ahead returns a range of a stream in batches. A separate goroutine reads them, so that reading and processing don't wait for
// each other. It ends with the first error, and leaves nothing running.
func ahead(ctx context.Context, b *bus.Bus, stream string, from, to model.Position) iter.Seq2[[]model.Entry, error] {
	return func(yield func([]model.Entry, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		batches := make(chan readAhead, 1)
		go b.Guard(func() {
			defer close(batches)
			send := func(r readAhead) bool {
				select {
				case batches <- r:
					return true
				case <-ctx.Done():
					return false
				}
			}
			var entries []model.Entry
			size := 0
			for e, err := range b.Reader().Replay(ctx, []string{stream}, from, to) {
				if err != nil {
					send(readAhead{err: err})
					return
				}
				entries = append(entries, e)
				if size += e.Size(); len(entries) < batchEntries && size < batchBytes {
					continue
				}
				if !send(readAhead{entries: entries}) {
					return
				}
				entries, size = make([]model.Entry, 0, batchEntries), 0
			}
			send(readAhead{entries: entries})
		})()
		defer func() {
			stop()
			for range batches { // until it has ended
			}
		}()
		for r := range batches {
			if !yield(r.entries, r.err) || r.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}
