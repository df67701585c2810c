package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"

	"streamdesk/bus"
	"streamdesk/bus/simulate"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/logfile"
	"streamdesk/model/config"
)

// demoGroups are what is true about the groups of the demo: log_aggregators write a log, and with --listen
// websocket_workers and metrics_collectors are those of the work command. How they work, and what goes wrong, is simulated:
// that is what there is to see.
type demoGroups struct {
	working
	dir      string // of files, deleted at the end
	logs     *logfile.Service
	listener net.Listener // nil without --listen
	server   *workServer
}

// demoLogSize rotates the demo's log before it fills a temporary file system that lies in memory.
const demoLogSize = 16 << 20

// openDemoGroups opens everything, and listens on an address when there is one.
func (p *program) openDemoGroups(ctx context.Context, settings *config.Settings, address string) (g *demoGroups, err error) {
	g = &demoGroups{working: working{program: p, settings: settings, log: slog.New(slog.DiscardHandler)}}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if g.dir, err = os.MkdirTemp("", "streamdesk-demo-"); err != nil {
		return g, err
	}
	setup := sink.Setup{Group: sink.LogAggregators, Consumer: "worker-1"}
	g.logs, err = logfile.New(setup, logfile.Options{Path: filepath.Join(g.dir, "events.log"), MaxSize: demoLogSize, Keep: 1})
	if err != nil || address == "" {
		return g, err
	}
	settings.Work.Listen = address
	if g.listener, err = listen(ctx, settings); err != nil {
		return g, err
	}
	for _, known := range workGroups {
		if !slices.Contains([]string{sink.WebsocketWorkers, sink.MetricsCollectors}, known.name) {
			continue
		}
		service, err := known.open(p, settings, sink.Setup{Group: known.name, Consumer: "worker-1", Types: known.types(settings.Work)})
		if err != nil {
			return g, fmt.Errorf("%s: %w", known.name, err)
		}
		g.services = append(g.services, service)
	}
	g.server = g.serve(g.listener)
	return g, nil
}

// options add to those of the simulated groups.
func (g *demoGroups) options(o simulate.GroupOptions) simulate.GroupOptions {
	o.Services, o.Log = g.services, g.logs.Handle
	return o
}

// busOptions are those that the groups need.
func (g *demoGroups) busOptions() []bus.Option { return []bus.Option{bus.WithHooks(g.hooks())} }

// address is where the groups answer, in words; empty when nowhere.
func (g *demoGroups) address() string {
	if g.listener == nil {
		return ""
	}
	return "http://" + g.listener.Addr().String()
}

// close ends everything.
func (g *demoGroups) close() error {
	var errs []error
	switch {
	case g.server != nil:
		errs = append(errs, g.server.stop())
	case g.listener != nil:
		errs = append(errs, g.listener.Close())
	}
	errs = append(errs, g.working.close())
	if g.logs != nil {
		errs = append(errs, g.logs.Close())
	}
	if g.dir != "" {
		errs = append(errs, os.RemoveAll(g.dir))
	}
	return errors.Join(errs...)
}
