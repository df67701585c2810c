package sink

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"syscall"
)

// holds says that holdName can tell whether another process has a name.
const holds = true

// holdName holds a name for as long as this process lives: it listens on an abstract socket, which the kernel frees with the
// process, however it ends. It leaves no file behind, and needs no directory that may be written. Nil means that another
// process holds the name.
func holdName(redis, group, consumer string) (io.Closer, error) {
	sum := sha256.Sum256([]byte(redis + "\x00" + group + "\x00" + consumer)) // a socket's name has 107 bytes at most
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "unix", "@streamdesk/work/"+hex.EncodeToString(sum[:16]))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, nil //nolint:nilnil // taken is an answer
	}
	return l, err
}
