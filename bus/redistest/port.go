package redistest

import (
	"fmt"
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

// freePort returns a loopback port that was free a moment ago, together with its cluster bus port. Another process may still
// take it first: launching retries.
func freePort() (int, error) {
	for range portAttempts {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if canListen(port) && canListen(port+clusterBusOffset) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("redistest: no free port between %d and %d", firstPort, lastPort)
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
