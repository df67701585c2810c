// Package check is the check command: a probe for monitoring systems, cron and Kubernetes. It judges consumer groups once by the
// limits of the settings, as the desk does, and says how they fare in one line and by its exit code. It leaves judging to package
// health, and changes nothing. Start reading at [Command], then [judge].
package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

const (
	// defaultTimeout is what monitoring systems wait for a plugin, at least.
	defaultTimeout = "10s"
	// minTimeout is time for a server nearby to answer.
	minTimeout = 100 * time.Millisecond
	// maxTimeout is an hour; nobody waits longer for a probe.
	maxTimeout = time.Hour
)

// limits are the flags that replace limits of the settings.
var limits = []struct{ flag, key, unit, help string }{
	{"max-lag", "alerts.lag", "N", "warn of more than `N` entries that wait to be delivered; 0 is off"},
	{"max-pending", "alerts.pending", "N", "warn of more than `N` entries that are delivered and not acknowledged; 0 is off"},
	{"max-oldest", "alerts.oldest", "LONG", "warn when the oldest pending entry is older than `LONG`, such as 5m; 0s is off"},
	{"max-idle", "alerts.idle", "LONG", "critical when nobody touched the oldest pending entry for `LONG`; 0s is off"},
	{"max-deliveries", "alerts.deliveries", "N", "critical from `N` deliveries of the oldest pending entry on; 0 is off"},
}

// flags are the flags of the command.
type flags struct {
	choice
	timeout, from string
	limits        []string // as limits has them
}

// Command returns the check command.
func Command(p *program.Program) *cobra.Command {
	asked := flags{limits: make([]string, len(limits))}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Probe the consumer groups, for monitoring systems, cron and Kubernetes",
		Long: `check judges every consumer group once, or those of --stream and --group, by the limits of [alerts] in the settings or
by those of its flags, and writes one line in the form of monitoring plugins (Nagios, Icinga, Zabbix, checkmk …). Its exit code is
  0  ok        every group keeps up, or its lag is unknown
  1  warning   a group is behind or late
  2  critical  a group is poison, stuck or without consumers, or one that is named isn't there
  3  unknown   the server can't be reached or read, nothing is there to judge, or the use is wrong
For what restarts on any code but 0, such as a Kubernetes probe, --fail-from critical has warnings exit with 0.
Behind "|" stands the performance data: the greatest of all groups, each with its limit; "U" is what the server can't tell. When
several things are wrong, each has a line of its own behind the first. A server that doesn't answer within --timeout is unknown.
--stream takes keys, event types or patterns of keys ("events:order.*"), --group names or patterns; both can be repeated.
It changes nothing: it sends SCAN, TIME, XINFO STREAM, XRANGE, GET, PTTL and HGET.`,
		Example: `  streamdesk check
  streamdesk check --group db_writers --max-lag 1000 --max-oldest 5m
  streamdesk check --stream workflow.failed --timeout 2s --fail-from critical
  streamdesk check --output json | jq '.groups[] | select(.status != "ok")'`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for i, limit := range limits {
				p.OverrideGiven(cmd, limit.flag, limit.key, asked.limits[i])
			}
			return run(cmd.Context(), p, &asked)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	asked.add(p, cmd)
	if p.Failures == nil {
		p.Failures = map[string]func(error) int{}
	}
	p.Failures[cmd.Name()] = func(err error) int {
		return finish(p, &result{status: Unknown, summary: strings.ReplaceAll(err.Error(), "\n", "; ")}, Warning)
	}
	return cmd
}

func (f *flags) add(p *program.Program, cmd *cobra.Command) {
	set := cmd.Flags()
	set.StringArrayVar(&f.streams, "stream", nil, "judge the groups of this `stream`, or of those of a pattern (default all)")
	set.StringArrayVar(&f.groups, "group", nil, "judge this `group`, or those of a pattern (default all)")
	for i, limit := range limits {
		set.StringVar(&f.limits[i], limit.flag, "", limit.help+program.Variable(limit.key))
		program.CompleteFlag(cmd, limit.flag, cobra.NoFileCompletions)
	}
	set.StringVar(&f.timeout, "timeout", defaultTimeout, "give up after so `long`")
	set.StringVar(&f.from, "fail-from", Warning.String(), "exit with 0 below this `status`: warning or critical")
	program.CompleteFlag(cmd, "stream", suggest(p, program.StreamNames))
	program.CompleteFlag(cmd, "group", suggest(p, program.EveryGroupName))
	program.CompleteFlag(cmd, "timeout", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "fail-from", cobra.FixedCompletions([]string{Warning.String(), Critical.String()}, cobra.ShellCompDirectiveNoFileComp))
}

func run(ctx context.Context, p *program.Program, asked *flags) error {
	timeout, err := model.ParseAge(asked.timeout)
	if err != nil || timeout < minTimeout || timeout > maxTimeout {
		return program.WrongUse("--timeout %q: want a length of time from 100ms to 1h, such as 10s", asked.timeout)
	}
	from := Warning
	switch asked.from {
	case Warning.String():
	case Critical.String():
		from = Critical
	default:
		return program.WrongUse("--fail-from %q: write warning or critical", asked.from)
	}
	deadline := time.Now().Add(timeout)
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	var found result
	err = p.With(limited, func(s *program.Session) error {
		chosen := asked.keyed(s)
		snapshot, err := chosen.observe(limited, s)
		if err == nil {
			found = judge(&snapshot, chosen, s.Settings.Alerts.Limits())
		}
		return err
	})
	// The time is asked, not limited: a connection has the same deadline, and may tell of it before the context does.
	if err != nil && !time.Now().Before(deadline) && ctx.Err() == nil {
		return fmt.Errorf("the server didn't answer within %s: %w", asked.timeout, err)
	}
	if err != nil {
		return err
	}
	return &program.ExitError{Code: finish(p, &found, from)}
}

// finish writes a result and returns the exit code.
func finish(p *program.Program, r *result, from Status) int {
	code := r.status
	if r.status == Warning && from == Critical {
		code = OK
	}
	var err error
	if p.JSON() {
		err = program.WriteObject(p.Out, r.json(int(code)))
	} else {
		_, err = fmt.Fprint(p.Out, r.text())
	}
	if err != nil && !errors.Is(err, syscall.EPIPE) {
		fmt.Fprintf(p.Err, "streamdesk check: %v\n", err)
		return int(Unknown)
	}
	return int(code)
}

// suggest completes a flag with what there is on the server.
func suggest(p *program.Program, names program.Suggester) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return p.Ask(names, nil), cobra.ShellCompDirectiveNoFileComp
	}
}
