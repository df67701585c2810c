package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// outputPiece is what a pipe takes whole or not at all (PIPE_BUF), so that it is known how much has gone out.
	outputPiece = 4 << 10
	// outputGrace is how long a reader may take for what is written after the program was asked to end.
	outputGrace = 50 * time.Millisecond
)

// errNotRead says that whoever reads what is written doesn't.
var errNotRead = fmt.Errorf("nobody reads it: %w", context.Canceled)

// output is a stream that may keep its writer waiting, such as a pipe or a terminal. The waiting ends shortly after the
// program's context. It is safe for concurrent use.
type output struct {
	to          *os.File
	interrupted <-chan struct{}

	mu    sync.Mutex
	stuck bool
}

// newOutput is to itself where that never waits.
func newOutput(to io.Writer, interrupted <-chan struct{}) io.Writer {
	file := fileOf(to)
	if file == nil || isRegular(file) {
		return to
	}
	return &output{to: file, interrupted: interrupted}
}

// Write writes it all, and waits for whoever reads. When that is interrupted, its error is errNotRead, and n tells how
// much has gone out.
func (out *output) Write(b []byte) (n int, err error) {
	out.mu.Lock()
	defer out.mu.Unlock()
	if out.stuck {
		return 0, errNotRead
	}
	var written atomic.Int64
	var leave atomic.Bool
	done := make(chan error, 1)
	text := append([]byte(nil), b...) // b is the caller's again when this returns
	go func() {
		var err error
		for len(text) > 0 && err == nil && !leave.Load() {
			var n int
			n, err = out.to.Write(text[:min(len(text), outputPiece)])
			written.Add(int64(n))
			text = text[n:]
		}
		done <- err
	}()
	select {
	case err = <-done:
		return int(written.Load()), err
	case <-out.interrupted:
	}
	timer := time.NewTimer(outputGrace)
	defer timer.Stop()
	select {
	case err = <-done:
		return int(written.Load()), err
	case <-timer.C:
		leave.Store(true)
		out.stuck = true
		return int(written.Load()), errNotRead
	}
}

// CreateOutput opens a file to write to by open, and waits for a reader where it is a named pipe.
func (p *Program) CreateOutput(path string, open func() (*os.File, error)) (*os.File, io.Writer, error) {
	file, err := p.openFile(path, "somebody to read "+path, open)
	if err != nil {
		return nil, nil, err
	}
	to := newOutput(file, p.interrupted)
	if IsTerminal(file) {
		to = &visible{to: to}
	}
	return file, to, nil
}
