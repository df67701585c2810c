package embedded

import (
	"path"
	"strings"
)

// maxClients is Redis's default; nothing here limits connections.
const maxClients = 10000

// settings are the parameters that CONFIG GET knows, with this server's values.
var settings = [][2]string{
	{"maxmemory", "0"},
	{"maxmemory-policy", "noeviction"},
	{"maxclients", "10000"},
	{"appendonly", "no"},
	{"appendfsync", "everysec"},
	{"save", ""},
	{"databases", "1"},
	{"timeout", "0"},
	{"cluster-enabled", "no"},
	{"stream-node-max-bytes", "4096"},
	{"stream-node-max-entries", "100"},
	{"min-replicas-to-write", "0"},
	{"replica-read-only", "yes"},
}

var configCommands = map[string]command{
	"GET":       {configGet, -3, "", 0},
	"SET":       {configSet, -4, "", 0},
	"RESETSTAT": {configResetStat, 2, "", 0},
}

// config runs CONFIG subcommand ….
func config(r *request) error { return r.runSub(configCommands) }

func configGet(r *request) error {
	var found []string
	for _, setting := range settings {
		for _, pattern := range r.args[2:] {
			if ok, err := path.Match(strings.ToLower(pattern), setting[0]); ok && err == nil {
				found = append(found, setting[0], setting[1])
				break
			}
		}
	}
	r.out.fields(len(found) / 2)
	r.out.words(found...)
	return nil
}

func configSet(*request) error {
	return failure("ERR CONFIG SET failed - the embedded Redis has no settings to change")
}

func configResetStat(r *request) error {
	r.srv.stats = stats{}
	r.out.ok()
	return nil
}
