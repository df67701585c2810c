package wire

import "context"

// vigil is a goroutine that watches something until it is ended. Its owner's mu guards it.
type vigil struct {
	stop    func()        // nil while nothing is watched
	stopped chan struct{} // closed when the goroutine has ended
}

// begin starts the watch, once. The caller holds mu.
func (v *vigil) begin(c *Conn, watch func(context.Context)) {
	if v.stop != nil {
		return
	}
	watching, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	v.stop, v.stopped = stop, stopped
	go c.Guard(func() {
		watch(watching)
		close(stopped) // not deferred: a watch that panics hasn't ended normally
	})()
}

// end ends the watch, and waits for its end until ctx is done. The goroutine ends when its queries do. The caller doesn't
// hold mu, which the watch may need.
func (v vigil) end(ctx context.Context) {
	if v.stop == nil {
		return
	}
	v.stop()
	select {
	case <-v.stopped:
	case <-ctx.Done():
	}
}
