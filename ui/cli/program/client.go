package program

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model/config"
)

// clientName is the name in the server's CLIENT LIST.
const clientName = "streamdesk"

// dialTimeout is the max time to connect: longer than any network needs, and short enough to wait for.
const dialTimeout = 3 * time.Second

// NewClient returns a client for the active profile. It doesn't connect yet. Its errors are wrong use, name the setting
// and its source, and contain no password. The client of a read-only profile sends nothing that changes anything. Like all that
// takes or gives a go-redis client it is no method: those would be compiled anew in each package that gets a Program.
func NewClient(p *Program, settings *config.Settings) (redis.UniversalClient, error) {
	profile := settings.Active()
	password, err := profile.Password(p.Env, p.ReadFile)
	if err != nil {
		return nil, p.WrongSetting(settings.Explain(settings.ActiveKey(""), err))
	}
	security, err := p.readTLS(profile.TLS)
	if err != nil {
		return nil, p.WrongSetting(settings.Explain(settings.ActiveKey(""), err))
	}
	way, inner, err := p.way(settings)
	if err != nil {
		return nil, err
	}
	if scheme := inner.Scheme(); scheme == "redis+cluster" || scheme == "redis+sentinel" {
		a, err := parseAddress(inner)
		if err != nil {
			return nil, WrongUse("%s: %s: %w", settings.Named(settings.ActiveKey("redis")), profile.Redis, err)
		}
		return newMultiple(p, a, FirstOf(a.username, profile.Username), FirstOf(a.password, password), security, way, profile), nil
	}
	o, err := redis.ParseURL(string(inner))
	if err != nil {
		// The parser's own error may quote the whole URL.
		return nil, WrongUse("%s: %s: it can't be read; want redis://[user:password@]host:port/db, with special characters of the password as %%XX",
			settings.Named(settings.ActiveKey("redis")), profile.Redis)
	}
	o.Username, o.Password = FirstOf(o.Username, profile.Username), FirstOf(o.Password, password)
	if o.TLSConfig != nil && security != nil {
		security.ServerName = o.TLSConfig.ServerName
		o.TLSConfig = security
	}
	o.OnConnect, o.DialTimeout, o.DialerRetries = NameClient, dialTimeout, 1
	o.Dialer, o.ContextTimeoutEnabled = dialer(p, &redis.Options{DialTimeout: dialTimeout, TLSConfig: o.TLSConfig}, way, profile), true
	return redis.NewClient(o), nil
}

// WrongSetting returns err as wrong use, or ErrAskedToEnd after an interruption.
func (p *Program) WrongSetting(err error) error {
	if InterruptedBy(err) {
		return ErrAskedToEnd
	}
	return &UsageError{err}
}

// NameClient names a connection for CLIENT LIST (CLIENT SETNAME). Go-redis's own option closes a connection whose name
// is refused. The name is only for people who read CLIENT LIST, so here a refused name is no error.
func NameClient(ctx context.Context, conn *redis.Conn) error {
	var refused redis.Error
	if err := conn.ClientSetName(ctx, clientName).Err(); err != nil && !errors.As(err, &refused) {
		return fmt.Errorf("naming the connection: %w", err)
	}
	return nil
}

// MaxReply returns the max size of a reply in bytes.
func MaxReply(profile config.Profile) int64 { return int64(profile.MaxReply) << 20 }

func newMultiple(
	p *Program, a address, username, password string, security *tls.Config, way dialFunc, profile config.Profile,
) redis.UniversalClient {
	dial := dialer(p, &redis.Options{DialTimeout: dialTimeout, TLSConfig: security}, way, profile)
	if a.master == "" {
		return redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: a.hosts, Username: username, Password: password, TLSConfig: security,
			Dialer: dial, OnConnect: NameClient, DialTimeout: dialTimeout, DialerRetries: 1, ContextTimeoutEnabled: true,
		})
	}
	return redis.NewFailoverClient(&redis.FailoverOptions{
		MasterName: a.master, SentinelAddrs: a.hosts, DB: a.DB, Username: username, Password: password,
		SentinelUsername: a.sentinelUsername, SentinelPassword: a.sentinelPassword, TLSConfig: security,
		Dialer: dial, OnConnect: NameClient, DialTimeout: dialTimeout, DialerRetries: 1, ContextTimeoutEnabled: true,
	})
}

// readTLS returns the TLS settings of a profile; nil when none is set. Its errors are [config.KeyError].
func (p *Program) readTLS(t config.TLS) (*tls.Config, error) {
	if t == (config.TLS{}) {
		return nil, nil //nolint:nilnil // none is an answer
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.InsecureSkipVerify} //nolint:gosec // the person's choice, for test servers
	if t.CAFile != "" {
		pem, err := p.ReadFile(t.CAFile)
		if err != nil {
			return nil, &config.KeyError{Key: "tls.ca_file", Err: err}
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &config.KeyError{Key: "tls.ca_file", Err: fmt.Errorf("%s holds no certificate in PEM", t.CAFile)}
		}
	}
	if t.CertFile != "" {
		cert, err := p.ReadFile(t.CertFile)
		if err != nil {
			return nil, &config.KeyError{Key: "tls.cert_file", Err: err}
		}
		key, err := p.ReadFile(t.KeyFile)
		if err != nil {
			return nil, &config.KeyError{Key: "tls.key_file", Err: err}
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, &config.KeyError{Key: "tls.cert_file", Err: fmt.Errorf("%s with %s: %w", t.CertFile, t.KeyFile, err)}
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// unreachable reports whether err means that no server answers at the address, and why in a few words.
func unreachable(err error) (why string, is bool) {
	text := err.Error()
	switch {
	case strings.Contains(text, "connection refused"):
		return "connection refused", true
	case errors.Is(err, os.ErrNotExist):
		return "no such socket", true
	case strings.Contains(text, "no such host"):
		return "no such host", true
	case errors.Is(err, os.ErrDeadlineExceeded), strings.Contains(text, "i/o timeout"), strings.Contains(text, "context deadline exceeded"):
		return "no answer in time", true
	case strings.Contains(text, "network is unreachable"), strings.Contains(text, "no route to host"):
		return "network unreachable", true
	case strings.Contains(text, "all sentinels specified"):
		return "no sentinel answers", true
	default:
		return "", false
	}
}
