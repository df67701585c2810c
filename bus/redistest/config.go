package redistest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	configFile = "redis.conf"
	socketFile = "redis.sock"
)

// writeConfig writes redis.conf into dir. Directives given by options come last, so they win.
func writeConfig(dir string, port int, st *settings) error {
	lines := []directive{
		{name: "bind", args: []string{"127.0.0.1"}},
		{name: "dir", args: []string{dir}},
		{name: "logfile", args: []string{""}},
		{name: "daemonize", args: []string{"no"}},
		{name: "unixsocket", args: []string{filepath.Join(dir, socketFile)}},
		{name: "unixsocketperm", args: []string{"700"}},
	}
	if st.tls {
		lines = append(lines,
			directive{name: "port", args: []string{"0"}},
			directive{name: "tls-port", args: []string{strconv.Itoa(port)}},
			directive{name: "tls-cert-file", args: []string{filepath.Join(dir, certFile)}},
			directive{name: "tls-key-file", args: []string{filepath.Join(dir, keyFile)}},
			directive{name: "tls-ca-cert-file", args: []string{filepath.Join(dir, caFile)}},
			directive{name: "tls-auth-clients", args: []string{"no"}},
		)
	} else {
		lines = append(lines, directive{name: "port", args: []string{strconv.Itoa(port)}})
	}
	if !st.sentinel {
		lines = append(lines,
			directive{name: "save", args: []string{""}},
			directive{name: "appendonly", args: []string{"no"}},
			// A replica's first sync waits for more replicas by default; a test has no more.
			directive{name: "repl-diskless-sync-delay", args: []string{"0"}},
		)
	}
	if st.cluster {
		lines = append(lines,
			directive{name: "cluster-enabled", args: []string{"yes"}},
			directive{name: "cluster-config-file", args: []string{"nodes.conf"}},
			directive{name: "cluster-node-timeout", args: []string{"2000"}},
		)
	}
	var b strings.Builder
	for _, d := range append(lines, st.directives...) {
		b.WriteString(d.String())
		b.WriteByte('\n')
	}
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("redistest: write the server's configuration: %w", err)
	}
	return nil
}

func (d directive) String() string {
	if d.raw {
		return d.name + " " + strings.Join(d.args, " ")
	}
	parts := []string{d.name}
	for _, arg := range d.args {
		parts = append(parts, strconv.Quote(arg))
	}
	return strings.Join(parts, " ")
}
