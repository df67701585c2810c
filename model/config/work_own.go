package config

import (
	"strings"
	"time"
)

const (
	// DefaultHandTimeout is the time after which a command or a server counts as hanging.
	DefaultHandTimeout = Duration(30 * time.Second)
	// MaxHandTimeout is a day; more is a mistyped unit.
	MaxHandTimeout = Duration(24 * time.Hour)
	// MaxHandBatch is the max number of lines in one run or request, which have max 8 MB.
	MaxHandBatch = 10_000
)

// Exec is how events are passed to a command (`work --sink exec`).
type Exec struct {
	// Types are globs of the event types that are passed; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
	// Command is the program and its arguments; {group} and {consumer} stand for the names.
	Command List `toml:"command"`
	// Batch is the max number of events in one run.
	Batch int `toml:"batch"`
	// Timeout is how long a run may take.
	Timeout Duration `toml:"timeout"`
}

// HTTP is how events are sent to a web server (`work --sink http`).
type HTTP struct {
	// Types are globs of the event types that are sent; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
	// URL is http:// or https://.
	URL URL `toml:"url"`
	// Headers go with each request, each as "Name: value".
	Headers List `toml:"headers"`
	// TokenEnv names the environment variable, and TokenFile the file, with the token of "Authorization: Bearer TOKEN".
	TokenEnv  string `toml:"token_env"`
	TokenFile string `toml:"token_file"`
	// Batch is the max number of events in one request.
	Batch int `toml:"batch"`
	// Timeout is how long an answer may take.
	Timeout Duration `toml:"timeout"`
}

func defaultExec() Exec {
	return Exec{Types: List{}, Command: List{}, Batch: 1, Timeout: DefaultHandTimeout}
}

func defaultHTTP() HTTP {
	return HTTP{Types: List{}, Headers: List{}, Batch: 1, Timeout: DefaultHandTimeout}
}

func (f *check) exec(table string, e Exec) {
	f.types(table+".types", e.Types)
	f.limit(table+".limit", e.Limit)
	if len(e.Command) > 0 && e.Command[0] == "" {
		f.refuse(table+".command", `the program's name is empty; write it first, such as ["/usr/local/bin/notify", "--quiet"]`)
	}
	f.number(table+".batch", e.Batch, 1, MaxHandBatch)
	f.duration(table+".timeout", e.Timeout, Duration(10*time.Millisecond), MaxHandTimeout)
}

func (f *check) http(table string, h HTTP) {
	f.types(table+".types", h.Types)
	f.limit(table+".limit", h.Limit)
	if scheme := h.URL.Scheme(); h.URL != "" && scheme != "http" && scheme != "https" {
		f.refuse(table+".url", `%q is no address of a web server; write one such as "https://hooks.example.com/events"`, h.URL)
	}
	f.headers(table+".headers", h.Headers)
	if h.TokenEnv != "" && h.TokenFile != "" {
		f.refuse(table+".token_file", "token_env is set too; keep one of the two")
	}
	f.number(table+".batch", h.Batch, 1, MaxHandBatch)
	f.duration(table+".timeout", h.Timeout, Duration(10*time.Millisecond), MaxHandTimeout)
}

func (f *check) headers(key string, headers List) {
	for _, header := range headers {
		if name, _, ok := strings.Cut(header, ":"); !ok || name == "" || strings.ContainsAny(header, "\r\n") || strings.ContainsAny(name, " \t") {
			f.refuse(key, `a header isn't "Name: value" on one line`) // its text isn't shown: it may hold a secret
		}
	}
}

// Token returns the token that TokenEnv or TokenFile names, or "" when neither is set. It looks the variable up with
// env and reads the file with read; the error is a *KeyError, and never holds the token.
func (h HTTP) Token(env func(string) (string, bool), read func(string) ([]byte, error)) (string, error) {
	return readSecret(secret{what: "token", env: h.TokenEnv, file: h.TokenFile}, env, read)
}
