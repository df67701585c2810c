package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/bus/bench"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// benchFlags are the flags of the bench command.
type benchFlags struct {
	only    []string
	groups  []int
	events  int
	seconds float64
	rate    int
	payload int
}

func benchCommand(p *program.Program) *cobra.Command {
	var flags benchFlags
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure the bus beside a raw go-redis loop on your Redis",
		Long: `bench measures what the bus reaches on the configured Redis, beside a plain go-redis loop that does the
same work in the same run. The two take turns, so that whatever else the machine does hurts both alike; the ratio
means something on any machine, the figures on this one. It measures:
  publish       buffered events, flushed at the end (raw: pipelines of 500 XADDs)
  publish-sync  one event after the other, each waiting for its entry ID
  consume       a backlog: decode, handler, ack (raw: XREADGROUP COUNT 1000,
                encoding/json, one XACK a read)
  latency       from publishing to the handler, at --rate events a second, for each of --groups
RATIO is the bus's rate over the raw loop's, more is better; P99 RATIO the same of the 99th percentile, less is
better. Publishing flat out keeps the buffer full: its latencies are those of waiting in it.
It loads the server with all it can take, and so refuses a profile that is marked production. It writes only to keys
that begin with "` + bench.KeyPrefix + `", at most about 100 MB at a time, and deletes them however it ends.`,
		Example: `  streamdesk bench
  streamdesk bench --only publish,consume --events 1000000
  streamdesk bench --only latency --rate 20000 --groups 1,4,8 --seconds 30
  streamdesk bench --payload 4096 --output json |
    jq '.measures[] | {measure, rate_ratio, p99_ratio}'`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			options, err := flags.options()
			if err != nil {
				return err
			}
			return runBench(cmd.Context(), p, options)
		},
	}
	names := make([]string, 0, len(bench.Measures()))
	for _, m := range bench.Measures() {
		names = append(names, string(m))
	}
	f := cmd.Flags()
	f.StringSliceVar(&flags.only, "only", nil, "only these `measures`: "+strings.Join(names, ", "))
	f.IntSliceVar(&flags.groups, "groups", []int{1, 4}, "measure latency with each of these `numbers` of consumer groups")
	f.IntVar(&flags.events, "events", bench.DefaultEvents, "publish and consume so `many` per side; a twentieth for publish-sync")
	f.Float64Var(&flags.seconds, "seconds", bench.DefaultDuration.Seconds(), "measure each latency for so `long` per side")
	f.IntVar(&flags.rate, "rate", bench.DefaultRate, "`events` a second while measuring latency")
	f.IntVar(&flags.payload, "payload", bench.DefaultPayload, "`bytes` of data in each event")
	program.CompleteFlag(cmd, "only", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"groups", "events", "seconds", "rate", "payload"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// options converts the flags. Invalid values are wrong use.
func (f *benchFlags) options() (bench.Options, error) {
	o := bench.Options{Events: f.events, Rate: f.rate, Groups: f.groups, Payload: f.payload}
	for _, name := range f.only {
		o.Only = append(o.Only, bench.Measure(name))
	}
	o.Duration = time.Duration(f.seconds * float64(time.Second))
	switch {
	case f.events < 1:
		return o, program.WrongUse("--events %d: want 1 or more", f.events)
	case f.rate < 1:
		return o, program.WrongUse("--rate %d: want 1 or more", f.rate)
	case f.payload < bench.MinPayload:
		return o, program.WrongUse("--payload %d: want %d or more", f.payload, bench.MinPayload)
	case len(f.groups) == 0:
		return o, program.WrongUse("--groups: want numbers such as 1,4")
	case o.Duration < time.Millisecond || f.seconds > (24*time.Hour).Seconds():
		return o, program.WrongUse("--seconds %v: want 0.001 to a day's", f.seconds)
	}
	if err := o.Validate(); err != nil {
		return o, program.WrongUse("%w", err)
	}
	return o, nil
}

// runBench measures and prints the figures. When it is interrupted, it prints the complete ones.
func runBench(ctx context.Context, p *program.Program, o bench.Options) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	profile := settings.Active()
	switch {
	case profile.Production:
		return program.WrongUse("profile %q is marked production, and bench loads its server with all it can take: name another with --profile NAME",
			settings.Profile)
	case profile.ReadOnly:
		return program.WrongUse("profile %q is read-only (%s), and bench writes: name another with --profile NAME, or allow changes",
			settings.Profile, program.ReadOnlyWhy(settings))
	}
	client, err := program.NewClient(p, settings)
	if err != nil {
		return err
	}
	client, err = benched(ctx, p, client, settings)
	if err != nil {
		return p.ExplainOpen(err, profile)
	}
	p.Heeding.Finishes.Store(true) // it deletes the keys that it has made
	report, err := measure(ctx, p, client, o)
	err = errors.Join(err, client.Close())
	if err != nil && report.Server.Version == "" {
		return p.ExplainOpen(err, profile)
	}
	if err != nil {
		err = p.Explain(err)
	}
	if p.JSON() {
		if err != nil {
			return err // a program can't use half a report
		}
		return program.WriteObject(p.Out, newJSONBench(&report))
	}
	if len(report.Rows) > 0 {
		fmt.Fprintln(p.Out, benchHeader(&report, program.ShownAddress(profile.Redis)))
		err = errors.Join(benchTable(report.Rows).Write(p.Out), err)
	}
	return err
}

// benched returns the client to measure with, once its server answers PING: the given one, or one of the whole cluster
// when the server is a cluster node. It closes the given client when that isn't returned.
func benched(ctx context.Context, p *program.Program, client redis.UniversalClient, settings *config.Settings) (redis.UniversalClient, error) {
	profile := settings.Active()
	answered := p.Awaits(program.ShownAddress(profile.Redis) + " to answer PING")
	defer answered()
	ctx, cancel := context.WithTimeout(ctx, min(program.AnswerTimeout, settings.Wait.Std()))
	defer cancel()
	b, err := bus.Open(ctx, client, p.Options...)
	if err == nil {
		return client, b.Close(ctx)
	}
	defer func() { _ = client.Close() }() // it was only queried
	if !errors.As(err, new(*bus.ClusterNodeError)) {
		return nil, err
	}
	whole, note, err := program.WholeCluster(ctx, p, client, settings)
	p.TellNote(note)
	return whole, err
}

// measure runs the benchmark and shows the progress on stderr.
func measure(ctx context.Context, p *program.Program, client redis.UniversalClient, o bench.Options) (bench.Report, error) {
	progress := &benchProgress{to: p.Err, overwrite: p.ErrIsTerminal()}
	o.Progress = progress.tell
	report, err := bench.Run(ctx, client, o)
	progress.end()
	return report, err
}

// benchHeader returns the facts that the figures depend on.
func benchHeader(r *bench.Report, address string) string {
	s := r.Server
	words := slices.DeleteFunc([]string{s.Name, s.Version, s.Mode}, func(word string) bool { return word == "" })
	return fmt.Sprintf("%s at %s · durability: %s · %d cores here · %d bytes of data an event",
		strings.Join(words, " "), address, s.Durability, r.Cores, r.Options.Payload)
}
