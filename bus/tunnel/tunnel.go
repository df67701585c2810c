package tunnel

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"streamdesk/bus/fault"
)

// DefaultPort is the port of SSH.
const DefaultPort = 22

// Options are how a bastion is reached and logged in to.
type Options struct {
	// Host is the bastion's name or IP address, Port its port; 0 means [DefaultPort].
	Host string
	Port int
	// User is the name to log in with.
	User string
	// KeyFiles are private keys to log in with. When it is empty, those of id_ed25519, id_ecdsa and id_rsa in ~/.ssh that
	// exist are used.
	KeyFiles []string
	// Agent is the path of the agent's socket ($SSH_AUTH_SOCK); empty means that no agent is asked.
	Agent string
	// KnownHosts are the files with accepted host keys; one that doesn't exist counts as empty. When it is empty, these are
	// ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts. They are read for each SSH connection.
	KnownHosts []string
	// Home is the home directory, for the defaults above.
	Home string
	// Passphrase asks a person for the passphrase of a key file; nil means that nobody can be asked.
	Passphrase func(file string) (string, error)
	// Crash is told of a panic in one of the tunnel's goroutines; may be nil.
	Crash fault.Func
	// Pace is how patient the tunnel is; the zero Pace means the defaults.
	Pace Pace
}

// Pace is how patient a tunnel is.
type Pace struct {
	// Connect is the max time to connect and log in; default 10s.
	Connect time.Duration
	// Probe is how often a bastion is asked for a sign of life, default 5s, and Answer is the max time for it, and for
	// the network to take what is written; default 5s.
	Probe, Answer time.Duration
	// Linger is how long the SSH connection outlasts the last connection that it carries; default 10s.
	Linger time.Duration
}

// The defaults of [Pace].
const (
	// connectTime is enough for the ten round trips of a login around the world on a busy bastion.
	connectTime = 10 * time.Second
	// probeTime and answerTime together are how late a bastion that vanished without a word is noticed. Go-redis gives up on
	// a reply earlier, so that no caller waits for this.
	probeTime, answerTime = 5 * time.Second, 5 * time.Second
	// lingerTime is longer than any pause between two connections of one program.
	lingerTime = 10 * time.Second
)

// Tunnel is a way to servers through a bastion. It connects when something is dialled, and again whenever that is needed. Its
// methods may be called by several goroutines.
type Tunnel struct {
	o     Options
	keys  *keys
	life  context.Context // done when it is closed
	end   context.CancelFunc
	group sync.WaitGroup // its goroutines

	mu      sync.Mutex
	session *session // nil before the first connection
	attempt *attempt // the connecting that goes on; nil while there is none
	failed  failures
}

// attempt is one connecting, which any number of callers wait for.
type attempt struct {
	done    chan struct{} // closed when session or err is set
	session *session
	err     error
}

// New returns a tunnel through a bastion. It reads the keys, and asks the agent which it has, but doesn't connect. Its error is a
// [*KeyError] when there is no key to log in with, or a named one can't be used.
func New(o Options) (*Tunnel, error) {
	o.Host, o.Port = strings.ToLower(o.Host), cmp.Or(o.Port, DefaultPort)
	p := &o.Pace
	p.Connect, p.Probe = cmp.Or(p.Connect, connectTime), cmp.Or(p.Probe, probeTime)
	p.Answer, p.Linger = cmp.Or(p.Answer, answerTime), cmp.Or(p.Linger, lingerTime)
	loaded, err := loadKeys(&o)
	if err != nil {
		return nil, err
	}
	t := &Tunnel{o: o, keys: loaded}
	t.life, t.end = context.WithCancel(context.Background())
	return t, nil
}

// Bastion returns user@host:port of the bastion.
func (t *Tunnel) Bastion() string { return t.o.User + "@" + t.o.address() }

func (o *Options) address() string { return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) }

// Dial connects to a server behind the bastion: network is "tcp" with host:port, or "unix" with a path, and names are
// resolved there. The connection has deadlines as any other. The error is a [*net.OpError] around a [*BastionError] or a
// [*ServerError].
func (t *Tunnel) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	to := far{network, address}
	for again := true; ; again = false {
		s, err := t.connected(ctx)
		if err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Addr: to, Err: err}
		}
		conn, err := s.dial(ctx, to)
		if err == nil {
			return conn, nil
		}
		if lost := s.lost(); lost == nil || !again {
			return nil, &net.OpError{Op: "dial", Net: network, Addr: to, Err: err}
		}
	}
}

// errClosed is why a closed tunnel carries nothing.
var errClosed = errors.New("the tunnel is closed")

// connected returns the session, and connects when there is none. After a failure it returns the same error until it is time
// to try again.
func (t *Tunnel) connected(ctx context.Context) (*session, error) {
	t.mu.Lock()
	switch {
	case t.life.Err() != nil:
		t.mu.Unlock()
		return nil, &BastionError{Bastion: t.Bastion(), Err: errClosed}
	case t.session.hold():
		defer t.mu.Unlock()
		return t.session, nil
	case t.attempt != nil:
	case time.Now().Before(t.failed.until):
		defer t.mu.Unlock()
		return nil, t.failed.err
	default:
		t.attempt = &attempt{done: make(chan struct{})}
		t.group.Go(t.o.Crash.Guard(t.connect))
	}
	a := t.attempt
	t.mu.Unlock()
	select {
	case <-a.done:
		if a.err == nil && !a.session.hold() {
			return nil, cmp.Or[error](a.session.lost(), &BastionError{Bastion: t.Bastion(), Lost: true, Err: errUnused})
		}
		return a.session, a.err
	case <-ctx.Done():
		return nil, &BastionError{Bastion: t.Bastion(), Err: noAnswerError{ctx.Err()}}
	}
}

// connect makes a session, or notes why there is none.
func (t *Tunnel) connect() {
	ctx, cancel := context.WithTimeout(t.life, t.o.Pace.Connect)
	defer cancel()
	s, err := t.open(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.attempt
	t.attempt = nil
	if err != nil {
		a.err = t.failed.note(time.Now(), &BastionError{Bastion: t.Bastion(), Err: err})
	} else {
		t.failed = failures{}
		t.session, a.session = s, s
		if t.life.Err() != nil {
			s.fail(errClosed)
		}
	}
	close(a.done)
}

// Reached reports whether there is a connection to the bastion now, so that what doesn't answer is behind it.
func (t *Tunnel) Reached() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.session != nil && t.session.lost() == nil
}

// Close closes every connection of the tunnel and its SSH connection, and returns when its goroutines have ended.
func (t *Tunnel) Close() {
	t.mu.Lock()
	t.end()
	if t.session != nil {
		t.session.fail(errClosed)
	}
	t.mu.Unlock()
	t.group.Wait()
}
