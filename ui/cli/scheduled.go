package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/changes"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// jsonScheduled is a row of the scheduled command.
type jsonScheduled struct {
	Stream     string          `json:"stream"`
	Type       string          `json:"type"`
	EventID    *string         `json:"event_id"`
	WorkflowID *string         `json:"workflow_id"`
	Due        model.Timestamp `json:"due"`
	// DueIn is how long it isn't due yet; negative when it should have been added.
	DueIn float64 `json:"due_in_seconds"`
}

func scheduledCommand(p *program.Program) *cobra.Command {
	var count int
	cmd := &cobra.Command{
		Use:   "scheduled [STREAM]",
		Short: "List the events that are scheduled, and cancel them",
		Long: `scheduled lists the events that wait to be added to their streams ('streamdesk publish' with --at and --in, and
PublishAt of the library), those first that are due first. They are added by the processes that consume from the bus, such as
'streamdesk work': while none runs, they stay, and are late. STREAM is a stream's key or an event type.
It changes nothing: it sends SCAN, ZCARD, ZRANGE and TIME.`,
		Example: `  streamdesk scheduled
  streamdesk scheduled workflow.cancelled --count 1000
  streamdesk scheduled --output json | jq '.[] | select(.due_in_seconds < -5)'
  streamdesk scheduled cancel workflow.cancelled 0199c2f4-6d0e-7b1c-9a53-5f1d5c3f0a11`,
		Args:              program.Arguments(0, 1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if count < 1 {
				return program.WrongUse("--count %d: want 1 or more", count)
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				stream := ""
				if len(args) == 1 {
					stream = s.Stream(args[0])
				}
				return listScheduled(cmd.Context(), p, s, stream, count)
			})
		},
	}
	cmd.Flags().IntVar(&count, "count", observe.DefaultPendingCount, "at most so many")
	program.CompleteFlag(cmd, "count", cobra.NoFileCompletions)
	cmd.SuggestionsMinimumDistance = program.SuggestedDistance
	cmd.AddCommand(changes.Cancel(p))
	return cmd
}

func listScheduled(ctx context.Context, p *program.Program, s *program.Session, stream string, count int) error {
	schedule, err := s.Reader().Scheduled(ctx, stream, count)
	if err != nil {
		return err
	}
	all := int64(0)
	for _, one := range schedule.Streams {
		all += one.Count
	}
	if all > int64(len(schedule.Entries)) {
		defer fmt.Fprintf(p.Err, "there are %s in all; ask for more with --count\n", words.Grouped(all))
	}
	if p.JSON() {
		list := make([]jsonScheduled, len(schedule.Entries))
		for i := range schedule.Entries {
			e := &schedule.Entries[i]
			record := s.Reader().Decode(e.Entry())
			list[i] = jsonScheduled{
				Stream: e.Stream, Type: string(model.TypeOf(e.Stream, s.Reader().Prefix())), EventID: table.TextOrNull(e.ID),
				WorkflowID: table.TextOrNull(record.Event.WorkflowID), Due: model.Timestamp(e.Due), DueIn: e.Due.Sub(schedule.At).Seconds(),
			}
		}
		return program.WriteList(p.Out, list)
	}
	if len(schedule.Entries) == 0 {
		p.Say("nothing is scheduled")
	}
	t := table.NewText(table.Left("TYPE"), table.Left("DUE"), table.Right("IN"), table.Left("WORKFLOW"), table.Left("EVENT ID"))
	for i := range schedule.Entries {
		e := &schedule.Entries[i]
		record := s.Reader().Decode(e.Entry())
		t.Add(string(model.TypeOf(e.Stream, s.Reader().Prefix())), e.Due.In(s.Location()).Format(time.DateTime), dueIn(e, schedule.At),
			program.FirstOf(record.Event.WorkflowID, "-"), program.FirstOf(e.ID, "?"))
	}
	return t.Write(p.Out)
}

// dueIn returns how long an entry isn't due yet, or for how long it has been: "10m", "overdue 3s".
func dueIn(e *model.Scheduled, now time.Time) string {
	if late := e.Overdue(now); late > 0 {
		return "overdue " + words.Age(late)
	}
	return words.Age(e.Due.Sub(now))
}
