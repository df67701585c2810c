package tunnel

import (
	"cmp"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"streamdesk/bus/fault"
)

// pipeSize is the size of a pipe's buffer in bytes: two of the packets that SSH makes of a stream.
const pipeSize = 64 << 10

// pipe is a bounded buffer between one writer and one reader, of which one side has deadlines. A channel of SSH has none:
// what it does may last until the SSH connection ends.
type pipe struct {
	crash   fault.Func
	mu      sync.Mutex
	changed sync.Cond // over mu
	ring    []byte
	from, n int   // n bytes from there on are filled
	over    error // no more is written; a reader gets it after the rest
	gone    error // no more is read; a writer gets it

	until time.Time // the deadline; zero for none
	timer *time.Timer
	armed time.Time // the deadline that the timer is set for
}

func newPipe(crash fault.Func) *pipe {
	p := &pipe{crash: crash, ring: make([]byte, pipeSize)}
	p.changed.L = &p.mu
	return p
}

// setDeadline sets the deadline of read or write.
func (p *pipe) setDeadline(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = at
	p.changed.Broadcast()
}

// await waits for a change; it returns an error when the deadline is over. The caller holds mu.
func (p *pipe) await() error {
	if p.until.IsZero() {
		p.changed.Wait()
		return nil
	}
	left := time.Until(p.until)
	if left <= 0 {
		return os.ErrDeadlineExceeded
	}
	switch {
	case p.timer == nil:
		p.timer = time.AfterFunc(left, p.crash.Guard(p.wake))
	case !p.armed.Equal(p.until):
		p.timer.Reset(left)
	}
	p.armed = p.until
	p.changed.Wait()
	return nil
}

func (p *pipe) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = time.Time{}
	p.changed.Broadcast()
}

func (p *pipe) expired() bool { return !p.until.IsZero() && !time.Now().Before(p.until) }

// read reads what there is, and waits when there is nothing.
func (p *pipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.gone != nil:
			return 0, p.gone
		case p.expired():
			return 0, os.ErrDeadlineExceeded
		case p.n > 0 || len(b) == 0:
			n := copy(b, p.filled())
			p.advance(n)
			return n, nil
		case p.over != nil:
			return 0, p.over
		}
		if err := p.await(); err != nil {
			return 0, err
		}
	}
}

// write writes all of b, and waits while there is no room.
func (p *pipe) write(b []byte) (written int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.over != nil:
			return written, net.ErrClosed
		case p.gone != nil:
			return written, p.gone
		case p.expired():
			return written, os.ErrDeadlineExceeded
		}
		for len(b) > 0 && p.n < len(p.ring) {
			n := copy(p.free(), b)
			b, written = b[n:], written+n
			p.n += n
			p.changed.Broadcast()
		}
		if len(b) == 0 {
			return written, nil
		}
		if err := p.await(); err != nil {
			return written, err
		}
	}
}

// filled returns the next bytes to read, as far as they lie together. The caller holds mu.
func (p *pipe) filled() []byte { return p.ring[p.from:min(p.from+p.n, len(p.ring))] }

// free returns the next room to fill, as far as it lies together. The caller holds mu.
func (p *pipe) free() []byte {
	start := (p.from + p.n) % len(p.ring)
	return p.ring[start:min(start+len(p.ring)-p.n, len(p.ring))]
}

func (p *pipe) advance(n int) {
	p.from, p.n = (p.from+n)%len(p.ring), p.n-n
	p.changed.Broadcast()
}

// fill writes what a reader gives until it ends, and returns its error.
func (p *pipe) fill(from io.Reader) error {
	for {
		p.mu.Lock()
		for p.n == len(p.ring) && p.gone == nil && p.over == nil {
			p.changed.Wait() // the deadline is the other side's
		}
		room, end := p.free(), cmp.Or(p.gone, p.over)
		p.mu.Unlock()
		if end != nil {
			return end
		}
		n, err := from.Read(room)
		p.mu.Lock()
		p.n += n
		p.changed.Broadcast()
		p.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// drain reads until the end, and gives it to a writer. It returns the writer's error, or nil.
func (p *pipe) drain(to io.Writer) error {
	for {
		p.mu.Lock()
		for p.n == 0 && p.over == nil {
			p.changed.Wait() // the deadline is the other side's
		}
		next := p.filled()
		p.mu.Unlock()
		if len(next) == 0 {
			return nil
		}
		n, err := to.Write(next)
		p.mu.Lock()
		p.advance(n)
		p.mu.Unlock()
		if err != nil {
			return err
		}
	}
}

// finish ends the writing: a reader gets the rest, and then err.
func (p *pipe) finish(err error) { p.stop(&p.over, err) }

// abandon ends the reading: a writer gets err.
func (p *pipe) abandon(err error) { p.stop(&p.gone, err) }

func (p *pipe) stop(end *error, err error) { //nolint:gocritic // one of its two ends
	p.mu.Lock()
	defer p.mu.Unlock()
	if *end == nil {
		*end = err
	}
	if p.timer != nil {
		p.timer.Stop()
		p.armed = time.Time{}
	}
	p.changed.Broadcast()
}
