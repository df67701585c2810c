package serve

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// version is what the server calls itself at the beginning of a connection.
const version = "SSH-2.0-streamdesk"

// visit is one connection.
type visit struct {
	server *Server
	ctx    context.Context
	conn   *ssh.ServerConn
	raw    net.Conn
	key    string
	Person
	from string // the address that it came from

	mu       sync.Mutex
	sessions int
	lonely   *time.Timer // closes a connection without a session
}

// admit has a connection prove its key, and serves it until it ends.
func (s *Server) admit(ctx context.Context, raw net.Conn) {
	defer func() { _ = raw.Close() }() // it may be closed already
	if !s.track(raw) {
		return
	}
	defer s.untrack(raw)
	from := raw.RemoteAddr().String()
	if host, _, err := net.SplitHostPort(from); err == nil {
		from = host
	}
	offered := "no key"
	//nolint:gosec // who came in is told by the permissions alone; offered is for the line that says who was refused
	config := &ssh.ServerConfig{ServerVersion: version, PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if _, known := s.Keys.Find(string(key.Marshal())); !known {
			offered = fmt.Sprintf("%s %s as %s", key.Type(), ssh.FingerprintSHA256(key), meta.User())
			return nil, fmt.Errorf("the key isn't known")
		}
		return &ssh.Permissions{Extensions: map[string]string{"key": string(key.Marshal())}}, nil
	}}
	config.AddHostKey(s.Host)
	_ = raw.SetDeadline(time.Now().Add(loginTime)) // a connection without deadlines ends with its client
	conn, channels, requests, err := ssh.NewServerConn(raw, config)
	if err != nil {
		if ctx.Err() == nil {
			s.Say("refused from %s (%s): %v", from, offered, err)
		}
		return
	}
	_ = raw.SetDeadline(time.Time{})
	v := &visit{server: s, conn: conn, raw: raw, from: from, key: conn.Permissions.Extensions["key"]}
	person, known := s.Keys.Find(v.key)
	if !known {
		return // it was taken away just now
	}
	v.Person = person
	v.serve(ctx, channels, requests)
}

// serve serves the requests of a connection until it ends, and waits for its sessions.
func (v *visit) serve(ctx context.Context, channels <-chan ssh.NewChannel, requests <-chan *ssh.Request) {
	var cancel context.CancelFunc
	v.ctx, cancel = context.WithCancel(context.WithoutCancel(ctx)) // [Server.shut] ends sessions, with a reason
	var group sync.WaitGroup
	defer group.Wait()
	defer cancel()
	v.lonely = time.AfterFunc(loginTime, func() { _ = v.raw.Close() })
	defer v.lonely.Stop()
	group.Go(func() { ssh.DiscardRequests(requests) }) // forwarding among them
	group.Go(v.watch)
	for asked := range channels {
		if asked.ChannelType() != "session" {
			_ = asked.Reject(ssh.Prohibited, "there is only the desk: no forwarding")
			continue
		}
		channel, requests, err := asked.Accept()
		if err != nil {
			continue // the connection broke
		}
		v.count(1)
		group.Go(func() {
			defer v.count(-1)
			v.session(channel, requests)
		})
	}
}

// count counts sessions; a connection without one is closed after a while.
func (v *visit) count(by int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.sessions += by; v.sessions > 0 {
		v.lonely.Stop()
	} else {
		v.lonely.Reset(loginTime)
	}
}

// watch closes the connection when its client doesn't answer any more.
func (v *visit) watch() {
	ticker := time.NewTicker(aliveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-v.ctx.Done():
			return
		case <-ticker.C:
		}
		gone := time.AfterFunc(aliveFor, func() { _ = v.raw.Close() })
		_, _, err := v.conn.SendRequest("keepalive@openssh.com", true, nil)
		gone.Stop()
		if err != nil {
			return
		}
	}
}
