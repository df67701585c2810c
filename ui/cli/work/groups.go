package work

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database"
	"streamdesk/bus/sink/execute"
	"streamdesk/bus/sink/logfile"
	"streamdesk/bus/sink/metrics"
	"streamdesk/bus/sink/post"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// group is a consumer group that this program can work as: one of the described groups, or a group of any name with a
// sink.
type group struct {
	name string
	// sink is the kind of the service.
	sink string
	// does says what the group does, and example how to start it.
	does, example string
	// alone says why a process that doesn't listen would be useless; empty when it is useful.
	alone string
	// types returns the event types to consume.
	types func(config.Work) config.List
	// limit returns the limit that the group begins with, in the form of [model.ParseRate]; empty for none.
	limit func(config.Work) string
	// open returns the service. It checks everything that can be checked before an event is read. Its errors name the
	// setting; a [program.UsageError] is wrong use, and after a [sink.AwayError] the opening is tried again.
	open func(ctx context.Context, p *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error)
}

// described are the groups of the description, in the order of the help.
var described = []group{
	{
		name: sink.WebsocketWorkers, sink: "websocket", does: "broadcasts events to WebSocket clients: /ws?workflow_id=…&type=GLOB&from=ID",
		example: "streamdesk work websocket_workers --listen 0.0.0.0:8090", alone: "nobody could connect",
		types: func(w config.Work) config.List { return w.WebsocketWorkers.Types },
		limit: func(w config.Work) string { return w.WebsocketWorkers.Limit },
		open:  openWebsocketWorkers,
	},
	{
		name: sink.DBWriters, sink: "database", does: "writes each event once to SQLite or PostgreSQL (work.db_writers.dsn)",
		example: "STREAMDESK_WORK_DB_WRITERS_DSN=postgres://app@db/events streamdesk work db_writers",
		types:   func(w config.Work) config.List { return w.DBWriters.Types },
		limit:   func(w config.Work) string { return w.DBWriters.Limit },
		open:    openDBWriters,
	},
	{
		name: sink.MetricsCollectors, sink: "metrics", does: "counts and measures for Prometheus, at /metrics",
		example: "streamdesk work metrics_collectors --listen :9090", alone: "nobody could scrape",
		types: func(w config.Work) config.List { return w.MetricsCollectors.Types },
		limit: func(w config.Work) string { return w.MetricsCollectors.Limit },
		open:  openMetricsCollectors,
	},
	{
		name: sink.LogAggregators, sink: "logfile", does: "writes one line of JSON an event to a rotated file, or to stdout",
		example: "STREAMDESK_WORK_LOG_AGGREGATORS_PATH=- streamdesk work log_aggregators --listen '' | jq .type",
		types:   func(w config.Work) config.List { return w.LogAggregators.Types },
		limit:   func(w config.Work) string { return w.LogAggregators.Limit },
		open:    openLogAggregators,
	},
}

// ownSinks are sinks that serve only groups with other names.
var ownSinks = []group{
	{
		sink: "exec", does: "runs a command, which gets events as lines of JSON on its stdin (work.exec)",
		example: "streamdesk work --group pagers --sink exec -- page-someone --urgent",
		types:   func(w config.Work) config.List { return w.Exec.Types },
		limit:   func(w config.Work) string { return w.Exec.Limit },
		open:    openExec,
	},
	{
		sink: "http", does: "sends events as lines of JSON with POST (work.http)",
		example: "streamdesk work --group hooks --sink http --url https://hooks.example.com/events",
		types:   func(w config.Work) config.List { return w.HTTP.Types },
		limit:   func(w config.Work) string { return w.HTTP.Limit },
		open:    openHTTP,
	},
}

func groupsHelp() string {
	var b strings.Builder
	for _, g := range described {
		fmt.Fprintf(&b, "  %-20s %s\n", g.name, g.does)
	}
	return b.String()
}

func sinksHelp() string {
	var b strings.Builder
	for _, g := range described {
		fmt.Fprintf(&b, "  %-10s as %s does\n", g.sink, g.name)
	}
	for _, s := range ownSinks {
		fmt.Fprintf(&b, "  %-10s %s\n", s.sink, s.does)
	}
	return b.String()
}

