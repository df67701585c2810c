package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// BastionError means that the bastion itself is what fails: it can't be reached, refuses the login, has an unknown host key,
// or its connection is lost.
type BastionError struct {
	Bastion string // user@host:port
	Lost    bool   // there was a connection
	Err     error
}

// Error returns which bastion fails, and why.
func (e *BastionError) Error() string {
	if host, is := errors.AsType[*HostKeyError](e.Err); is {
		return "the bastion " + e.Bastion + " " + host.Error()
	}
	if login, is := errors.AsType[*LoginError](e.Err); is {
		return "the bastion " + e.Bastion + " " + login.Error()
	}
	if e.Lost {
		return "the connection to the bastion " + e.Bastion + " is lost: " + plain(e.Err)
	}
	return "the bastion " + e.Bastion + " can't be reached: " + plain(e.Err)
}

// Unwrap returns Err.
func (e *BastionError) Unwrap() error { return e.Err }

// ServerError means that the bastion answers, and has no connection to the server behind it.
type ServerError struct {
	Bastion string // user@host:port
	Server  string // host:port, or a path
	Err     error
}

// Error returns why the bastion can't connect.
func (e *ServerError) Error() string {
	return fmt.Sprintf("the bastion %s gets no connection to %s: %v", e.Bastion, e.Server, e.Err)
}

// Unwrap returns Err.
func (e *ServerError) Unwrap() error { return e.Err }

// refusal returns why a bastion refused to connect, in plain words.
func refusal(err *ssh.OpenChannelError) error {
	switch text := strings.ToLower(err.Message); {
	case err.Reason == ssh.Prohibited:
		return errors.New("its settings forbid it; AllowTcpForwarding, AllowStreamLocalForwarding and PermitOpen in its sshd_config decide that")
	case strings.Contains(text, "refused"):
		return syscall.ECONNREFUSED
	case strings.Contains(text, "timed out"):
		return syscall.ETIMEDOUT
	case text == "" || strings.Contains(text, "open failed"):
		return errors.New(err.Reason.String())
	default:
		return errors.New(text)
	}
}

// LoginError means that the bastion accepts none of the keys.
type LoginError struct {
	// Tried are the keys, each with where it is from.
	Tried []string
	// Locked are the key files that are encrypted and that nobody opened.
	Locked []string
}

// Error returns which keys were tried, and the mend.
func (e *LoginError) Error() string {
	text := "accepts none of the keys (" + strings.Join(e.Tried, ", ") + ")"
	if len(e.Tried) == 0 {
		text = "wants a key, and there is none"
	}
	for _, file := range e.Locked {
		text += "; " + file + " is encrypted: add it to the agent with 'ssh-add " + file + "'"
	}
	return text + "; have one of them in authorized_keys there, name another with key_files, or log in as another user"
}

// noAnswerError means that something took too long.
type noAnswerError struct{ err error }

func (noAnswerError) Error() string { return "no answer in time" }

// Timeout reports true.
func (noAnswerError) Timeout() bool { return true }

// Unwrap returns the error of the context.
func (e noAnswerError) Unwrap() error { return e.err }

// plain returns an error without the addresses that its message has already.
func plain(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &op):
		return strings.TrimPrefix(op.Err.Error(), "connect: ")
	default:
		return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "ssh: handshake failed: "), "ssh: ")
	}
}
