package program

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os/user"
	"strconv"
	"strings"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus/tunnel"
	"streamdesk/model/config"
)

// dialFunc makes a connection, as go-redis's dialers do.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// tunnels are the program's ways through bastions: one for all that goes through the same one with the same settings.
type tunnels struct {
	mu   sync.Mutex
	open map[string]*tunnel.Tunnel
}

// Tunnel returns the tunnel of the active profile, and the server's address from the bastion; nil and the address itself when it
// goes through none. Its errors are wrong use and name the setting.
func (p *Program) Tunnel(settings *config.Settings) (*tunnel.Tunnel, config.URL, error) {
	profile := settings.Active()
	bastion, inner, ok, err := profile.Redis.Through()
	switch {
	case err != nil:
		return nil, "", WrongUse("%s: %s: %w", settings.Named(settings.ActiveKey("redis")), profile.Redis, err)
	case !ok:
		return nil, inner, nil
	}
	o := p.tunnelOptions(bastion, profile.SSH)
	p.tunnels.mu.Lock()
	defer p.tunnels.mu.Unlock()
	name := fmt.Sprintf("%s %q %q %q", bastion, o.KeyFiles, o.KnownHosts, o.Agent)
	if t := p.tunnels.open[name]; t != nil {
		return t, inner, nil
	}
	o.Crash = p.Crashed(settings, "the tunnel")
	t, err := tunnel.New(o)
	if err != nil {
		return nil, "", p.WrongSetting(settings.Explain(settings.ActiveKey(""), &config.KeyError{Key: "ssh.key_files", Err: err}))
	}
	if p.tunnels.open == nil {
		p.tunnels.open = map[string]*tunnel.Tunnel{}
	}
	p.tunnels.open[name] = t
	return t, inner, nil
}

func (p *Program) tunnelOptions(bastion config.Bastion, s config.SSH) tunnel.Options {
	home, _ := p.Env("HOME")
	o := tunnel.Options{
		Host: bastion.Host, Port: bastion.Port, User: cmp.Or(bastion.User, s.User), Home: home,
		KeyFiles: s.KeyFiles, KnownHosts: s.KnownHosts,
	}
	if o.User == "" {
		o.User, _ = p.Env("USER")
		if own, err := user.Current(); err == nil {
			o.User = own.Username
		}
	}
	if s.Agent {
		o.Agent, _ = p.Env("SSH_AUTH_SOCK")
	}
	if IsTerminal(p.In) && p.ErrIsTerminal() && p.terminal.Load() == nil {
		o.Passphrase = p.passphrase
	}
	return o
}

// close closes all tunnels, at the end of the program.
func (t *tunnels) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.open {
		one.Close()
	}
}

// passphrase asks a person on the terminal, who doesn't see what is typed.
func (p *Program) passphrase(file string) (string, error) {
	in := fileOf(p.In)
	before, err := term.GetState(in.Fd())
	if err != nil {
		return "", err
	}
	fmt.Fprintf(p.Err, "the passphrase of %s: ", file)
	defer fmt.Fprintln(p.Err)
	type answer struct {
		text []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(in.Fd())
		answered <- answer{text, err}
	}()
	select {
	case a := <-answered:
		return string(a.text), a.err
	case <-p.interrupted:
		return "", errors.Join(context.Canceled, term.Restore(in.Fd(), before))
	}
}

// way returns what dials the servers of the active profile, without TLS, and their address from there.
func (p *Program) way(settings *config.Settings) (dialFunc, config.URL, error) {
	t, inner, err := p.Tunnel(settings)
	if err != nil {
		return nil, "", err
	}
	if t == nil {
		return nil, inner, nil
	}
	return t.Dial, inner, nil
}

// newDialer returns go-redis's dialer, or one through a bastion when there is a way.
func newDialer(o *redis.Options, way dialFunc) dialFunc {
	if way == nil {
		return redis.NewDialer(o)
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, o.DialTimeout)
		defer cancel()
		conn, err := way(ctx, network, address)
		if err != nil || o.TLSConfig == nil {
			return conn, err
		}
		c := o.TLSConfig.Clone()
		if c.ServerName == "" {
			c.ServerName, _, _ = net.SplitHostPort(address)
		}
		secure := tls.Client(conn, c)
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close() // nothing was sent on it
			return nil, err
		}
		return secure, nil
	}
}

// tunnelFailed returns the error of a connection through a bastion with which hop failed and the mend; nil when err is about
// another.
func tunnelFailed(err error, where string) error {
	if bastion, is := errors.AsType[*tunnel.BastionError](err); is {
		text := ""
		if !errors.As(err, new(*tunnel.HostKeyError)) && !errors.As(err, new(*tunnel.LoginError)) {
			text = ": check the bastion in the address, or host and port in the profile's [ssh]"
		}
		return fmt.Errorf("no way to %s: %w%s", where, bastion, text)
	}
	if server, is := errors.AsType[*tunnel.ServerError](err); is {
		return fmt.Errorf("no Redis at %s: %w: its host and port are those that the bastion sees", where, server)
	}
	return nil
}

// silentHop returns which hop to a server behind a bastion doesn't answer; "" when there is no bastion on the way.
func (p *Program) silentHop(u config.URL) string {
	b, _, ok, err := u.Through()
	if !ok || err != nil {
		return ""
	}
	p.tunnels.mu.Lock()
	defer p.tunnels.mu.Unlock()
	for _, t := range p.tunnels.open {
		switch {
		case !strings.HasSuffix(t.Bastion(), "@"+net.JoinHostPort(strings.ToLower(b.Host), strconv.Itoa(b.Port))):
		case t.Reached():
			return "the bastion " + t.Bastion() + " answers, and the server behind it doesn't"
		default:
			return "the bastion " + t.Bastion() + " doesn't answer"
		}
	}
	return ""
}

// onBastion returns the words that run a command on a profile's bastion; none without one.
func onBastion(u config.URL) (bastion string, words []string) {
	b, _, ok, err := u.Through()
	if !ok || err != nil {
		return "", nil
	}
	words = []string{"ssh"}
	if b.Port != config.DefaultSSHPort {
		words = append(words, "-p", fmt.Sprint(b.Port))
	}
	place := b.Host
	if b.User != "" {
		place = b.User + "@" + b.Host
	}
	return b.String(), append(words, place)
}
