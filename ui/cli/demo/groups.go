package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"streamdesk/bus"
	"streamdesk/bus/simulate"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/logfile"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/work"
)

// groups are the groups of the demo: those of the work command, also over HTTP with --listen. Faults are simulated,
// because the demo shows them: log_aggregators write their log through a simulated consumer that is slow at times, and
// one of websocket_workers dies.
type groups struct {
	*work.Run
	dir      string // temporary files, deleted at the end
	logs     *logfile.Service
	listener net.Listener // nil without --listen
	server   *work.Server
}

// logSize is the size at which the demo's log is rotated, before it fills a temporary file system in memory.
const logSize = 16 << 20

// openGroups opens all groups for rate events a second, and listens on address unless it is empty.
func openGroups(ctx context.Context,
	p *program.Program, settings *config.Settings, address string, rate float64,
) (g *groups, err error) {
	g = &groups{Run: work.New(p, settings, slog.New(slog.DiscardHandler))}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if address == "" {
		settings.Work = config.Default().Work // without an address the settings for HTTP aren't needed
	}
	settings.Work.Listen = address
	if g.listener, err = work.Listen(ctx, settings); err != nil {
		return g, err
	}
	if g.dir, err = os.MkdirTemp("", "streamdesk-demo-"); err != nil {
		return g, err
	}
	o := simulate.GroupOptions{Wave: pace}
	setup := sink.Setup{Consumer: "worker-1", AckWait: simulate.DefaultAckWait, Backoff: o.Backoff()}
	// These serve HTTP paths, even when nothing listens.
	for _, name := range []string{sink.WebsocketWorkers, sink.MetricsCollectors} {
		if err := g.OpenDescribed(ctx, name, setup); err != nil {
			return g, err
		}
	}
	writers, err := openWriters(ctx, g.dir, setup, rate)
	g.Services = append(g.Services, writers...)
	if err != nil {
		return g, fmt.Errorf("%s: %w", sink.DBWriters, err)
	}
	setup.Group = sink.LogAggregators
	g.logs, err = logfile.New(setup, logfile.Options{Path: filepath.Join(g.dir, "events.log"), MaxSize: logSize, Keep: 1})
	if err == nil && g.listener != nil {
		g.server = g.Serve(g.listener)
	}
	return g, err
}

// options adds the services and the log to the simulated groups' options.
func (g *groups) options(o simulate.GroupOptions) simulate.GroupOptions {
	o.Services, o.Log = g.Services, g.logs.Handle
	return o
}

// busOptions returns the bus options that the groups need. The traffic isn't checked by the schemas of a bus of one's own.
func (g *groups) busOptions() []bus.Option {
	return []bus.Option{bus.WithHooks(g.Hooks()), bus.WithCheck(nil)}
}

// address returns the URL of the groups; "" without --listen.
func (g *groups) address() string {
	if g.listener == nil {
		return ""
	}
	return "http://" + g.listener.Addr().String()
}

// close stops and closes everything.
func (g *groups) close() error {
	var errs []error
	switch {
	case g.server != nil:
		errs = append(errs, g.server.Stop())
	case g.listener != nil:
		errs = append(errs, g.listener.Close())
	}
	errs = append(errs, g.Run.Close())
	if g.logs != nil {
		errs = append(errs, g.logs.Close())
	}
	if g.dir != "" {
		errs = append(errs, os.RemoveAll(g.dir))
	}
	return errors.Join(errs...)
}
