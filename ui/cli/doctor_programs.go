package cli

import (
	"net"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// redisCLI returns the redis-cli command line for the same server. redis-cli asks for the password: none is ever
// written.
func redisCLI(client redis.UniversalClient) string {
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
	return shellLine(words)
}

// defaultAddress is the address that redis-cli connects to by default.
const defaultAddress = "127.0.0.1:6379"

func shellLine(words []string) string {
	for i := range words {
		words[i] = model.ShellWord(words[i])
	}
	return strings.Join(words, " ")
}
