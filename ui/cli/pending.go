package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/table"
)

// pendingFlags are the flags of the pending command.
type pendingFlags struct {
	consumer string
	idle     string
	count    int
	payloads bool
}

func pendingCommand(p *program.Program) *cobra.Command {
	var flags pendingFlags
	cmd := &cobra.Command{
		Use:   "pending STREAM GROUP",
		Short: "List what a group was given and has not acknowledged",
		Long: `pending lists a group's pending entries in the order of their IDs: which consumer holds each, how long it
has not touched it and how often it was delivered. An entry that was trimmed or deleted meanwhile is "gone".
STREAM is the stream's key or the event type. It changes nothing: it sends XPENDING, and XRANGE with --payloads.`,
		Example: `  streamdesk pending workflow.failed db_writers
  streamdesk pending events:audit.completed db_writers --idle 5m --payloads
  streamdesk pending workflow.failed db_writers --consumer worker-3 --count 1000 --output json`,
		Args:              program.Arguments(2, 2),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames, program.GroupNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			idle, err := model.ParseAge(program.FirstOf(flags.idle, "0s"))
			if err != nil {
				return program.WrongUse("--idle %q: %w", flags.idle, err)
			}
			if flags.count < 1 {
				return program.WrongUse("--count %d: want 1 or more", flags.count)
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				return listPending(cmd.Context(), p, s, observe.PendingQuery{
					Stream: s.Stream(args[0]), Group: args[1], Consumer: flags.consumer, MinIdle: idle, Count: flags.count, Payloads: flags.payloads,
				})
			})
		},
	}
	cmd.Flags().StringVar(&flags.consumer, "consumer", "", "only what this `consumer` holds")
	cmd.Flags().StringVar(&flags.idle, "idle", "", "only what has not been touched for this `long`, such as 30s, 5m or 1d")
	cmd.Flags().IntVar(&flags.count, "count", observe.DefaultPendingCount, "at most so many")
	cmd.Flags().BoolVar(&flags.payloads, "payloads", false, "with the events themselves")
	program.CompleteFlag(cmd, "consumer", p.CompleteConsumers)
	program.CompleteFlag(cmd, "idle", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "count", cobra.NoFileCompletions)
	return cmd
}

func listPending(ctx context.Context, p *program.Program, s *program.Session, query observe.PendingQuery) error {
	asked := query.Count
	query.Count++ // one more, to know whether there are more
	rows, err := s.Reader().Pending(ctx, query)
	if err != nil {
		return err
	}
	more := len(rows) > asked
	rows = rows[:min(len(rows), asked)]
	if more {
		defer fmt.Fprintf(p.Err, "there are more than %d; ask for more with --count\n", asked)
	}
	list, columns := make([]pending.Row, len(rows)), pending.Columns
	for i := range rows {
		list[i] = pending.Row{PendingEntry: &rows[i], Group: query.Group}
	}
	if query.Payloads {
		columns = columns.With(payloadColumns()...)
		for i := range list {
			list[i].Record = new(s.Reader().Decode(rows[i].Entry))
		}
	}
	switch {
	case p.JSON():
		return program.WriteList(p.Out, columns.JSON(list))
	case len(rows) == 0:
		p.Say("nothing of that kind is pending in group %s on %s", query.Group, query.Stream)
	}
	return columns.Text(list).Write(p.Out)
}

// payloadColumns returns the columns with the pending events.
func payloadColumns() []table.Column[pending.Row] {
	return []table.Column[pending.Row]{
		{Key: "gone", Value: func(r *pending.Row) any { return r.Gone }},
		{Key: "event", Value: func(r *pending.Row) any {
			if r.Gone {
				return nil
			}
			return new(program.NewJSONEvent(r.Record))
		}},
		{Head: "WORKFLOW", Text: func(r *pending.Row) string {
			if r.Gone {
				return "-"
			}
			return program.FirstOf(r.Record.Event.WorkflowID, "-")
		}},
		{Head: "EVENT", Text: func(r *pending.Row) string {
			if r.Gone {
				return "gone: trimmed or deleted while pending"
			}
			return eventText(r.Record)
		}},
	}
}

// eventText returns the content of an entry on one line: the data of its event, or its fields when it is no event.
func eventText(r *model.Record) string {
	if r.Err == nil {
		return string(r.Event.Data)
	}
	var b strings.Builder
	b.WriteString(r.Err.Error())
	for _, f := range r.Fields {
		b.WriteString(" · " + f.Name + "=" + f.Value)
	}
	return b.String()
}

// clock is the format of times for a person.
const clock = "15:04:05.000"

// date is the format before clock when the day isn't today.
const date = "2006-01-02 "

// addedTime returns the time in an entry's ID as clockTime writes it; "?" when the ID contains no date.
func addedTime(id model.Position, now time.Time, location *time.Location) string {
	if !id.Dated() {
		return "?"
	}
	return clockTime(id.Time(), now, location)
}

func clockTime(t, now time.Time, location *time.Location) string {
	t, now = t.In(location), now.In(location)
	if t.Year() != now.Year() || t.YearDay() != now.YearDay() {
		return t.Format(date + clock)
	}
	return t.Format(clock)
}
