package config

import (
	"strings"
	"time"
)

const (
	watchKey = "watch"
	// MinWatchTimeout is time for an answer from nearby.
	MinWatchTimeout = Duration(100 * time.Millisecond)
	// MaxWatchTimeout is time for a command that waits for a person.
	MaxWatchTimeout = Duration(10 * time.Minute)
)

// Hook is the URL of a webhook. Most of it is secret, so printing it shows the host alone; string(h) is the whole text.
type Hook string

// String returns the URL as far as it isn't secret.
func (h Hook) String() string {
	scheme, rest, found := strings.Cut(string(h), "://")
	if !found || strings.Contains(rest, "@") { // a password may hold anything
		return "***"
	}
	host := rest[:min(len(rest), strings.IndexAny(rest+"/", "/?#"))]
	return scheme + "://" + host + "/***"
}

// GoString keeps the secret out of %#v too.
func (h Hook) GoString() string { return `config.Hook("` + h.String() + `")` }

// MarshalText keeps the secret out of JSON and TOML that is written for people.
func (h Hook) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// watchForms are the forms of a message.
var watchForms = []string{"json", "alertmanager", "slack"}

// Watch is one who is told of alerts by `streamdesk watch`: a webhook or a command.
type Watch struct {
	// URL is the webhook. URLEnv names the environment variable, and URLFile the file, that holds it instead.
	URL     Hook   `toml:"url"`
	URLEnv  string `toml:"url_env"`
	URLFile string `toml:"url_file"`
	// Headers go with each message, each as "Name: value".
	Headers List `toml:"headers"`
	// Form is json, alertmanager or slack; empty means json.
	Form string `toml:"form"`
	// Command is the program and its arguments, in place of a webhook.
	Command List `toml:"command"`
	// Timeout is how long one message may take; 0 means 10 seconds.
	Timeout Duration `toml:"timeout"`
}

// WatchName returns the full name of the i-th receiver, for an error about it.
func WatchName(i int) string { return elementName(watchKey, i) }

// Address returns the URL, wherever it stands. The error is a *KeyError, and never holds the URL.
func (w *Watch) Address(env func(string) (string, bool), read func(string) ([]byte, error)) (string, error) {
	if w.URL != "" {
		return string(w.URL), nil
	}
	return readSecret(secret{what: "url", env: w.URLEnv, file: w.URLFile}, env, read)
}

func (w *Watch) expand(home string) {
	w.URLFile = underTilde(home, w.URLFile)
	if len(w.Command) > 0 {
		w.Command[0] = underTilde(home, w.Command[0])
	}
}

func (f *check) watch(list []Watch) {
	for i := range list {
		w, table := &list[i], WatchName(i)
		ways := 0
		for _, given := range []bool{w.URL != "", w.URLEnv != "", w.URLFile != "", len(w.Command) > 0} {
			if given {
				ways++
			}
		}
		if ways != 1 {
			f.refuse(table, "it has to name one receiver; keep one of url, url_env, url_file and command")
		}
		if scheme := URL(w.URL).Scheme(); w.URL != "" && scheme != "http" && scheme != "https" {
			f.refuse(table+".url", `it is no address of a web server; write one such as "https://hooks.example.com/alerts"`)
		}
		if len(w.Command) > 0 && w.Command[0] == "" {
			f.refuse(table+".command", `the program's name is empty; write it first, such as ["/usr/local/bin/page", "--quiet"]`)
		}
		if w.Form != "" {
			oneOf(f, table+".form", w.Form, watchForms...)
		}
		f.headers(table+".headers", w.Headers)
		if w.Timeout != 0 {
			f.duration(table+".timeout", w.Timeout, MinWatchTimeout, MaxWatchTimeout)
		}
	}
}
