package decode

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound the work on one payload, whatever its bytes.
type Limits struct {
	// Bytes is the max output of any step; default 64 MB.
	Bytes int
	// Depth is the max nesting of values; default 512.
	Depth int
	// Steps is the max number of wrappings decoded; default 8.
	Steps int
	// Expired reports whether the time for this payload is over. It is called every 64 KB; nil means no time limit.
	Expired func() bool
}

// DefaultLimits are the limits of the zero [Opener]. 64 MB is more than a person looks at and an eighth of what Redis
// stores. Nobody nests values 512 deep or wraps eight times.
var DefaultLimits = Limits{Bytes: 64 << 20, Depth: 512, Steps: 8}

// ErrLimit is wrapped by the errors about payloads that [Limits] refuses.
var ErrLimit = errors.New("refused at a limit")

func (l Limits) orDefault() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultLimits.Bytes
	}
	if l.Depth <= 0 {
		l.Depth = DefaultLimits.Depth
	}
	if l.Steps <= 0 {
		l.Steps = DefaultLimits.Steps
	}
	return l
}

// CheckDepth returns an error that wraps [ErrLimit] when the nesting is too deep.
func (l Limits) CheckDepth(depth int) error {
	if depth > l.Depth {
		return fmt.Errorf("%w: values nested more than %d deep", ErrLimit, l.Depth)
	}
	return nil
}

// CheckSize returns an error that wraps [ErrLimit] when a result is too long or takes too long.
func (l Limits) CheckSize(n int) error {
	if n > l.Bytes {
		return fmt.Errorf("%w: more than %d MB when opened", ErrLimit, l.Bytes>>20)
	}
	if l.Expired != nil && l.Expired() {
		return fmt.Errorf("%w: it takes too long to open", ErrLimit)
	}
	return nil
}

// readAll reads a decompressor's output, piece by piece, up to the limits.
func (l Limits) readAll(from io.Reader) ([]byte, error) {
	const piece = 64 << 10
	var all []byte
	buffer := make([]byte, piece)
	for {
		n, err := from.Read(buffer)
		all = append(all, buffer[:n]...)
		if limit := l.CheckSize(len(all)); limit != nil {
			return nil, limit
		}
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
	}
}
