package transfer

import (
	"context"
	"iter"

	"streamdesk/bus"
	"streamdesk/bus/observe"
)

// readAhead is a page that was read, or the reason why there are no more.
type readAhead struct {
	page observe.Page
	err  error
}

// ahead returns a part of a stream in pages. A separate goroutine reads them, so that reading and processing don't wait for each
// other. It ends with the first error, and leaves nothing running.
func ahead(ctx context.Context, b *bus.Bus, part observe.Span) iter.Seq2[observe.Page, error] {
	return func(yield func(observe.Page, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		pages := make(chan readAhead, 1)
		go b.Guard(func() {
			defer close(pages)
			for page, err := range b.Reader().Pages(ctx, part) {
				select {
				case pages <- readAhead{page, err}:
				case <-ctx.Done():
					return
				}
			}
		})()
		defer func() {
			stop()
			for range pages { // until it has ended
			}
		}()
		for r := range pages {
			if !yield(r.page, r.err) || r.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(observe.Page{}, err)
		}
	}
}
