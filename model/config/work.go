package config

import (
	"slices"
	"strconv"
	"strings"
)

// DefaultListen is on this machine only: who may see the events from elsewhere is for a person to decide.
const DefaultListen = "127.0.0.1:8090"

// List is a list of texts; a single text is a list of one.
type List []string

// Work is how the consumer groups of `streamdesk work` are run: what is the process's, and a table for each group.
type Work struct {
	// Consumer is the process's name in its groups; empty means the host's name and the first number that is free.
	Consumer string `toml:"consumer"`
	// Listen is the address that health, metrics and WebSockets are served on; empty serves nothing.
	Listen string `toml:"listen"`
	// Hosts are public names that the process may be asked by, beside addresses and private names; * stands for any part.
	Hosts List `toml:"hosts"`
	// WebsocketWorkers and the others are the groups' own.
	WebsocketWorkers  WebsocketWorkers  `toml:"websocket_workers"`
	DBWriters         DBWriters         `toml:"db_writers"`
	MetricsCollectors MetricsCollectors `toml:"metrics_collectors"`
	LogAggregators    LogAggregators    `toml:"log_aggregators"`
	// Exec and HTTP are those of groups of one's own.
	Exec Exec `toml:"exec"`
	HTTP HTTP `toml:"http"`
}

func defaultWork() Work {
	return Work{
		Listen: DefaultListen, Hosts: List{}, WebsocketWorkers: defaultWebsocketWorkers(), DBWriters: defaultDBWriters(),
		MetricsCollectors: defaultMetricsCollectors(), LogAggregators: defaultLogAggregators(),
		Exec: defaultExec(), HTTP: defaultHTTP(),
	}
}

func (f *check) work(w Work) {
	if strings.ContainsAny(w.Consumer, " \t\r\n") {
		f.refuse("work.consumer", "%q holds white space; write one word, such as \"worker-1\"", w.Consumer)
	}
	f.listen("work.listen", w.Listen)
	if slices.Contains(w.Hosts, "") {
		f.refuse("work.hosts", `a host is empty; write a name such as "events.example.com"`)
	}
	f.websocketWorkers("work.websocket_workers", w.WebsocketWorkers)
	f.dbWriters("work.db_writers", w.DBWriters)
	f.metricsCollectors("work.metrics_collectors", w.MetricsCollectors)
	f.logAggregators("work.log_aggregators", w.LogAggregators)
	f.exec("work.exec", w.Exec)
	f.http("work.http", w.HTTP)
}

// types checks the globs of a group.
func (f *check) types(key string, types List) {
	if slices.Contains(types, "") {
		f.refuse(key, `a type is empty; write a glob such as "workflow.*", or leave the list empty for all`)
	}
}

// listen checks an address to listen on.
func (f *check) listen(key, address string) {
	if address == "" {
		return
	}
	colon := strings.LastIndexByte(address, ':')
	host, port := address[:max(colon, 0)], address[colon+1:]
	bracketed := strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
	bare := strings.Contains(host, ":") && !bracketed // an IPv6 address
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || colon < 0 || bare {
		f.refuse(key, `%q is no address to listen on; write host:port, such as %q, or ":8090" for all of the machine's`, address, DefaultListen)
	}
}
