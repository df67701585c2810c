package sink

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Name is a consumer's name in a group, held so that no other process of this host takes it.
type Name struct {
	Group, Consumer string
	hold            io.Closer
}

// Names are those of one Redis: the same name on two servers is two consumers.
type Names struct {
	// Redis tells servers apart, such as 10.0.0.7:6379/0; processes that share one write it alike.
	Redis string
}

// maxNumber bounds how many processes of a group one host runs; a thousand is a slip in a script.
const maxNumber = 1000

// Take takes a name in a group: the host's with the smallest number that no other process of the host holds there, such as
// web1-1. A process that comes back, however it ended, finds its old name free, and under it what it had left pending.
// Where processes can't be told apart (on other systems than Linux) the number is the process's. Release gives the name back.
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

// Give takes the name that a person chose. It is refused when another process of this host holds it: two of the same
// name would read each other's pending entries.
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

// Release gives the name back.
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

// ours says whether a consumer's name is one that [Names.Take] gives on this host.
func ours(consumer string) bool {
	number, ok := strings.CutPrefix(consumer, hostName()+"-")
	n, err := strconv.Atoi(number)
	return ok && err == nil && n >= 1 && n <= maxNumber && strconv.Itoa(n) == number
}
