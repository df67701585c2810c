package wire

import "io"

// Buffer takes a reply as it comes off the connection. go-redis's own raw reply grows from nothing, by a quarter
// at a time, and so copies a large reply several times over; this one begins at the size that the last one had. The
// bytes can't be used again for the next reply: what was parsed is cut out of them.
type Buffer struct {
	bytes []byte
	hint  int // how many bytes to begin with
}

// The bounds of the first allocation: a page, and what a read of 500 entries of 26 streams takes at 300 bytes each.
const (
	minReplyBuffer = 4 << 10
	maxReplyBuffer = 4 << 20
)

func (r *Buffer) begin() {
	if r.bytes == nil {
		r.bytes = make([]byte, 0, min(max(r.hint, minReplyBuffer), maxReplyBuffer))
	}
}

// Write takes what go-redis has read of a line.
func (r *Buffer) Write(p []byte) (int, error) {
	r.begin()
	r.bytes = append(r.bytes, p...)
	return len(p), nil
}

// ReadFrom takes a bulk string of known length straight from the connection's buffer.
func (r *Buffer) ReadFrom(from io.Reader) (int64, error) {
	r.begin()
	limited, ok := from.(*io.LimitedReader)
	if !ok {
		n, err := io.Copy(writeOnly{r}, from)
		return n, err
	}
	start, size := len(r.bytes), int(limited.N)
	for cap(r.bytes)-start < size {
		r.bytes = append(r.bytes[:cap(r.bytes)], 0)
	}
	r.bytes = r.bytes[:start+size]
	n, err := io.ReadFull(limited.R, r.bytes[start:])
	r.bytes = r.bytes[:start+n]
	limited.N -= int64(n)
	return int64(n), err
}

// writeOnly hides ReadFrom, so that io.Copy doesn't come back to it.
type writeOnly struct{ io.Writer }

// Take returns the reply and makes ready for the next one.
func (r *Buffer) Take() []byte {
	reply := r.bytes
	r.bytes = nil
	// Half as much again as this one, so that a growing load doesn't outgrow each buffer by a little; and no more than
	// that, so that a quiet stream doesn't get a loud one's buffers.
	r.hint = len(reply) + len(reply)/2
	return reply
}
