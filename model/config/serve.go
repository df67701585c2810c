package config

import (
	"slices"
	"strings"
	"time"
)

const (
	// DefaultServeSessions is a team.
	DefaultServeSessions = 20
	// MaxServeSessions is what one machine draws.
	MaxServeSessions = 1000
	// DefaultServeIdle outlasts a working day.
	DefaultServeIdle = Duration(12 * time.Hour)
	// MinServeIdle is time to read a screen.
	MinServeIdle = Duration(time.Minute)
	// MaxServeIdle is a month; more is a mistyped unit.
	MaxServeIdle = Duration(31 * 24 * time.Hour)
)

// Serve is how `streamdesk serve` gives the desk to others.
type Serve struct {
	// SSH is the address to listen on, host:port; empty serves nothing.
	SSH string `toml:"ssh"`
	// Keys is a file of the keys that may come in, in the form of authorized_keys; Authorized are more lines of that form.
	Keys       string `toml:"keys"`
	Authorized List   `toml:"authorized"`
	// HostKey is the file of the server's own key; empty means one in the state directory.
	HostKey string `toml:"host_key"`
	// Sessions is the max number of sessions at a time.
	Sessions int `toml:"sessions"`
	// Idle is how long a session may go without a key; 0 means for ever.
	Idle Duration `toml:"idle"`
}

func defaultServe() Serve {
	return Serve{Authorized: List{}, Sessions: DefaultServeSessions, Idle: DefaultServeIdle}
}

func (s *Serve) expand(home string) {
	s.Keys, s.HostKey = underTilde(home, s.Keys), underTilde(home, s.HostKey)
}

func (f *check) serve(s Serve) {
	f.listen("serve.ssh", s.SSH)
	if slices.ContainsFunc(s.Authorized, func(line string) bool { return strings.TrimSpace(line) == "" }) {
		f.refuse("serve.authorized", `a line is empty; write one such as 'role="operate" ssh-ed25519 AAAA… anna'`)
	}
	f.number("serve.sessions", s.Sessions, 1, MaxServeSessions)
	if s.Idle != 0 {
		f.duration("serve.idle", s.Idle, MinServeIdle, MaxServeIdle)
	}
}
