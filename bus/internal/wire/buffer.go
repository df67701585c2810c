package wire

import "io"

// Buffer receives a reply from the connection. go-redis's own raw reply starts empty and grows by a quarter at a time, and so
// copies a large reply several times; this one starts at the size of the last reply. The bytes aren't reused for the next
// reply, because parsed strings are parts of them.
type Buffer struct {
	bytes []byte
	hint  int // initial capacity in bytes
}

// The min and max of the first allocation: a page, and the size of a read of 500 entries of 26 streams at 300 bytes each.
const (
	minReplyBuffer = 4 << 10
	maxReplyBuffer = 4 << 20
)

func (r *Buffer) begin() {
	if r.bytes == nil {
		r.bytes = make([]byte, 0, min(max(r.hint, minReplyBuffer), maxReplyBuffer))
	}
}

// Write appends what go-redis has read of a line.
func (r *Buffer) Write(p []byte) (int, error) {
	r.begin()
	r.grow(len(p))
	r.bytes = append(r.bytes, p...)
	return len(p), nil
}

// ReadFrom reads a bulk string of known length directly from the connection's buffer.
func (r *Buffer) ReadFrom(from io.Reader) (int64, error) {
	r.begin()
	limited, ok := from.(*io.LimitedReader)
	if !ok {
		n, err := io.Copy(writeOnly{r}, from)
		return n, err
	}
	start, size := len(r.bytes), int(limited.N)
	r.grow(size)
	r.bytes = r.bytes[:start+size]
	n, err := io.ReadFull(limited.R, r.bytes[start:])
	r.bytes = r.bytes[:start+n]
	limited.N -= int64(n)
	return int64(n), err
}

// grow makes room for size more bytes: twice as much as there was, and from maxReplyBuffer on a quarter more. append would make a
// quarter more of every large buffer, and copy a growing reply four times as often.
func (r *Buffer) grow(size int) {
	if cap(r.bytes)-len(r.bytes) >= size {
		return
	}
	more := max(cap(r.bytes)/4, min(cap(r.bytes), maxReplyBuffer))
	larger := make([]byte, len(r.bytes), max(cap(r.bytes)+more, len(r.bytes)+size))
	copy(larger, r.bytes)
	r.bytes = larger
}

// writeOnly hides ReadFrom, so that io.Copy doesn't call it again.
type writeOnly struct{ io.Writer }

// Take returns the reply and resets the buffer for the next one.
func (r *Buffer) Take() []byte {
	reply := r.bytes
	r.bytes = nil
	// One and a half times this size, so that a growing load doesn't exceed each buffer by a little; and no more, so that a
	// quiet stream doesn't get a busy one's buffers.
	r.hint = len(reply) + len(reply)/2
	return reply
}
