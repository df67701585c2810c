package config

import (
	"strings"
	"time"
)

const (
	// DefaultWebsocketBuffer covers a second at 1,000 events/s, about as long as a radio link pauses.
	DefaultWebsocketBuffer = 1_024
	// MaxWebsocketBuffer bounds what a stalled client costs.
	MaxWebsocketBuffer = 100_000
	// DefaultWebsocketClients keeps sockets and stacks below about 300 MB.
	DefaultWebsocketClients = 10_000
	// MaxWebsocketClients is what one address has ports for.
	MaxWebsocketClients = 1_000_000
	// DefaultWebsocketMaxBehind is the max age of an event that a person still considers live.
	DefaultWebsocketMaxBehind = Duration(30 * time.Second)
	// MaxWebsocketMaxBehind is an hour; more is a mistyped unit.
	MaxWebsocketMaxBehind = Duration(time.Hour)
	// DefaultWebsocketPing is below the minute after which proxies commonly close a silent connection.
	DefaultWebsocketPing = Duration(20 * time.Second)
	// MinWebsocketPing keeps pings from being most of the traffic.
	MinWebsocketPing = Duration(time.Second)
	// MaxWebsocketPing is already too long for any proxy.
	MaxWebsocketPing = Duration(time.Hour)
)

// WebsocketWorkers is how events are broadcast to WebSocket clients.
type WebsocketWorkers struct {
	// Types are globs of the event types that are broadcast; empty means all.
	Types List `toml:"types"`
	// Limit is how many events a second the group begins with; empty leaves its limit alone.
	Limit string `toml:"limit"`
	// Origins are the origins that browsers may connect from, besides the server's own.
	Origins List `toml:"origins"`
	// TokenEnv names the environment variable, and TokenFile the file, with the token that a client must send.
	TokenEnv  string `toml:"token_env"`
	TokenFile string `toml:"token_file"`
	// Buffer is how many events wait for one client before it gets the rest from the streams.
	Buffer int `toml:"buffer"`
	// MaxBehind is the max time until a client is live again; after it, the client is closed as too slow.
	MaxBehind Duration `toml:"max_behind"`
	// MaxClients is the max number of clients connected at a time.
	MaxClients int `toml:"max_clients"`
	// Ping is the interval between pings to a client.
	Ping Duration `toml:"ping"`
}

func defaultWebsocketWorkers() WebsocketWorkers {
	return WebsocketWorkers{
		Types: List{}, Origins: List{},
		Buffer: DefaultWebsocketBuffer, MaxBehind: DefaultWebsocketMaxBehind, MaxClients: DefaultWebsocketClients, Ping: DefaultWebsocketPing,
	}
}

func (f *check) websocketWorkers(table string, w WebsocketWorkers) {
	f.types(table+".types", w.Types)
	f.limit(table+".limit", w.Limit)
	for _, origin := range w.Origins {
		if origin == "" || strings.ContainsAny(strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://"), "/ ") {
			f.refuse(table+".origins", `%q is no origin; write a host such as "app.example.com", or with its scheme, "https://app.example.com"`, origin)
		}
	}
	if w.TokenEnv != "" && w.TokenFile != "" {
		f.refuse(table+".token_file", "token_env is set too; keep one of the two")
	}
	f.number(table+".buffer", w.Buffer, 1, MaxWebsocketBuffer)
	f.duration(table+".max_behind", w.MaxBehind, Duration(time.Second), MaxWebsocketMaxBehind)
	f.number(table+".max_clients", w.MaxClients, 1, MaxWebsocketClients)
	f.duration(table+".ping", w.Ping, MinWebsocketPing, MaxWebsocketPing)
}

// tokenRunes are the characters that a token may have: it must fit into a header and into the name of a subprotocol.
const tokenRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"

// Token returns the token that TokenEnv or TokenFile names, or "" when neither is set. It looks the variable up with
// env and reads the file with read; the error is a *KeyError, and never holds the token.
func (w WebsocketWorkers) Token(env func(string) (string, bool), read func(string) ([]byte, error)) (string, error) {
	token, err := readSecret(secret{what: "token", env: w.TokenEnv, file: w.TokenFile}, env, read)
	if err != nil {
		return "", err
	}
	setting := "token_env"
	if w.TokenFile != "" {
		setting = "token_file"
	}
	if strings.Trim(token, tokenRunes) != "" {
		return "", keyError(setting, "the token holds more than letters, digits and - . _ ~, which a browser can't send; make another, such as with 'openssl rand -hex 32'")
	}
	return token, nil
}
