package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// run runs the groups until ctx ends. All errors in the settings are found before an event is read: the services open
// their stores, the address is bound, and then Redis is connected. A store that can't be reached is tried again while
// the other groups work. A command, if given, replaces that of the settings.
func run(ctx context.Context, p *program.Program, groups []group, command []string) (err error) {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	if len(command) > 0 {
		settings.Work.Exec.Command = command
		settings.Place("work.exec.command", config.Source{Layer: config.FromFlag, Name: "--"})
	}
	if settings.Active().ReadOnly {
		return program.WrongUse("profile %q is read-only (%s), and to consume is to acknowledge: name another with --profile NAME, or allow changes",
			settings.Profile, program.ReadOnlyWhy(settings))
	}
	p.Stays = true
	p.Heeding.Hangups.Store(true) // SIGHUP reopens its files
	p.Heeding.Finishes.Store(true)
	w := New(p, settings, newLog(p))
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.open(ctx, groups); err != nil {
		return err
	}
	listener, err := Listen(ctx, settings)
	if err != nil {
		return err
	}
	server := w.Serve(listener)
	return errors.Join(w.run(ctx), server.Stop())
}

// Run is one run of groups: the services and what they share.
type Run struct {
	// Services are the open services; Close closes them.
	Services []sink.Service

	*program.Program
	settings *config.Settings
	log      *slog.Logger
	held     []*sink.Name
	state    state
}

// New returns a run without services.
func New(p *program.Program, settings *config.Settings, log *slog.Logger) *Run {
	return &Run{Program: p, settings: settings, log: log}
}

// open opens the services.
func (w *Run) open(ctx context.Context, groups []group) error {
	for _, g := range groups {
		if g.alone != "" && w.settings.Work.Listen == "" {
			return fmt.Errorf("%s: %w", g.name, program.WrongUse("%s is empty, and %s: name an address with --listen host:port", w.settings.Named("work.listen"), g.alone))
		}
		name, err := w.takeName(g.name)
		if err != nil {
			return err
		}
		w.held = append(w.held, name)
		consume := w.settings.Consume
		err = w.openGroup(ctx, g, sink.Setup{
			Consumer: name.Consumer, AckWait: consume.AckWait.Std(), MaxDeliver: consume.MaxDeliver,
			MaxAckPending: consume.MaxAckPending, Concurrency: consume.Concurrency, Log: w.log,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// names returns the consumer names on the server of the profile.
func (w *Run) names() sink.Names {
	return sink.Names{Redis: program.Identity(w.settings.Active().Redis)}
}

func (w *Run) takeName(group string) (*sink.Name, error) {
	chosen := w.settings.Work.Consumer
	if chosen == "" {
		return w.names().Take(group)
	}
	name, err := w.names().Give(group, chosen)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: give each process its own, or leave it out", w.settings.Named("work.consumer"), err)
	}
	return name, nil
}

// Close closes what is open.
func (w *Run) Close() error {
	var errs []error
	for _, s := range w.Services {
		if err := s.Close(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.Name(), err))
		}
	}
	for _, name := range w.held {
		name.Release()
	}
	return errors.Join(errs...)
}

// Listen binds work.listen. It returns nil when work.listen is empty.
func Listen(ctx context.Context, settings *config.Settings) (net.Listener, error) {
	if settings.Work.Listen == "" {
		return nil, nil //nolint:nilnil // to listen nowhere is a choice
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", settings.Work.Listen)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: name another address with --listen host:port, or --listen \"\" for none", settings.Named("work.listen"), err)
	}
	return l, nil
}

// run opens the bus and runs every service on it. When one service fails, all stop.
func (w *Run) run(ctx context.Context) error {
	audit := program.NewAudit(w.settings)
	defer audit.Close(w.Err)
	s, err := w.Connect(ctx, w.settings, bus.WithHooks(bus.JoinHooks(w.Hooks(), keptHooks(audit, w.log))), bus.WithRetention(program.Retention(w.settings)...))
	if err != nil {
		return err
	}
	w.TellNote(s.Note)
	return w.Explain(errors.Join(w.runOn(ctx, s.Bus), s.End()))
}

func (w *Run) runOn(ctx context.Context, b *bus.Bus) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running, tidying sync.WaitGroup
	names := w.names()
	errs := make([]error, len(w.Services))
	for i, service := range w.Services {
		tidying.Go(func() { names.Tidy(ctx, b, service.Name()) })
		running.Go(func() {
			defer stop()
			w.log.Info("consuming", "group", service.Name(), "consumer", w.held[i].Consumer,
				"redis", program.ShownAddress(w.settings.Active().Redis))
			began := time.Now()
			err := service.Run(ctx, b)
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", service.Name(), err)
				w.log.Error("stopped", "group", service.Name(), "error", err)
				return
			}
			w.log.Info("stopped", "group", service.Name(), "after", time.Since(began).Round(time.Millisecond))
		})
	}
	w.state.started()
	w.reopenUntil(ctx)
	w.state.stopping()
	running.Wait()
	tidying.Wait()
	return errors.Join(errs...)
}

// Hooks returns the hooks of the services that observe the bus, joined with those of the log.
func (w *Run) Hooks() bus.Hooks {
	all := []bus.Hooks{w.logHooks()}
	for _, s := range w.Services {
		if observer, ok := s.(sink.Observer); ok {
			all = append(all, observer.Hooks())
		}
	}
	return bus.JoinHooks(all...)
}

// reopenUntil reopens files at each SIGHUP until ctx ends.
func (w *Run) reopenUntil(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		}
		for _, s := range w.Services {
			if r, ok := s.(sink.Reopener); ok {
				err := r.Reopen()
				w.log.Info("reopened at SIGHUP", "group", s.Name(), "error", err)
			}
		}
	}
}
