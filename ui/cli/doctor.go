package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/doctor"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

func doctorCommand(p *program.Program) *cobra.Command {
	var interval string
	var strict bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what the server can do, how durable it is, and what looks wrong, with the fix",
		Long: `doctor looks at the server and at every stream, group and consumer of the bus, and says what is wrong, why
it matters and which command mends it, the worst first:
  critical  entries were lost, or will be before long
  warning   something is stuck, grows, or could be lost
  info      worth knowing
  ok        looked at, and as it should be
It looks twice, an interval apart, to see what grows. Of each group's pending entries it reads the 1,000 with the
smallest IDs; where there are more, numbers say "at least". It changes nothing: it sends INFO, CONFIG GET, SCAN, TIME,
XINFO STREAM, XPENDING, XRANGE, GET, PTTL and HGET, and mends nothing by itself.
The exit code is 0 when the examination was done, whatever it found; with --strict it is 1 on a warning or worse.`,
		Example: `  streamdesk doctor
  streamdesk doctor --strict || echo "the bus needs somebody"
  streamdesk doctor --output json | jq -r '.[] | select(.severity != "ok") | .mend'`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			pause, err := model.ParseAge(interval)
			if err != nil || pause > time.Hour {
				return program.WrongUse("--interval %q: want a length of time up to an hour, such as 1s, or 0s to look once", interval)
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				return examine(cmd.Context(), p, s, doctor.Options{Interval: pause}, strict)
			})
		},
	}
	cmd.Flags().StringVar(&interval, "interval", doctor.DefaultInterval.String(), "look twice, so `long` apart; 0s to look once")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 on a warning or worse")
	program.CompleteFlag(cmd, "interval", cobra.NoFileCompletions)
	return cmd
}

// jsonFinding is a row of the doctor command.
type jsonFinding struct {
	Check    string  `json:"check"`
	Severity string  `json:"severity"`
	Stream   *string `json:"stream"`
	Group    *string `json:"group"`
	Consumer *string `json:"consumer"`
	Message  string  `json:"message"`
	Why      *string `json:"why"`
	Mend     *string `json:"mend"`
}

func examine(ctx context.Context, p *program.Program, s *program.Session, o doctor.Options, strict bool) error {
	findings, err := program.Diagnose(ctx, s, p.Itself(), o)
	if err != nil {
		return err
	}
	if p.JSON() {
		list := make([]jsonFinding, len(findings))
		for i := range findings {
			f := &findings[i]
			list[i] = jsonFinding{
				Check: f.Check, Severity: f.Severity.String(), Stream: table.TextOrNull(f.Stream), Group: table.TextOrNull(f.Group),
				Consumer: table.TextOrNull(f.Consumer), Message: f.Message, Why: table.TextOrNull(f.Why), Mend: table.TextOrNull(f.Mend),
			}
		}
		err = program.WriteList(p.Out, list)
	} else {
		err = writeFindings(p.Out, findings)
	}
	if err != nil || !strict || doctor.Worst(findings) < doctor.Warning {
		return err
	}
	n := 0
	for i := range findings {
		if findings[i].Severity >= doctor.Warning {
			n++
		}
	}
	return fmt.Errorf("%d findings are a warning or worse, and --strict was given", n)
}
