package program

import (
	"context"
	"net"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/doctor"
	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// Diagnose examines a session's bus and returns what is wrong with it by the limits of the settings, the worst first. itself is
// the command line of this program that reaches the same server.
func Diagnose(ctx context.Context, s *Session, itself []string, o doctor.Options) ([]doctor.Finding, error) {
	o.Retention = Retention(s.Settings)
	examination, err := doctor.Examine(ctx, s.Bus, o)
	if err != nil {
		return nil, err
	}
	limits := doctor.DefaultLimits
	limits.Limits = s.Settings.Alerts.Limits()
	programs := doctor.Programs{RedisCLI: s.redisCLI, Streamdesk: ShellLine(itself)}
	if bastion, words := onBastion(s.Settings.Active().Redis); bastion != "" {
		programs.Bastion, programs.OnBastion = bastion, ShellLine(words)
	}
	return doctor.Diagnose(examination, limits, programs), nil
}

// Examine returns what the desk's window of the doctor asks: [Diagnose] with two looks.
func Examine(s *Session, itself []string) dialog.Examine {
	return func(ctx context.Context) ([]doctor.Finding, error) {
		return Diagnose(ctx, s, itself, doctor.Options{Interval: doctor.DefaultInterval})
	}
}

// RedisCLI returns the redis-cli command line for the same server. redis-cli asks for the password: none is ever
// written.
func RedisCLI(client redis.UniversalClient) string {
	words := []string{"redis-cli"}
	add := func(address, username, password string, secure bool) {
		if host, port, err := net.SplitHostPort(address); err == nil && address != defaultAddress {
			words = append(words, "-h", host, "-p", port)
		}
		if secure {
			words = append(words, "--tls")
		}
		if username != "" {
			words = append(words, "--user", username)
		}
		if password != "" {
			words = append(words, "--askpass")
		}
	}
	switch c := client.(type) {
	case *redis.ClusterClient:
		o := c.Options()
		words = append(words, "-c")
		if len(o.Addrs) > 0 {
			add(o.Addrs[0], o.Username, o.Password, o.TLSConfig != nil)
		}
	case *redis.Client:
		o := c.Options()
		if o.Network == "unix" {
			words = append(words, "-s", o.Addr)
		}
		add(o.Addr, o.Username, o.Password, o.TLSConfig != nil)
		if o.DB != 0 {
			words = append(words, "-n", strconv.Itoa(o.DB))
		}
	}
	return ShellLine(words)
}

// defaultAddress is the address that redis-cli connects to by default.
const defaultAddress = "127.0.0.1:6379"

// ShellLine returns words as a shell reads them.
func ShellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = model.ShellWord(word)
	}
	return strings.Join(quoted, " ")
}
