package pgtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// unprivileged returns the user of a server: Debian's for PostgreSQL when this process is root, as PostgreSQL refuses root;
// else nil.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // ourselves is an answer
	}
	account, err := user.Lookup(superuser)
	if err != nil {
		return nil, fmt.Errorf("pgtest: PostgreSQL doesn't run as root: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("pgtest: the user %s: %w", superuser, err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("pgtest: the user %s: %w", superuser, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// Ports are chosen below the range that the kernel uses for outgoing connections, so that a killed server's port is still
// free when it starts again.
const (
	firstPort    = 22000
	lastPort     = 31999
	portAttempts = 200
)

func freePort() (int, error) {
	for range portAttempts {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) //nolint:noctx // it doesn't wait
		if err == nil && l.Close() == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("pgtest: no free port between %d and %d", firstPort, lastPort)
}
