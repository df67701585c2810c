package tunnel

import (
	"errors"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// agentTime is the max time for an agent to list its keys. It is on this machine; one that asks a person does so when it signs.
const agentTime = 2 * time.Second

// login is one attempt to log in.
type login struct {
	of    *keys
	until time.Time // the deadline for signing, too
	agent net.Conn  // nil without one
	held  []ssh.Signer
	tried []string
}

func (k *keys) login(until time.Time) *login { return &login{of: k, until: until} }

// signers returns the keys to try: those of the agent that were named, those of files, and then what else the agent has. A bastion
// ends the connection after some.
func (l *login) signers() ([]ssh.Signer, error) {
	if conn, err := l.of.dialAgent(); err == nil {
		l.agent = conn
		l.held, _ = listed(conn) // one that answers no more has no keys
		_ = conn.SetDeadline(l.until)
	}
	var first, rest []ssh.Signer
	for _, signer := range l.held {
		named := false
		for _, file := range l.of.locked {
			named = named || file.public != nil && holds([]ssh.Signer{signer}, file.public)
		}
		if named {
			first = append(first, signer)
		} else {
			rest = append(rest, signer)
		}
	}
	for _, signer := range first {
		l.tried = append(l.tried, told(signer.PublicKey())+" of the agent")
	}
	for _, key := range l.of.files {
		first = append(first, key.signer)
		l.tried = append(l.tried, told(key.signer.PublicKey())+" of "+key.file)
	}
	for _, signer := range rest {
		if !holds(first, signer.PublicKey()) {
			first = append(first, signer)
			l.tried = append(l.tried, told(signer.PublicKey())+" of the agent")
		}
	}
	return first, nil
}

// listed returns the keys of an agent.
func listed(conn net.Conn) ([]ssh.Signer, error) {
	_ = conn.SetDeadline(time.Now().Add(agentTime)) // a closed connection fails below
	return agent.NewClient(conn).Signers()
}

// dialAgent connects to the agent.
func (k *keys) dialAgent() (net.Conn, error) {
	if k.agent == "" {
		return nil, errors.New("there is no agent")
	}
	return net.DialTimeout("unix", k.agent, agentTime) //nolint:noctx // it has a limit of its own
}

// agentKeys returns the keys that the agent has now.
func (k *keys) agentKeys() ([]ssh.Signer, error) {
	if k.agent == "" {
		return nil, nil
	}
	conn, err := k.dialAgent()
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // it was only asked
	return listed(conn)
}

// end closes the connection to the agent.
func (l *login) end() {
	if l.agent != nil {
		_ = l.agent.Close() // it has signed what it had to
	}
}

// explain returns a [*LoginError] when it was the keys that failed, and the error itself otherwise.
func (l *login) explain(err error) error {
	if !strings.Contains(err.Error(), "unable to authenticate") && !strings.Contains(err.Error(), "Too many authentication failures") {
		return err
	}
	failed := &LoginError{Tried: l.tried}
	for _, file := range l.of.locked {
		if file.public == nil || !holds(l.held, file.public) {
			failed.Locked = append(failed.Locked, file.file)
		}
	}
	return failed
}
