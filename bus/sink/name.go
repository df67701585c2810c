package sink

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Name is a consumer's name in a group, reserved against the other processes of this host.
type Name struct {
	Group, Consumer string
	hold            io.Closer
}

// Names are the consumer names on one Redis: the same name on two servers is two consumers.
type Names struct {
	// Redis identifies the server, such as 10.0.0.7:6379/0; processes that share one must write it alike.
	Redis string
}

// maxNumber is the max number of processes of a group on one host; a thousand indicate a mistake in a script.
const maxNumber = 1000

// Take reserves a name in a group: the host's name with the smallest number that no other process of the host holds, such as
// web1-1. A process that restarts, however it ended, gets its old name and the entries pending under it. On systems other
// than Linux, where names can't be reserved, the number is the process ID. Release frees the name.
func (s Names) Take(group string) (*Name, error) {
	host := hostName()
	if !holds {
		return &Name{Group: group, Consumer: fmt.Sprintf("%s-%d", host, os.Getpid())}, nil
	}
	for n := 1; n <= maxNumber; n++ {
		consumer := host + "-" + strconv.Itoa(n)
		hold, err := holdName(s.Redis, group, consumer)
		switch {
		case err != nil:
			return nil, fmt.Errorf("a name in %s: %w", group, err)
		case hold != nil:
			return &Name{Group: group, Consumer: consumer, hold: hold}, nil
		}
	}
	return nil, fmt.Errorf("a name in %s: %d processes of this host work as it already", group, maxNumber)
}

// Give reserves the name that a person chose. It returns an error when another process of this host holds the name: two with
// the same name would read each other's pending entries.
func (s Names) Give(group, consumer string) (*Name, error) {
	name := &Name{Group: group, Consumer: consumer}
	if !holds {
		return name, nil
	}
	hold, err := holdName(s.Redis, group, consumer)
	if err == nil && hold == nil {
		err = fmt.Errorf("another process of this host has the name %s in %s of %s", consumer, group, s.Redis)
	}
	name.hold = hold
	return name, err
}

// Release frees the name.
func (n *Name) Release() {
	if n.hold != nil {
		_ = n.hold.Close() // nothing was written to it
	}
}

func hostName() string {
	host, err := os.Hostname()
	if err != nil || host == "" {
		return "host"
	}
	return strings.ToLower(host)
}

// ours reports whether a consumer's name is one that [Names.Take] gives on this host.
func ours(consumer string) bool {
	number, ok := strings.CutPrefix(consumer, hostName()+"-")
	n, err := strconv.Atoi(number)
	return ok && err == nil && n >= 1 && n <= maxNumber && strconv.Itoa(n) == number
}
