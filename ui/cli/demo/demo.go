// Package demo is the demo command: a Redis inside this program, simulated workflows, the groups that work on them, and
// the desk. Packages work and simulate implement the groups; their faults are simulated on purpose. Start reading at
// [Command].
package demo

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/simulate"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// streamEntries is the max length of each stream: four minutes of the busiest stream at the default rate, and about 100
// MB when all streams are full.
const streamEntries = 5_000

// pace scales the faults of the simulated groups to the time that a person spends on the demo.
const pace = time.Minute

// flags are the flags of the demo command except those for the traffic.
type flags struct {
	listen    string
	producers bool
}

// Command returns the demo command.
func Command(p *program.Program) *cobra.Command {
	o := simulate.Options{}
	var asked flags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Open the desk on simulated workflows; nothing else is needed",
		Long: `demo opens the desk on a Redis inside this program, with simulated HyperAgent workflows and the four
consumer groups that work on them, and a quarter of an hour of what came before. There is something to repair: a consumer
that dies with entries pending, events that the database of db_writers refuses, log_aggregators that fall behind in
waves, workflows whose agents have died. The groups are those of the work
command; with --listen they answer over HTTP: /ws for WebSocket clients, /metrics, /healthz. --producers adds streams as
watermill, dapr, FastStream, Spring, Debezium, BullMQ, taskiq, MassTransit and Redpanda Connect write them. Everything is gone
at quit.`,
		Example: `  streamdesk demo
  streamdesk demo --rate 2000
  streamdesk demo --seed 7
  streamdesk demo --producers
  streamdesk demo --listen 127.0.0.1:8090`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Rate <= 0 || o.Rate > simulate.MaxRate {
				return program.WrongUse("--rate %v: want a number above 0 and up to %d", o.Rate, simulate.MaxRate)
			}
			if err := p.NeedTerminal(); err != nil {
				return err
			}
			return run(cmd.Context(), p, o, asked)
		},
	}
	p.AddTheme(cmd)
	cmd.Flags().Float64Var(&o.Rate, "rate", simulate.DefaultRate, "events a `second`")
	cmd.Flags().Uint64Var(&o.Seed, "seed", 1, "the `number` that settles the workflows: the same seed, the same events")
	cmd.Flags().BoolVar(&asked.producers, "producers", false, "with streams that other programs write, each in its own way")
	cmd.Flags().StringVar(&asked.listen, "listen", "", "serve what the groups have over HTTP on this `address`, host:port")
	program.CompleteFlag(cmd, "listen", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "rate", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "seed", cobra.NoFileCompletions)
	return cmd
}

// run starts the server, the simulator, its groups and the desk, and stops them in turn.
func run(ctx context.Context, p *program.Program, o simulate.Options, asked flags) error {
	p.Stays = true
	p.Heeding.Finishes.Store(true)
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	profile, why := settings.Active(), program.ReadOnlyWhy(settings)
	readOnly := profile.ReadOnly
	settings.Profile, profile.Prefix, profile.Production, profile.Environment = "demo", bus.DefaultPrefix, false, "demo"
	profile.ReadOnly = false // the simulator and its groups write
	settings.Profiles["demo"] = profile
	settings.Envelope, settings.Envelopes, settings.Workflow = config.Envelope{}, nil, config.Default().Workflow
	p.Inside = true
	server, err := embedded.Start(embedded.WithMaxLen(streamEntries), embedded.WithCrash(p.Crashed(settings, "the demo's Redis")))
	if err != nil {
		return err
	}
	defer server.Close()
	groups, err := openGroups(ctx, p, settings, asked.listen, o.Rate)
	if err != nil {
		return err
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), OnConnect: program.NameClient})
	s, err := program.OpenSession(ctx, p, settings, client, groups.busOptions()...)
	if err != nil {
		return errors.Join(err, groups.close())
	}
	simulator := simulate.New(o)
	if err := writePast(ctx, client, s.Bus, simulator); err != nil {
		return errors.Join(err, s.End(), groups.close())
	}
	stop := startTraffic(ctx, s.Bus, simulator, o.Seed, groups, asked.producers)
	shown, end := s, s.End
	if readOnly {
		if shown, err = whoLooks(ctx, p, settings, server.Addr()); err != nil {
			return errors.Join(err, stop(), s.End(), groups.close())
		}
		end = func() error { return errors.Join(shown.End(), s.End()) }
	}
	options := program.DeskOptions(shown, strings.TrimSpace("in this program "+groups.address()), why, []string{"streamdesk", "--redis", "redis://" + client.Options().Addr})
	options.Embedded = true
	forget, err := recordAside(&options)
	if err != nil {
		return errors.Join(err, stop(), end(), groups.close())
	}
	defer forget()
	failed := p.Show(ctx, settings, options)
	return p.Explain(errors.Join(failed, stop(), end(), groups.close()))
}

// whoLooks opens a session for a desk that is read-only: its bus refuses every change, while that of the simulator writes.
func whoLooks(ctx context.Context, p *program.Program, settings *config.Settings, address string) (*program.Session, error) {
	profile := settings.Active()
	profile.ReadOnly = true
	settings.Profiles[settings.Profile] = profile
	return program.OpenSession(ctx, p, settings, redis.NewClient(&redis.Options{Addr: address, OnConnect: program.NameClient}))
}

// startTraffic starts the simulator and its groups. stop ends them, waits for them, and returns their errors.
func startTraffic(ctx context.Context, b *bus.Bus, simulator *simulate.Simulator, seed uint64, groups *groups, producers bool) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	errs := make([]error, 3)
	running.Go(b.Guard(func() { errs[0] = simulator.Run(ctx, b) }))
	running.Go(b.Guard(func() {
		errs[1] = simulate.RunGroups(ctx, b, groups.options(simulate.GroupOptions{Rate: simulator.Rate, Wave: pace}))
	}))
	if producers {
		running.Go(b.Guard(func() { errs[2] = simulate.NewProducers(b.Reader().Prefix(), seed).Run(ctx, b.Writer()) }))
	}
	return func() error {
		cancel()
		running.Wait()
		return errors.Join(errs...)
	}
}