func groupExamples() string {
	var lines []string
	for _, g := range slices.Concat(described, ownSinks) {
		lines = append(lines, "  "+g.example)
	}
	return strings.Join(append(lines, "  streamdesk work "+strings.Join(groupNames(), " ")), "\n")
}

func openWebsocketWorkers(_ context.Context, p *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	w := settings.Work.WebsocketWorkers
	token, err := w.Token(p.Env, p.ReadFile)
	if err != nil {
		return nil, p.WrongSetting(settings.Explain("work.websocket_workers", err))
	}
	return websocket.New(setup, websocket.Options{
		Origins: w.Origins, Token: token, Buffer: w.Buffer, MaxBehind: w.MaxBehind.Std(), MaxClients: w.MaxClients, Ping: w.Ping.Std(),
	}), nil
}

// openTimeout is the max time for a database to accept this process and create its tables, which other processes may be
// creating at the same time.
const openTimeout = 30 * time.Second

func openDBWriters(ctx context.Context, _ *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	d := settings.Work.DBWriters
	w, err := database.Open(ctx, setup, database.Options{DSN: string(d.DSN), Batch: d.Batch})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", settings.Named("work.db_writers.dsn"), err)
	}
	return w, nil
}

func openMetricsCollectors(_ context.Context, _ *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	return metrics.New(setup, metrics.Options{
		MaxTypes: settings.Work.MetricsCollectors.MaxTypes, Limits: settings.Alerts.Limits(),
	}), nil
}

func openLogAggregators(_ context.Context, p *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	l := settings.Work.LogAggregators
	s, err := logfile.New(setup, logfile.Options{
		Path: l.Path, Stdout: p.Data(), MaxSize: int64(l.MaxSize) << 20, Every: l.RotateEvery.Std(), Keep: l.KeepFiles, Fsync: l.Fsync,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", settings.Named("work.log_aggregators.path"), err)
	}
	return s, nil
}

func openExec(_ context.Context, _ *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	e := settings.Work.Exec
	s, err := execute.New(setup, execute.Options{Command: e.Command, Batch: e.Batch, Timeout: e.Timeout.Std()})
	if err != nil {
		return nil, fmt.Errorf("%s: %w: write the program and its arguments, or give them behind --", settings.Named("work.exec.command"), err)
	}
	return s, nil
}

func openHTTP(_ context.Context, p *program.Program, settings *config.Settings, setup sink.Setup) (sink.Service, error) {
	h := settings.Work.HTTP
	token, err := h.Token(p.Env, p.ReadFile)
	if err != nil {
		return nil, p.WrongSetting(settings.Explain("work.http", err))
	}
	header := http.Header{}
	for _, line := range h.Headers {
		name, value, _ := strings.Cut(line, ":")
		header.Add(name, strings.TrimSpace(value))
	}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	s, err := post.New(setup, post.Options{URL: string(h.URL), Header: header, Batch: h.Batch, Timeout: h.Timeout.Std()})
	if err != nil {
		return nil, program.WrongUse("%s: %w", settings.Named("work.http.url"), err)
	}
	return s, nil
}

// OpenDescribed opens the service of one of the described groups. It uses setup except for its group and types.
func (w *Run) OpenDescribed(ctx context.Context, name string, setup sink.Setup) error {
	known, err := groupsNamed([]string{name})
	if err != nil {
		return err
	}
	return w.openGroup(ctx, known[0], setup)
}

// openGroup opens the service of a group in a [sink.Worker], so that its faults don't affect other groups.
func (w *Run) openGroup(ctx context.Context, g group, setup sink.Setup) error {
	setup.Group, setup.Types = g.name, g.types(w.settings.Work)
	if limit := g.limit(w.settings.Work); limit != "" {
		setup.Limit, _ = model.ParseRate(limit) // the settings were checked
	}
	worker, err := sink.NewWorker(ctx, g.name, w.log, func(ctx context.Context) (sink.Service, error) {
		return g.open(ctx, w.Program, w.settings, setup)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", g.name, err)
	}
	w.Services = append(w.Services, worker)
	return nil
}
