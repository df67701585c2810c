package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe/tail"
	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/widget"
)

// tailFlags are the flags of the tail command.
type tailFlags struct {
	workflow, from, where string
	count, last           int
	follow                bool
}

func tailCommand(p *program.Program) *cobra.Command {
	var flags tailFlags
	cmd := &cobra.Command{
		Use:   "tail [TYPE…]",
		Short: "Follow events as they come",
		Long: `tail prints events as they come, one a line, of all types or of some (globs such as 'workflow.*').
--from begins earlier: at an entry ID, at a time, or some time ago (10m, 2h, 1d; 0 is the very beginning).
--last prints the newest so many that the filter lets through and ends; with --follow it goes on with what comes.
--where takes the filter of the desk, all of whose terms have to hold:
  wf:GLOB  type:GLOB  agent:GLOB  stream:GLOB  id:GLOB  age<5m  age>5m  trace:GLOB  word  "words"
  -term (not)
  jq:EXPR on the event's data, which takes the rest of the filter or stands in '…';
  state: and group: are the desk's alone
Nothing is skipped, however much comes; a lost connection is found again, and told on stderr. ctrl+c ends what follows,
with exit code 0. It changes nothing: it sends XREAD, SCAN, XINFO STREAM, XRANGE and XREVRANGE.`,
		Example: `  streamdesk tail
  streamdesk tail 'workflow.*' a2a.message --from 10m
  streamdesk tail --last 20 --where 'type:*.failed'
  streamdesk tail --workflow wf-8f31 --from 2025-11-05T13:00:00Z
  streamdesk tail --where 'type:*.failed -agent:tester "stack too deep"' --count 1
  streamdesk tail --output json | jq -r 'select(.data.gas_used > 4000000) | .workflow_id'`,
		ValidArgsFunction: p.CompleteArgs(program.TypeNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			filter, err := program.ParseWhere(flags.where)
			if err != nil {
				return err
			}
			if flags.last < 0 || flags.last > 0 && flags.from != "" {
				return program.WrongUse("--last %d: want 1 or more, and no --from beside it", flags.last)
			}
			if flags.follow && flags.last == 0 {
				return program.WrongUse("--follow goes with --last: without that, tail follows anyway")
			}
			if flags.count < 0 {
				return program.WrongUse("--count %d: want 1 or more, or 0 for no end", flags.count)
			}
			from, err := model.ParseStart(flags.from)
			if err != nil {
				return program.WrongUse("--from %q: %w", flags.from, err)
			}
			err = p.With(cmd.Context(), func(s *program.Session) error {
				t := tailing{Program: p, bus: s, Sifting: program.Sifting{Filter: filter}, workflow: flags.workflow, left: flags.count, warned: map[string]bool{}}
				defer t.Tell(p.Err)
				return t.run(cmd.Context(), args, from, flags)
			})
			if errors.Is(err, context.Canceled) && (flags.last == 0 || flags.follow) {
				return nil // ctrl+c is the normal end
			}
			return err
		},
	}
	cmd.Flags().StringVar(&flags.workflow, "workflow", "", "only this workflow's `ID`")
	cmd.Flags().StringVar(&flags.from, "from", "", "begin at an entry `ID`, a time, or some time ago (default now)")
	cmd.Flags().IntVar(&flags.last, "last", 0, "print the newest so `many` that there are, and end")
	cmd.Flags().BoolVar(&flags.follow, "follow", false, "go on with what comes after those of --last")
	cmd.Flags().StringVar(&flags.where, "where", "", "only what this `filter` lets through")
	cmd.Flags().IntVar(&flags.count, "count", 0, "end after so many events; 0 for no end")
	for _, name := range []string{"workflow", "from", "last", "where", "count"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// tailing is one run of the tail command.
type tailing struct {
	*program.Program
	program.Sifting
	bus      *program.Session
	workflow string
	from     model.Position // entries before it are not printed
	left     int            // the number of events still to print; 0 for no end
	ahead    time.Duration  // how far the server's clock is ahead of ours
	width    int            // the max width of a line; 0 for any
	location *time.Location
	line     bytes.Buffer
	warned   map[string]bool // keys that were reported as unreadable
}

func (t *tailing) run(ctx context.Context, types []string, from model.Start, flags tailFlags) error {
	snapshot, err := t.bus.Reader().Snapshot(ctx, nil) // for the server's clock
	if err != nil {
		return err
	}
	t.ahead, t.width, t.location = time.Until(snapshot.At), t.LineWidth(), t.bus.Location()
	t.from = from.Position(snapshot.At.In(t.location))
	out := bufio.NewWriterSize(t.Out, 64<<10)
	if flags.last > 0 {
		found, err := t.findLast(ctx, types, flags.last, &snapshot)
		if err != nil {
			return err
		}
		if !flags.follow {
			return t.printLast(ctx, out, found, &snapshot)
		}
		t.Undecided = 0 // they are read again
		if t.from = model.PositionAt(snapshot.At); len(found) > 0 {
			t.from = found[len(found)-1].ID
		}
	}
	options := tail.Options{From: t.from, Lossless: true}
	for _, name := range types {
		options.Types = append(options.Types, strings.TrimPrefix(name, t.bus.Reader().Prefix()))
	}
	if t.ErrIsTerminal() {
		t.Say("following %s%s; ctrl+c ends", t.bus.Reader().Prefix(), program.FirstOf(strings.Join(options.Types, " "), "*"))
	}
	lost := false
	for batch, err := range t.bus.Reader().Tail(ctx, options) {
		if err != nil {
			if !lost {
				t.Say("the connection is lost (%v); trying again", &program.PlainError{Err: err})
			}
			lost = true
			continue
		}
		if lost {
			fmt.Fprintln(t.Err, "the connection is back; nothing was skipped")
			lost = false
		}
		t.warn(batch.Unreadable)
		if batch.Skipped.N > 0 || !batch.Skipped.Known {
			fmt.Fprintf(t.Err, "%s entries were trimmed or deleted before they could be read\n", batch.Skipped)
		}
		done, err := t.print(out, batch.Entries)
		if err != nil || done {
			return err
		}
	}
	return nil
}

// warn reports each unreadable stream once, and when it can be read again.
func (t *tailing) warn(unreadable map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(unreadable)) {
		if !t.warned[key] {
			t.Say("%s can't be read: %s", key, unreadable[key])
			t.warned[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(t.warned)) {
		if _, still := unreadable[key]; !still {
			t.Say("%s is read again", key)
			delete(t.warned, key)
		}
	}
}

// print prints the entries that pass, and reports whether the limit of events is reached.
func (t *tailing) print(out *bufio.Writer, entries []model.Entry) (done bool, err error) {
	now := time.Now().Add(t.ahead)
	records := t.bus.Reader().DecodeAll(entries)
	for i := range records {
		r := &records[i]
		if r.ID.Before(t.from) {
			continue // a stream that was created again is read from its beginning
		}
		if (t.workflow != "" && r.Event.WorkflowID != t.workflow) || !t.Lets(r, now) {
			continue
		}
		if done, err := t.printRecord(out, r, now); err != nil || done {
			return true, errors.Join(err, out.Flush())
		}
	}
	return false, out.Flush()
}

// printRecord prints a record, and reports whether it was the last.
func (t *tailing) printRecord(out *bufio.Writer, r *model.Record, now time.Time) (done bool, err error) {
	t.line.Reset()
	if t.Flags.Output == program.OutputJSON {
		if err := jsontext.AppendLine(&t.line, program.NewJSONEvent(r)); err != nil {
			return true, err
		}
	} else {
		t.writeText(r, now)
	}
	if _, err := out.Write(t.line.Bytes()); err != nil {
		return true, err
	}
	if t.left == 1 {
		return true, nil
	}
	t.left = max(t.left-1, 0) // 0 means no end
	return false, nil
}

// Widths that fit most values of the columns; a longer value moves the columns after it.
const (
	typeWidth     = 22
	workflowWidth = 12
	agentWidth    = 12
)

// writeText writes an event on one line, cut to the width of the terminal if there is one.
func (t *tailing) writeText(r *model.Record, now time.Time) {
	cells := []struct {
		text  string
		width int
	}{
		{addedTime(r.ID, now, t.location), 0},
		{string(r.Event.Type), typeWidth},
		{program.FirstOf(r.Event.WorkflowID, "-"), workflowWidth},
		{program.FirstOf(r.Event.SourceAgent, "-"), agentWidth},
	}
	var b strings.Builder
	for _, cell := range cells {
		text := widget.Clean(cell.text)
		b.WriteString(text)
		b.WriteString(widget.Spaces(cell.width - widget.Width(text)))
		b.WriteString("  ")
	}
	b.WriteString(widget.Clean(eventText(r)))
	line := strings.TrimRight(b.String(), " ")
	if t.width > 0 {
		line = widget.Cut(line, t.width)
	}
	t.line.WriteString(line)
	t.line.WriteByte('\n')
}
