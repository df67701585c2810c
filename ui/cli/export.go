package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/transfer"
	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/jsontext"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// exportFlags are the flags of the export command.
type exportFlags struct {
	program.Window
	where, file    string
	groups, packed bool
	decoded        bool
	filter         filter.Filter
}

func exportCommand(p *program.Program) *cobra.Command {
	var flags exportFlags
	cmd := &cobra.Command{
		Use:   "export STREAM…",
		Short: "Write entries as JSON lines, with their IDs and every byte of their fields",
		Long: `export writes the entries of streams, one JSON object a line, to stdout or to a file:
  {"stream":"events:audit.failed","id":"1762341120000-0","fields":[{"name":"data","value":"…"}]}
Fields keep their order and their repetitions; a name or value that is no UTF-8 stands in base64 as name_base64 or
value_base64. After the entries of each stream comes a line with its figures, by which import makes the same stream
again, and by which one can tell that none is missing. --groups adds the consumer groups and what is pending in them.
STREAM is a stream's key, an event type, or a glob of either; '*' is every stream of the bus. Entries that are added
meanwhile are left out. An existing file is never overwritten.
--decoded writes entries as events, to be read: as 'streamdesk tail --output json' does, with the whole payload as it was
opened under payload where that is more than data. It lacks the bytes, and can't be imported.
It changes nothing: it sends SCAN, TIME, XINFO STREAM, XRANGE, GET, PTTL and HGET, and XPENDING with --groups.`,
		Example: `  streamdesk export '*' --groups --file backup.jsonl.gz --gzip
  streamdesk export 'workflow.*' --from 2025-11-05T13:00:00Z --to 2025-11-05T14:00:00Z > hour.jsonl
  streamdesk export audit.failed --where 'agent:auditor reentrancy' | jq -r '.fields[].value'
  streamdesk export events:a2a.message --from 1d --file day.jsonl
  streamdesk export 'orders.*' --decoded | jq -c 'select(.opened) | .payload // .data'`,
		Args:              program.Arguments(1, -1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := flags.Parse(); err != nil {
				return err
			}
			if flags.decoded && flags.groups {
				return program.WrongUse("--decoded and --groups: what is decoded can't be imported, groups are for that; leave one of the two out")
			}
			if flags.filter, err = program.ParseWhere(flags.where); err != nil {
				return err
			}
			return p.With(cmd.Context(), func(s *program.Session) error { return export(cmd.Context(), p, s, args, &flags) })
		},
	}
	cmd.Flags().StringVar(&flags.From, "from", "", "begin at an entry `ID`, a time, or some time ago")
	cmd.Flags().StringVar(&flags.To, "to", "", "end with an entry `ID`, a time, or some time ago, included")
	cmd.Flags().StringVar(&flags.where, "where", "", "only what this `filter` lets through (see 'streamdesk tail --help')")
	cmd.Flags().StringVar(&flags.file, "file", "", "write to this `file` instead of stdout")
	cmd.Flags().BoolVar(&flags.packed, "gzip", false, "compress it")
	cmd.Flags().BoolVar(&flags.groups, "groups", false, "with the consumer groups, and what is pending in them")
	cmd.Flags().BoolVar(&flags.decoded, "decoded", false, "write events with their payloads opened, to be read")
	for _, name := range []string{"from", "to", "where"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// exported is the result of an export.
type exported struct {
	File    string   `json:"file"`
	Streams int      `json:"streams"`
	Entries int64    `json:"entries"`
	Bytes   int64    `json:"bytes"`
	Seconds *float64 `json:"seconds"`
}

func export(ctx context.Context, p *program.Program, s *program.Session, names []string, flags *exportFlags) error {
	keys, err := s.Resolve(ctx, names)
	if err != nil {
		return err
	}
	streams, err := s.StreamsNow(ctx, keys)
	if err != nil {
		return err
	}
	from, last, err := flags.Bounds(streams.At.In(s.Location()))
	if err != nil {
		return err
	}
	to, err := exportOutput(p, flags.file, flags.packed)
	if err != nil {
		return err
	}
	progress, sifting := p.NewProgress("entries"), program.Sifting{Filter: flags.filter}
	options := transfer.ExportOptions{
		From: from, To: last, Only: sifting.Only(streams.At), Groups: flags.groups, Progress: progress.Tell,
	}
	if flags.decoded {
		options.Line = appendDecoded
	}
	began := time.Now()
	done, err := transfer.Export(ctx, s.Bus, &streams, to, options)
	progress.End()
	if err != nil {
		return exportAccount(err, to.Name, &done)
	}
	for _, m := range done.Missing {
		p.Say("%s: %d entries were trimmed or deleted while it was exported", m.Stream, m.Entries)
	}
	took := time.Since(began)
	text := fmt.Sprintf("%s of %s exported to %s (%s) in %s", words.Plural(done.Entries, "entry"), words.Plural(len(keys), "stream"), to.Name,
		words.Bytes(int(done.Bytes)), words.Age(took))
	switch {
	case flags.file == "":
		fmt.Fprintln(p.Err, text)
	case p.JSON():
		err = program.WriteObject(p.Out, exported{to.Name, len(keys), done.Entries, done.Bytes, table.Seconds(took)})
	default:
		_, err = fmt.Fprintln(p.Out, text)
	}
	return errors.Join(err, sifting.Missing())
}

// jsonDecoded is a line of an export with --decoded.
type jsonDecoded struct {
	program.JSONEvent
	// Payload is the opened payload, when it is more than the event's data.
	Payload json.RawMessage `json:"payload,omitempty"`
}

func appendDecoded(line []byte, r *model.Record) ([]byte, error) {
	d := jsonDecoded{JSONEvent: program.NewJSONEvent(r)}
	if whole, ok := r.Payload(); ok && r.Err == nil && whole != string(r.Event.Data) && json.Valid([]byte(whole)) {
		d.Payload = bytes.ToValidUTF8([]byte(whole), []byte("\uFFFD"))
	}
	b := bytes.NewBuffer(line)
	err := jsontext.AppendLine(b, d)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// exportOutput opens the file of an export, which must not exist yet unless it is a device or a pipe. Without a name it
// returns stdout.
func exportOutput(p *program.Program, name string, packed bool) (transfer.Output, error) {
	out := transfer.Output{Name: "stdout", To: p.Data(), Gzip: packed}
	if name == "" {
		return out, nil
	}
	file, to, err := p.CreateOutput(name, func() (*os.File, error) { return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) })
	if errors.Is(err, os.ErrExist) {
		info, statErr := os.Stat(name)
		if statErr == nil && info.Mode().IsRegular() {
			return out, fmt.Errorf("--file: %s is there already: name another, or delete it", name)
		}
		file, to, err = p.CreateOutput(name, func() (*os.File, error) { return os.OpenFile(name, os.O_WRONLY, 0) })
	}
	if err != nil {
		return out, fmt.Errorf("--file: %w", err)
	}
	out.Name, out.File, out.To = name, file, to
	return out, nil
}

// exportAccount adds to an error what the file contains, and how to continue.
func exportAccount(err error, name string, done *transfer.Exported) error {
	if program.InterruptedBy(err) {
		err = errors.New("interrupted")
	}
	switch {
	case done.CutOff:
		return fmt.Errorf("%w; %s is cut off: gunzip tells so, and gives the lines before; delete it, and export again", err, name)
	case done.Entries == 0:
		return fmt.Errorf("%w; no entry made it into %s", err, name)
	}
	return fmt.Errorf("%w; %s made it into %s, up to %s: go on with --from %s for that stream", err,
		words.Plural(done.Entries, "entry"), name, done.Last, done.Last.ID.Next())
}
