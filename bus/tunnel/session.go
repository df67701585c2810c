package tunnel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// session is one SSH connection to the bastion.
type session struct {
	of     *Tunnel
	link   *link
	client *ssh.Client
	asked  chan struct{} // a sign of life is wanted now
	ended  chan struct{} // closed when the SSH connection has ended

	mu    sync.Mutex
	users int // open connections, and those that are being made
	open  map[*conn]struct{}
	over  error       // why it has ended
	idle  *time.Timer // ends it while nobody uses it
}

// open connects to the bastion and logs in.
func (t *Tunnel) open(ctx context.Context) (*session, error) {
	known, err := readHosts(t.o.knownHosts())
	if err != nil {
		return nil, err
	}
	var d net.Dialer
	raw, err := d.DialContext(ctx, "tcp", t.o.address())
	if err != nil {
		return nil, err
	}
	l := &link{Conn: raw, patience: t.o.Pace.Answer}
	deadline, _ := ctx.Deadline()
	_ = raw.SetDeadline(deadline) // a connection that is closed already fails below
	forget := context.AfterFunc(ctx, t.o.Crash.Guard(func() { l.fail(ctx.Err()) }))
	login := t.keys.login(deadline)
	c, channels, requests, err := ssh.NewClientConn(l, t.o.address(), &ssh.ClientConfig{
		User:              t.o.User,
		Auth:              []ssh.AuthMethod{ssh.PublicKeysCallback(login.signers)},
		HostKeyCallback:   known.verify,
		HostKeyAlgorithms: known.algorithms(t.o.address()),
		ClientVersion:     "SSH-2.0-streamdesk",
	})
	login.end()
	if !forget() || err != nil {
		l.fail(errClosed)
		return nil, login.explain(errors.Join(err, ctx.Err()))
	}
	_ = raw.SetDeadline(time.Time{})
	s := &session{
		of: t, link: l, client: ssh.NewClient(c, channels, requests), open: map[*conn]struct{}{},
		asked: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	t.group.Go(t.o.Crash.Guard(s.last))
	t.group.Go(t.o.Crash.Guard(s.watch))
	s.rest()
	return s, nil
}

// dial connects to a server; the caller holds the session ([session.hold]).
func (s *session) dial(ctx context.Context, to far) (net.Conn, error) {
	address := to.address
	if to.network != "unix" && strings.HasPrefix(address, ":") {
		address = "localhost" + address // as it means without a bastion; a cluster of one node tells its address so
	}
	channel, err := s.client.DialContext(ctx, to.network, address)
	if err != nil {
		s.release(nil)
		return nil, s.explain(ctx, to, err)
	}
	s.mu.Lock()
	if s.over == nil {
		c := newConn(s, to, channel)
		s.open[c] = struct{}{}
		s.mu.Unlock()
		return c, nil
	}
	s.mu.Unlock()
	_ = channel.Close() // nobody has used it
	s.release(nil)
	return nil, s.lost()
}

func (s *session) explain(ctx context.Context, to far, err error) error {
	if lost := s.lost(); lost != nil {
		return lost
	}
	failed := &ServerError{Bastion: s.of.Bastion(), Server: to.address, Err: err}
	var refused *ssh.OpenChannelError
	switch {
	case errors.As(err, &refused):
		failed.Err = refusal(refused)
	case ctx.Err() != nil:
		failed.Err = noAnswerError{ctx.Err()}
		select {
		case s.asked <- struct{}{}: // the bastion or the server: a sign of life tells which
		default:
		}
	}
	return failed
}

// hold begins a use of the session, and reports whether it can be used. A nil session can't.
func (s *session) hold() bool {
	if s == nil || s.lost() != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over != nil {
		return false
	}
	s.users++
	if s.idle != nil {
		s.idle.Stop()
	}
	return true
}

// release ends a use of the session: that of a connection, or of none that came about.
func (s *session) release(c *conn) {
	s.mu.Lock()
	delete(s.open, c)
	s.users--
	s.mu.Unlock()
	s.rest()
}

// rest ends the session after a while without use.
func (s *session) rest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.users > 0 || s.over != nil:
	case s.idle == nil:
		s.idle = time.AfterFunc(s.of.o.Pace.Linger, s.of.o.Crash.Guard(s.leave))
	default:
		s.idle.Reset(s.of.o.Pace.Linger)
	}
}

// errUnused is why a session was ended that nobody used.
var errUnused = errors.New("nobody has used it for a while")

func (s *session) leave() {
	s.mu.Lock()
	unused := s.users == 0
	if unused && s.over == nil {
		s.over = errUnused // from now on nobody can hold it
	}
	s.mu.Unlock()
	if unused {
		s.fail(errUnused)
	}
}

// watch asks the bastion for signs of life until the session ends.
func (s *session) watch() {
	pace := s.of.o.Pace
	every := time.NewTicker(pace.Probe)
	defer every.Stop()
	for {
		select {
		case <-s.ended:
			return
		case <-every.C:
		case <-s.asked:
		}
		silent := time.AfterFunc(pace.Answer, s.of.o.Crash.Guard(func() {
			s.fail(fmt.Errorf("no sign of life for %s", pace.Answer))
		}))
		_, _, err := s.client.SendRequest("keepalive@openssh.com", true, nil)
		silent.Stop()
		if err != nil {
			s.fail(err)
		}
	}
}

// last waits for the end of the SSH connection, and ends what it carried.
func (s *session) last() {
	s.fail(cmp.Or(s.client.Wait(), errEnded))
	s.mu.Lock()
	if s.over = s.link.failure(); s.idle != nil {
		s.idle.Stop()
	}
	lost := make([]*conn, 0, len(s.open))
	for c := range s.open {
		lost = append(lost, c)
	}
	s.mu.Unlock()
	close(s.ended)
	why := s.lost()
	for _, c := range lost {
		c.in.finish(why)
		c.out.abandon(why)
		c.out.finish(why)
	}
}

// fail ends the session for a reason; the first one counts.
func (s *session) fail(why error) { s.link.fail(why) }

// lost returns why the session has ended; nil while it lives.
func (s *session) lost() error {
	if why := s.link.failure(); why != nil {
		return &BastionError{Bastion: s.of.Bastion(), Lost: true, Err: why}
	}
	return nil
}
