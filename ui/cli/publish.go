package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

// publishFlags are the flags of the publish command.
type publishFlags struct {
	workflow, agent, data, jsonl string
	dryRun, goOn                 bool
	fromLine                     int
	when                         later
}

func publishCommand(p *program.Program) *cobra.Command {
	var flags publishFlags
	cmd := &cobra.Command{
		Use:   "publish TYPE | publish --jsonl FILE [TYPE]",
		Short: "Publish an event, or a file of them",
		Long: `publish adds an event to the stream of its type and prints the stream and the entry's ID. --data is a
JSON object, @FILE for one in a file, or - for one on stdin.

With --jsonl each line of a file (- for stdin) is an event in the wire format:
  {"type":"workflow.started","workflow_id":"wf-1","data":{},"source_agent":"me"}
TYPE, --workflow and --agent are for lines that don't say; an id and a timestamp are made where they are missing.
It stops at the first line that is no event, and names it; nothing after it is sent, unless --continue leaves such
lines out. Lines of a pipe are published as they come. ctrl+c publishes what was read by then, and says how to go on:
--from-line N. With --at or --in the event is scheduled: it is added to its stream when it is due, by a process
that consumes from the bus, such as 'streamdesk work'; 'streamdesk scheduled' lists what waits, and cancels it. A server that is away is waited for, see --wait.
Events that a [[schema]] of the settings has a JSON Schema for are checked by it first, and what doesn't fit is told by its
path (/amount: want number, got string): with check = "warn" on stderr, with "refuse" nothing is published.
It sends XADD, or TIME and ZADD; --dry-run prints that command and sends nothing.`,
		Example: `  streamdesk publish workflow.started --workflow wf-8f31 --agent me --data '{"attempt":2}'
  streamdesk publish audit.completed --workflow wf-8f31 --data @report.json
  jq -c '.result' report.json | streamdesk publish audit.completed --data -
  streamdesk publish --jsonl events.jsonl
  streamdesk publish workflow.cancelled --workflow wf-8f31 --in 10m
  streamdesk publish workflow.cancelled --workflow wf-8f31 --dry-run`,
		Args:              program.Arguments(0, 1),
		ValidArgsFunction: p.CompleteArgs(program.TypeNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("data") && flags.jsonl != "" {
				return program.WrongUse("--data and --jsonl: the lines have data of their own; leave one of the two out")
			}
			if err := flags.when.check(flags.jsonl); err != nil {
				return err
			}
			if flags.fromLine < 1 {
				return program.WrongUse("--from-line %d: want 1 or more", flags.fromLine)
			}
			var kind string
			if len(args) == 1 {
				kind = args[0]
			}
			return publish(cmd.Context(), p, kind, flags)
		},
	}
	cmd.Flags().StringVar(&flags.workflow, "workflow", "", "the workflow's `ID`")
	cmd.Flags().StringVar(&flags.agent, "agent", "streamdesk", "the `name` of the agent that publishes")
	cmd.Flags().StringVar(&flags.data, "data", "{}", "the data: a `JSON` object, @FILE, or - for stdin")
	cmd.Flags().StringVar(&flags.jsonl, "jsonl", "", "publish each line of this `file`, - for stdin")
	cmd.Flags().IntVar(&flags.fromLine, "from-line", 1, "begin at this `line` of the file")
	cmd.Flags().BoolVar(&flags.goOn, "continue", false, "leave out lines of the file that are no events, and go on")
	cmd.Flags().StringVar(&flags.when.at, "at", "", "schedule the event for this `time`: 15:04, 2026-11-23 15:04, 2026-11-23T15:04:05Z")
	cmd.Flags().StringVar(&flags.when.in, "in", "", "schedule the event for so `long` from now, such as 10m")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "print the Redis command instead of sending it")
	program.CompleteFlag(cmd, "from-line", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "workflow", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "agent", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "at", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "in", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "data", cobra.NoFileCompletions)
	return cmd
}

