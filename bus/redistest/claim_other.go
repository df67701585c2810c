//go:build !linux

package redistest

import "io"

// claim needs sockets without files, which only Linux has: elsewhere two tests may choose the same port, and launching retries.
func claim(int) (io.Closer, error) { return io.NopCloser(nil), nil }
