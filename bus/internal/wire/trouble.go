package wire

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// ErrorWord returns the first word of an error the server answered, such as WRONGTYPE; "" for any other error.
func ErrorWord(err error) string {
	var answer redis.Error
	if !errors.As(err, &answer) || errors.Is(err, redis.Nil) {
		return ""
	}
	word, _, _ := strings.Cut(answer.Error(), " ")
	return word
}

// Passing reports whether an error the server answered is about a temporary state: a restart, a failover, full memory, a
// cluster that moves slots.
func Passing(err error) bool {
	switch ErrorWord(err) {
	case "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "OOM", "BUSY", "MISCONF",
		"UNBLOCKED", "MOVED", "ASK", "UNKILLABLE":
		return true
	case "ERR":
		return strings.HasPrefix(err.Error(), "ERR max number of clients reached")
	default:
		return false
	}
}

// OnlyConnection returns nil for errors about the stream or the group, which the next read reports and handles.
func OnlyConnection(err error) error {
	if ErrorWord(err) == "" || Passing(err) {
		return err
	}
	return nil
}

// Unsent reports whether err means that no byte of a command can have reached the server: the connection could not be made,
// none was free, or it was refused here.
func Unsent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	return errors.Is(err, fault.ErrReadOnly) || errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrPoolExhausted) ||
		errors.Is(err, redis.ErrClosed)
}

// UnknownSyntax reports whether the server didn't understand a command, as opposed to refusing it.
func UnknownSyntax(r Reply) bool {
	if r.Kind != KindError {
		return false
	}
	text := strings.ToLower(r.Text)
	for _, phrase := range [...]string{"syntax error", "unknown subcommand", "wrong number of arguments", "unknown command"} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

// SlotOnBothSides reports whether an error is about a slot that is being moved to another node: the requested keys have moved
// (ASK), or some have (TRYAGAIN). Commands about one key at a time work meanwhile.
func SlotOnBothSides(err error) bool {
	word := ErrorWord(err)
	return word == "ASK" || word == "TRYAGAIN"
}

// GroupError maps the server's answers about groups to errors of package fault. An answer from a script has other words
// around it.
func GroupError(err error) error {
	var refused ServerError
	if !errors.As(err, &refused) {
		return err
	}
	text := string(refused)
	switch {
	case strings.HasPrefix(text, "BUSYGROUP"):
		return fmt.Errorf("%w (%w)", fault.ErrGroupExists, err)
	case strings.Contains(text, "NOGROUP"):
		return fmt.Errorf("%w (%w)", fault.ErrNoGroup, err)
	case strings.Contains(text, "requires the key to exist"), strings.Contains(text, "no such key"):
		return fmt.Errorf("%w (%w)", fault.ErrNoStream, err)
	default:
		return err
	}
}

// AboutKey reports whether an error is about one key, so that other keys may be readable.
func AboutKey(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return word == "WRONGTYPE" || word == "NOPERM"
}
