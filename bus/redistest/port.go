package redistest

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are chosen below the range that the kernel uses for outgoing connections, so that a stopped server's port is still
// free when it restarts. A cluster node also listens on its port plus clusterBusOffset.
const (
	firstPort        = 10000
	lastPort         = 21999
	clusterBusOffset = 10000
	portAttempts     = 200
)

// reservation keeps a port and its cluster bus port for one server, also while the server is down: a test that runs beside it,
// in this process or another, gets other ports.
type reservation struct {
	port   int
	claims []io.Closer
}

// reservePort reserves a loopback port that was free a moment ago, together with its cluster bus port. A program that claims
// nothing may still take it first: launching retries.
func reservePort() (*reservation, error) {
	for range portAttempts {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		r := &reservation{port: port}
		if r.take(port) && r.take(port+clusterBusOffset) {
			return r, nil
		}
		if err := r.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("redistest: no free port between %d and %d", firstPort, lastPort)
}

// take reports whether nobody has the port; then it is claimed.
func (r *reservation) take(port int) bool {
	claimed, err := claim(port)
	if err != nil {
		return false
	}
	r.claims = append(r.claims, claimed)
	return canListen(port)
}

// Close lets others have the port. It does nothing the second time, and nothing to a nil reservation.
func (r *reservation) Close() error {
	if r == nil {
		return nil
	}
	var errs []error
	for _, claimed := range r.claims {
		errs = append(errs, claimed.Close())
	}
	r.claims = nil
	return errors.Join(errs...)
}

func canListen(port int) bool {
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
