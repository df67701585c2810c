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
	// outputPiece is the size that a pipe accepts whole or not at all (PIPE_BUF), so that the number of written bytes
	// is known.
	outputPiece = 4 << 10
	// outputGrace is the max time for a reader to take what is written after the program was asked to end.
	outputGrace = 50 * time.Millisecond
)

// errNotRead is the error when nobody reads the output.
var errNotRead = fmt.Errorf("nobody reads it: %w", context.Canceled)

// output is a stream that may block its writer, such as a pipe or a terminal. Blocking ends shortly after the program's
// context. It is safe for concurrent use.
type output struct {
	to          *os.File
	interrupted <-chan struct{}

	mu    sync.Mutex
	stuck bool
}

// newOutput wraps to, unless writing to it never blocks.
func newOutput(to io.Writer, interrupted <-chan struct{}) io.Writer {
	file := fileOf(to)
	if file == nil || isRegular(file) {
		return to
	}
	return &output{to: file, interrupted: interrupted}
}

// Write writes all of b, and waits for the reader. When it is interrupted, it returns errNotRead, and n is the number
// of bytes that were written.
func (out *output) Write(b []byte) (n int, err error) {
	out.mu.Lock()
	defer out.mu.Unlock()
	if out.stuck {
		return 0, errNotRead
	}
	var written atomic.Int64
	var leave atomic.Bool
	done := make(chan error, 1)
	text := append([]byte(nil), b...) // the caller may change b after the return
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

// CreateOutput opens a file for writing with open. When it is a named pipe, it waits for a reader.
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
