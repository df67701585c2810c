package wire

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// ErrorWord is the first word of an error the server answered, such as WRONGTYPE; "" for any other error.
func ErrorWord(err error) string {
	var answer redis.Error
	if !errors.As(err, &answer) || errors.Is(err, redis.Nil) {
		return ""
	}
	word, _, _ := strings.Cut(answer.Error(), " ")
	return word
}

// Passing says whether an error the server answered tells of a state that passes by itself: a restart, a failover,
// a full memory, a cluster that moves slots.
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

// OnlyConnection drops errors about the stream or the group, which the next read tells and deals with.
func OnlyConnection(err error) error {
	if ErrorWord(err) == "" || Passing(err) {
		return err
	}
	return nil
}

// Unsent says whether err means that no byte of a command can have reached the server: the connection could not be
// made, or none was free.
func Unsent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return true
	}
	return errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrPoolExhausted) ||
		errors.Is(err, redis.ErrClosed)
}

// UnknownSyntax says whether the server didn't understand a command, as opposed to refusing it.
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

// SlotOnBothSides says whether an error is a node's about a slot that is being moved to another one: what was asked for is
// there already (ASK), or is partly there (TRYAGAIN). Commands about one key at a time find their way meanwhile.
func SlotOnBothSides(err error) bool {
	word := ErrorWord(err)
	return word == "ASK" || word == "TRYAGAIN"
}

// GroupError tells the server's answers about groups apart. One that comes out of a script has other words around it.
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

// AboutKey says whether an error is about one key, so that other keys may well be read.
func AboutKey(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return word == "WRONGTYPE" || word == "NOPERM"
}
