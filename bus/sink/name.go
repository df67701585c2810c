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

// maxNumber bounds how many processes of a group one host runs; a thousand is a slip in a script.
const maxNumber = 1000

// TakeName takes a name in a group: the host's with the smallest number that no other process of the host holds, such as
// web1-1. A process that comes back, however it ended, finds its old name free, and under it what it had left pending.
// Where processes can't be told apart (on other systems than Linux) the number is the process's. Release gives the name back.
func TakeName(group string) (*Name, error) {
	host := hostName()
	if !holds {
		return &Name{Group: group, Consumer: fmt.Sprintf("%s-%d", host, os.Getpid())}, nil
	}
	for n := 1; n <= maxNumber; n++ {
		consumer := host + "-" + strconv.Itoa(n)
		hold, err := holdName(group, consumer)
		switch {
		case err != nil:
			return nil, fmt.Errorf("a name in %s: %w", group, err)
		case hold != nil:
			return &Name{Group: group, Consumer: consumer, hold: hold}, nil
		}
	}
	return nil, fmt.Errorf("a name in %s: %d processes of this host work as it already", group, maxNumber)
}

// GiveName takes the name that a person chose. It is refused when another process of this host holds it: two of the same
// name would read each other's pending entries.
func GiveName(group, consumer string) (*Name, error) {
	name := &Name{Group: group, Consumer: consumer}
	if !holds {
		return name, nil
	}
	hold, err := holdName(group, consumer)
	if err == nil && hold == nil {
		err = fmt.Errorf("another process of this host has the name %s in %s", consumer, group)
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

// ours says whether a consumer's name is one that TakeName gives on this host.
func ours(consumer string) bool {
	number, ok := strings.CutPrefix(consumer, hostName()+"-")
	n, err := strconv.Atoi(number)
	return ok && err == nil && n >= 1 && n <= maxNumber && strconv.Itoa(n) == number
}
