package config

import (
	"regexp"
	"strings"
)

// URL is the address of a Redis server, as a person writes it. It may carry a password, so printing it in any form
// shows the password as ***; string(u) is the whole text, for the code that opens the connection.
type URL string

// schemes are the supported forms of address, each also with +ssh.
var schemes = []string{"redis", "rediss", "unix", "redis+cluster", "redis+sentinel"}

// secretParameter finds passwords in the query of a URL, such as ?password= or ?sentinel_password=.
var secretParameter = regexp.MustCompile(`(?i)(pass(?:word)?=)[^&]*`)

// String returns the address with every password in it replaced by ***.
func (u URL) String() string {
	scheme, rest, found := strings.Cut(string(u), "://")
	if !found {
		scheme, rest = "", string(u)
	} else {
		scheme += "://"
	}
	// The bastion's part has no password. One that has is read as if it were no bastion's, which hides more.
	if place, inner, more := strings.Cut(rest, "/"); more && strings.HasSuffix(scheme, throughSSH+"://") {
		if user, _, isUser := strings.Cut(place, "@"); !isUser || !strings.Contains(user, ":") {
			scheme, rest = scheme+place+"/", inner
		}
	}
	// The last @ counts, not the first after a slash: a password may hold either, and hiding too much of a broken
	// address is better than showing half a password.
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, hasPassword := strings.Cut(rest[:at], ":")
		if hasPassword {
			user += ":***"
		}
		rest = user + rest[at:]
	}
	return scheme + secretParameter.ReplaceAllString(rest, "${1}***")
}

// GoString keeps the password out of %#v too.
func (u URL) GoString() string { return `config.URL("` + u.String() + `")` }

// MarshalText keeps the password out of JSON and TOML that is written for people.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Scheme returns the text before ://, or the empty string.
func (u URL) Scheme() string {
	scheme, _, found := strings.Cut(string(u), "://")
	if !found {
		return ""
	}
	return scheme
}