func publish(ctx context.Context, p *program.Program, kind string, flags publishFlags) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	profile := settings.Active()
	template := model.Event{
		Type: model.Type(strings.TrimPrefix(kind, profile.Prefix)), WorkflowID: flags.workflow, SourceAgent: flags.agent,
	}
	if kind == "" && flags.jsonl == "" {
		return program.WrongUse("no TYPE given: name one such as workflow.started, or a file with --jsonl")
	}
	if kind != "" {
		if err := template.Type.Validate(); err != nil {
			return program.WrongUse("%w", err)
		}
	}
	if profile.ReadOnly && !flags.dryRun {
		return fmt.Errorf("nothing is published: changes are off (read_only %s)", program.ReadOnlyWhy(settings))
	}
	check, err := newPublishCheck(p, settings)
	if err != nil {
		return err
	}
	if flags.jsonl != "" {
		return publishFile(ctx, p, settings, check, template, flags)
	}
	if template.Data, err = program.ReadData(p, "data", flags.data); err != nil {
		return err
	}
	if err := template.Validate(); err != nil {
		return program.WrongUse("--data: %w", err)
	}
	if err := check.fits(&template, ""); err != nil {
		return fmt.Errorf("nothing is published: %w", err)
	}
	if flags.dryRun {
		return printCommand(p, settings, template, flags.when)
	}
	return p.With(ctx, func(s *program.Session) error {
		if flags.when.given() {
			return publishLater(ctx, p, s, template, flags.when)
		}
		return publishOne(ctx, p, s, template)
	})
}

// published is the result of publishing one event.
type published struct {
	Stream  string         `json:"stream"`
	ID      model.Position `json:"id"`
	EventID string         `json:"event_id"`
}

func publishOne(ctx context.Context, p *program.Program, s *program.Session, e model.Event) error {
	e = complete(e, time.Now())
	audit := program.NewAudit(s.Settings)
	defer audit.Close(p.Err)
	line := trail.Change{Action: "publish", Stream: s.StreamKey(e.Type)}
	ids, err := s.PublishSync(ctx, e)
	if errors.Is(err, fault.ErrUncertain) {
		err = fmt.Errorf("%w: look for event %s with 'streamdesk tail --from 1m'", err, e.ID)
	}
	if line.At, line.Err = time.Now(), err; err == nil {
		line.Receipts = []model.Receipt{{Command: sentFor(s.Settings, e), Reply: ids[0].String()}}
	}
	audit.Write(&line)
	if err != nil {
		return err
	}
	done := published{line.Stream, ids[0], e.ID}
	if p.JSON() {
		return program.WriteObject(p.Out, done)
	}
	_, err = fmt.Fprintln(p.Out, done.Stream, done.ID)
	return err
}

// complete adds a missing ID and time to an event, so that they can be printed.
func complete(e model.Event, now time.Time) model.Event {
	if e.ID == "" {
		e.ID = uuid.Must(uuid.NewV7()).String()
	}
	if e.Timestamp.IsZero() {
		e.Timestamp = now
	}
	return e
}

// sentFor returns the XADD that publishes an event.
func sentFor(settings *config.Settings, e model.Event) model.Command {
	command := model.Command{"XADD", settings.Active().Prefix + string(e.Type)}
	if n := settings.Publish.MaxLen; n > 0 {
		command = append(command, "MAXLEN")
		if settings.Publish.Approximate {
			command = append(command, "~")
		}
		command = append(command, strconv.Itoa(n))
	}
	return append(command, "*", model.FieldData, string(e.AppendJSON(nil)))
}

// printCommand prints the command that publishing the event would send. Without a server, its time is this machine's.
func printCommand(p *program.Program, settings *config.Settings, e model.Event, when later) error {
	if !when.given() {
		return showCommand(p, sentFor(settings, complete(e, time.Now())))
	}
	due, err := when.due(time.Now().In((&program.Session{Settings: settings}).Location()))
	if err != nil {
		return err
	}
	return showCommand(p, scheduling(settings.Active().Prefix+string(e.Type), complete(e, due), due))
}

// showCommand prints a Redis command without sending it, in the form of redis-cli or as JSON.
func showCommand(p *program.Program, command model.Command) error {
	if p.JSON() {
		return program.WriteObject(p.Out, map[string]any{"command": command})
	}
	_, err := fmt.Fprintln(p.Out, command)
	return err
}
