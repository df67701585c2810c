package tunnel

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestAPipeKeepsEveryByte: whatever the sizes of reads and writes, what comes out is what went in.
func TestAPipeKeepsEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPipe(nil)
		p.ring = make([]byte, rapid.IntRange(1, 9).Draw(t, "size"))
		sent := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "bytes")
		step := rapid.IntRange(1, 20).Draw(t, "step")
		ended := make(chan error, 1)
		go func() {
			for rest := sent; len(rest) > 0; {
				n, err := p.write(rest[:min(step, len(rest))])
				if err != nil {
					ended <- err
					return
				}
				rest = rest[n:]
			}
			p.finish(io.EOF)
			ended <- nil
		}()
		var got []byte
		b := make([]byte, rapid.IntRange(1, 20).Draw(t, "read"))
		for {
			n, err := p.read(b)
			got = append(got, b[:n]...)
			if err != nil {
				break
			}
		}
		if err := <-ended; err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("%v: got %d bytes of %d", err, len(got), len(sent))
		}
	})
}

func TestAPipesDeadlinesHold(t *testing.T) {
	p := newPipe(nil)
	p.setDeadline(time.Now().Add(time.Millisecond))
	if _, err := p.read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a read of nothing: %v", err)
	}
	p.setDeadline(time.Time{})
	if n, err := p.write(make([]byte, pipeSize)); n != pipeSize || err != nil {
		t.Fatalf("a write that fits: %d, %v", n, err)
	}
	p.setDeadline(time.Now().Add(time.Millisecond))
	if n, err := p.write([]byte("x")); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write that doesn't fit: %d, %v", n, err)
	}
	ended := make(chan error, 1)
	p.setDeadline(time.Time{})
	go func() {
		_, err := p.write([]byte("x"))
		ended <- err
	}()
	p.setDeadline(time.Unix(1, 0)) // reaches the one that waits already, too
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a write that waited: %v", err)
	}
}
