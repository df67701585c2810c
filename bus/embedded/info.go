package embedded

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// baseMemory is the used_memory of an empty server, in bytes.
const baseMemory = 1 << 20

// rateWindow is the window over which instantaneous_ops_per_sec is averaged.
const rateWindow = time.Second

// stats counts the figures that INFO reports.
type stats struct {
	connections, commands int64
	windowStart           time.Time
	windowCommands        int64
	rate                  int64
}

func (st *stats) count(now time.Time) {
	st.roll(now)
	st.commands++
	st.windowCommands++
}

// roll starts a new window when the current one is over.
func (st *stats) roll(now time.Time) {
	elapsed := now.Sub(st.windowStart)
	if elapsed < rateWindow {
		return
	}
	st.rate = int64(float64(st.windowCommands) / elapsed.Seconds())
	st.windowStart, st.windowCommands = now, 0
}

var infoSections = []struct {
	name  string
	write func(s *Server, b *strings.Builder, now time.Time)
}{
	{"Server", infoServer},
	{"Clients", infoClients},
	{"Memory", infoMemory},
	{"Persistence", infoPersistence},
	{"Stats", infoStats},
	{"Replication", infoReplication},
	{"CPU", infoNothing},
	{"Errorstats", infoNothing},
	{"Cluster", infoCluster},
	{"Keyspace", infoKeyspace},
}

// info runs INFO [section …].
func info(r *request) error {
	wanted := r.args[1:]
	all := len(wanted) == 0 || slices.ContainsFunc(wanted, func(name string) bool {
		return slices.Contains([]string{"ALL", "EVERYTHING", "DEFAULT"}, strings.ToUpper(name))
	})
	now := r.srv.clock()
	var b strings.Builder
	for _, section := range infoSections {
		named := slices.ContainsFunc(wanted, func(name string) bool { return strings.EqualFold(name, section.name) })
		if !all && !named {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\r\n")
		}
		fmt.Fprintf(&b, "# %s\r\n", section.name)
		section.write(r.srv, &b, now)
	}
	r.out.text(b.String())
	return nil
}

func writeInfo(b *strings.Builder, pairs ...any) {
	for pair := range slices.Chunk(pairs, 2) {
		fmt.Fprintf(b, "%s:%v\r\n", pair...)
	}
}

func infoServer(s *Server, b *strings.Builder, now time.Time) {
	writeInfo(b,
		"redis_version", version,
		"redis_mode", "standalone",
		"os", runtime.GOOS,
		"arch_bits", 64,
		"process_id", os.Getpid(),
		"run_id", fmt.Sprintf("%040x", s.started.UnixNano()),
		"tcp_port", s.Addr()[strings.LastIndexByte(s.Addr(), ':')+1:],
		"server_time_usec", now.UnixMicro(),
		"uptime_in_seconds", int(now.Sub(s.started).Seconds()),
		"uptime_in_days", int(now.Sub(s.started).Hours()/24),
		"hz", 10,
		"executable", "embedded",
		"config_file", "",
	)
}

func infoClients(s *Server, b *strings.Builder, _ time.Time) {
	blocked := 0
	for _, c := range s.conns {
		if c.waiter != nil {
			blocked++
		}
	}
	writeInfo(b, "connected_clients", len(s.conns), "maxclients", maxClients, "blocked_clients", blocked,
		"tracking_clients", 0)
}

func infoMemory(s *Server, b *strings.Builder, _ time.Time) {
	used := s.usedMemory()
	writeInfo(b, "used_memory", used, "used_memory_human", fmt.Sprintf("%.2fM", float64(used)/(1<<20)),
		"used_memory_rss", used, "used_memory_peak", used, "maxmemory", 0, "maxmemory_human", "0B",
		"maxmemory_policy", "noeviction", "mem_fragmentation_ratio", "1.00")
}

// usedMemory returns an estimate of the data's memory.
func (s *Server) usedMemory() int64 {
	used := int64(baseMemory)
	for _, st := range s.streams {
		used += st.size()
	}
	return used
}

func infoPersistence(s *Server, b *strings.Builder, _ time.Time) {
	writeInfo(b, "loading", 0, "async_loading", 0, "rdb_changes_since_last_save", 0, "rdb_bgsave_in_progress", 0,
		"rdb_last_save_time", s.started.Unix(), "rdb_last_bgsave_status", "ok", "rdb_last_bgsave_time_sec", -1,
		"rdb_saves", 0, "aof_enabled", 0, "aof_rewrite_in_progress", 0, "aof_last_bgrewrite_status", "ok",
		"aof_last_write_status", "ok")
}

func infoStats(s *Server, b *strings.Builder, now time.Time) {
	s.stats.roll(now)
	writeInfo(b, "total_connections_received", s.stats.connections, "total_commands_processed", s.stats.commands,
		"instantaneous_ops_per_sec", s.stats.rate, "rejected_connections", 0, "expired_keys", 0, "evicted_keys", 0)
}

func infoReplication(_ *Server, b *strings.Builder, _ time.Time) {
	writeInfo(b, "role", "master", "connected_slaves", 0, "master_failover_state", "no-failover",
		"master_repl_offset", 0)
}

// infoNothing writes a section without fields. CPU is one: the process belongs to its client, and Redis's share of its CPU
// time is not known.
func infoNothing(*Server, *strings.Builder, time.Time) {}

func infoCluster(_ *Server, b *strings.Builder, _ time.Time) { writeInfo(b, "cluster_enabled", 0) }

func infoKeyspace(s *Server, b *strings.Builder, _ time.Time) {
	var context any
	keys := strings.TrimSpace(strings.TrimPrefix(string(s.rest.call(&context, false, "DBSIZE")), ":"))
	if keys != "0" {
		writeInfo(b, "db0", fmt.Sprintf("keys=%s,expires=0,avg_ttl=0", keys))
	}
}
