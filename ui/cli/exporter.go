package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"streamdesk/bus/exporter"
	"streamdesk/bus/sink"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

const (
	// exporterListen is on this machine only: whoever opens it to others says so.
	exporterListen = "127.0.0.1:9733"
	// exporterLabels is the default max number of streams, and of groups, with series of their own.
	exporterLabels = 1000
	// exporterMost is the max of --max-series: some million series of groups on streams.
	exporterMost = 100_000
	// exporterOldest is the max of --max-age; Prometheus takes a series for gone after five minutes.
	exporterOldest = 5 * time.Minute
	// headerTimeout is the max time for a client to send its request, so that it can't hold a connection for nothing.
	headerTimeout = 10 * time.Second
)

// exporterFlags are the flags of the exporter command.
type exporterFlags struct {
	listen, maxAge string
	maxSeries      int
}

func exporterCommand(p *program.Program) *cobra.Command {
	var asked exporterFlags
	cmd := &cobra.Command{
		Use:   "exporter",
		Short: "Show streams, groups and the server to Prometheus, without being a consumer",
		Long: `exporter serves /metrics for Prometheus until ctrl+c: of each stream its entries and how many were ever added; of each
group its lag, pending entries, consumers, age, idle time and deliveries of the oldest pending entry, how many it has read and how
many it never got, and its state by the limits of [alerts]; the server's memory, uptime and version. What the server can't tell is
absent, never 0. The names are those of 'streamdesk work metrics_collectors', which counts events and durations beside them.
A scrape reads the server, unless another did within --max-age: many that scrape cost what one does. While the server is away,
streamdesk_redis_up is 0 and its figures are absent; a server that isn't there yet is waited for.
/healthz answers 200, or 503 when the server can't be read; /livez 200 as long as the process lives.
It answers to addresses and private names; [work] hosts in the settings allows others. It changes nothing: it sends SCAN, TIME,
XINFO STREAM, XRANGE, GET, PTTL, HGET, INFO and CONFIG GET.`,
		Example: `  streamdesk exporter
  streamdesk exporter --listen :9733 --max-age 5s
  curl -s localhost:9733/metrics | promtool check metrics`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return exportFigures(cmd.Context(), p, asked) },

		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&asked.listen, "listen", exporterListen, "serve on this `host:port`")
	cmd.Flags().StringVar(&asked.maxAge, "max-age", exporter.DefaultMaxAge.String(), "answer with what was read so `long` ago at most")
	cmd.Flags().IntVar(&asked.maxSeries, "max-series", exporterLabels, "`N` streams and N groups have series of their own; the rest shares the label \"other\"")
	for _, flag := range []string{"listen", "max-age", "max-series"} {
		program.CompleteFlag(cmd, flag, cobra.NoFileCompletions)
	}
	return cmd
}

// exportFigures serves the figures until ctx ends, which is the normal end.
func exportFigures(ctx context.Context, p *program.Program, asked exporterFlags) error {
	age, err := model.ParseAge(asked.maxAge)
	switch {
	case err != nil || age <= 0 || age > exporterOldest:
		return program.WrongUse("--max-age %q: want a length of time up to 5m, such as 5s", asked.maxAge)
	case asked.maxSeries < 1 || asked.maxSeries > exporterMost:
		return program.WrongUse("--max-series %d: want a number from 1 to %d", asked.maxSeries, exporterMost)
	}
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	var c net.ListenConfig
	listener, err := c.Listen(ctx, "tcp", asked.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w: name another address with --listen host:port", err)
	}
	figures := exporter.New(exporter.Options{
		Groups: exporter.NewLabels(asked.maxSeries), Streams: exporter.NewLabels(asked.maxSeries),
		Limits: settings.Alerts.Limits(), MaxAge: age, All: true,
	})
	stop := serveFigures(p, settings, listener, figures)
	p.Say("serving http://%s/metrics; ctrl+c ends", listener.Addr())
	err = p.WithLasting(ctx, nil, func(s *program.Session) error {
		figures.Read(s.Reader())
		defer figures.Read(nil)
		<-ctx.Done()
		return nil
	})
	if program.InterruptedBy(err) {
		err = nil // ctrl+c is the normal end
	}
	return errors.Join(err, stop())
}

// serveFigures serves the figures on l until stop is called.
func serveFigures(p *program.Program, settings *config.Settings, l net.Listener, figures *exporter.Figures) (stop func() error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(figures, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		if err := figures.Err(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Handler: sink.CheckHost(settings.Work.Hosts, mux), ReadHeaderTimeout: headerTimeout}
	ended := make(chan struct{})
	go p.Crashed(settings, "the HTTP server").Guard(func() {
		defer close(ended)
		_ = server.Serve(l) // returns when it is shut down
	})()
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), program.StuckAfter/2)
		defer cancel()
		err := server.Shutdown(ctx)
		if err != nil {
			err = server.Close()
		}
		<-ended
		return err
	}
}
