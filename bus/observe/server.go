package observe

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// embeddedMark is the line of INFO that says that the server runs inside this program. Package embedded also names itself as the
// executable, which for a real server is a path.
const (
	embeddedMark       = "streamdesk_embedded"
	embeddedExecutable = "embedded"
)

// Server returns the server's identity, its capabilities, and how much of its data survives a crash: INFO, CONFIG GET if allowed,
// and probes that change nothing, sent once per bus. In a cluster one node answers. What can't be determined is unknown or empty:
// if INFO is denied, everything but the capabilities. The error is that of the connection.
func (rd *Reader) Server(ctx context.Context) (model.Server, error) {
	replies, err := rd.look.Pipeline(ctx, serverCommands())
	if err == nil && replies[0].Kind == wire.KindError && !wire.Denied(replies[0]) {
		err = wire.ServerError(replies[0].Text)
	}
	if err != nil {
		return model.Server{}, fmt.Errorf("bus: server: %w", err)
	}
	info := parseInfo(replies[0].Text)
	config := parseConfig(replies[1:])
	server := model.Server{
		Name:            "redis",
		Version:         info["redis_version"],
		Mode:            cmp.Or(info["redis_mode"], info["server_mode"]), // Valkey uses the second
		Role:            info["role"],
		Embedded:        info[embeddedMark] == "1" || info["executable"] == embeddedExecutable,
		Uptime:          time.Duration(info.integer("uptime_in_seconds").N) * time.Second,
		UsedMemory:      info.integer("used_memory"),
		MaxMemory:       info.integer("maxmemory"),
		MaxMemoryPolicy: info["maxmemory_policy"],
		Durability:      durability(info, config),
	}
	if wire.Denied(replies[0]) {
		server.Name, server.Withheld = "", replies[0].Text
	}
	if name := info["server_name"]; name != "" {
		server.Name = name
		if version := info[name+"_version"]; version != "" {
			server.Version = version
		}
	}
	if server.Can, err = rd.look.Capabilities(ctx); err != nil {
		return server, fmt.Errorf("bus: server: what it can do: %w", err)
	}
	return server, nil
}

// serverCommands returns one command per setting: CONFIG GET accepts several only from Redis 7 on.
func serverCommands() []wire.Read {
	commands := []wire.Read{wire.Info()}
	for _, name := range [...]string{"appendonly", "appendfsync", "save"} {
		commands = append(commands, wire.ConfigGet(name))
	}
	return commands
}

// serverInfo holds the values of INFO, by name.
type serverInfo map[string]string

func parseInfo(text string) serverInfo {
	info := make(serverInfo)
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok && !strings.HasPrefix(name, "#") {
			info[name] = value
		}
	}
	return info
}

func (i serverInfo) integer(name string) model.Count {
	n, err := strconv.ParseInt(i[name], 10, 64)
	if err != nil {
		return model.Count{}
	}
	return model.Exactly(n)
}

// parseConfig returns the settings from CONFIG GET; denied ones are left out.
func parseConfig(replies []wire.Reply) map[string]string {
	config := make(map[string]string)
	for _, r := range replies {
		for i := 0; r.Kind == wire.KindArray && i+1 < len(r.Elems); i += 2 {
			config[r.Elems[i].Text] = r.Elems[i+1].Text
		}
	}
	return config
}

// durability uses the settings that are known. A managed server denies CONFIG. INFO still says whether an append-only file is
// written, but nothing says when snapshots are saved.
func durability(info serverInfo, config map[string]string) model.Durability {
	var d model.Durability
	appendOnly, told := config["appendonly"]
	save, saveTold := config["save"]
	if told {
		d.AOF = appendOnly == "yes"
	} else {
		appendOnly, told = info["aof_enabled"]
		d.AOF = appendOnly == "1"
	}
	if d.AOF {
		d.Fsync = config["appendfsync"]
	}
	d.RDB, d.Save = save != "", save
	d.Known = told && (d.AOF || saveTold)
	return d
}
