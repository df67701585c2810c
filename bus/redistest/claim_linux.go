package redistest

import (
	"io"
	"net"
	"strconv"
)

// claim claims a port among the tests of this machine: by a socket without a file, whose name only one can have, and which goes
// with its process. The port itself can't be held, because the server has to listen on it.
func claim(port int) (io.Closer, error) {
	return net.Listen("unix", "@streamdesk-redistest-"+strconv.Itoa(port))
}
