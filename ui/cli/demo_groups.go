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
	"streamdesk/ui/cli/program"
)

// demoGroups are the groups of the demo: those of the work command, with --listen the same over HTTP. What goes wrong is
// simulated, as it is what there is to see: log_aggregators write their log through a simulated consumer that is slow at
// times, and one of websocket_workers dies.
type demoGroups struct {
	working
	dir      string // of files, deleted at the end
	logs     *logfile.Service
	listener net.Listener // nil without --listen
	server   *workServer
}

// demoLogSize rotates the demo's log before it fills a temporary file system that lies in memory.
const demoLogSize = 16 << 20

// openDemoGroups opens everything for so many events a second, and listens on an address when there is one.
func openDemoGroups(ctx context.Context,
	p *program.Program, settings *config.Settings, address string, rate float64,
) (g *demoGroups, err error) {
	g = &demoGroups{working: working{Program: p, settings: settings, log: slog.New(slog.DiscardHandler)}}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if address == "" {
		settings.Work = config.Default().Work // nobody asks for what the settings say of an address
	}
	settings.Work.Listen = address
	if g.listener, err = listen(ctx, settings); err != nil {
		return g, err
	}
	if g.dir, err = os.MkdirTemp("", "streamdesk-demo-"); err != nil {
		return g, err
	}
	o := simulate.GroupOptions{Wave: demoPace}
	setup := sink.Setup{Consumer: "worker-1", AckWait: simulate.DefaultAckWait, Backoff: o.Backoff()}
	if err := g.openServices(ctx, setup); err != nil {
		return g, err
	}
	writers, err := openDemoWriters(ctx, g.dir, setup, rate)
	g.services = append(g.services, writers...)
	if err != nil {
		return g, fmt.Errorf("%s: %w", sink.DBWriters, err)
	}
	setup.Group = sink.LogAggregators
	g.logs, err = logfile.New(setup, logfile.Options{Path: filepath.Join(g.dir, "events.log"), MaxSize: demoLogSize, Keep: 1})
	if err == nil && g.listener != nil {
		g.server = g.serve(g.listener)
	}
	return g, err
}

// openServices opens the groups that answer over HTTP, whether anybody can ask or not.
func (g *demoGroups) openServices(ctx context.Context, setup sink.Setup) error {
	for _, known := range workGroups {
		if !slices.Contains([]string{sink.WebsocketWorkers, sink.MetricsCollectors}, known.name) {
			continue
		}
		setup.Group, setup.Types = known.name, known.types(g.settings.Work)
		if err := g.openGroup(ctx, known, setup); err != nil {
			return err
		}
	}
	return nil
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
