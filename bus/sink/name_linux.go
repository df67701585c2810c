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

// holds reports that holdName can tell whether another process has a name.
const holds = true

// holdName reserves a name for the life of this process. It listens on an abstract socket, which the kernel frees when the
// process ends in any way. It leaves no file and needs no writable directory. It returns nil when another process holds the
// name.
func holdName(redis, group, consumer string) (io.Closer, error) {
	sum := sha256.Sum256([]byte(redis + "\x00" + group + "\x00" + consumer)) // a socket's name has 107 bytes at most
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "unix", "@streamdesk/work/"+hex.EncodeToString(sum[:16]))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, nil //nolint:nilnil // taken is an answer
	}
	return l, err
}
