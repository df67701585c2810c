package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/words"
)

// exportFlags are what the export command was asked for.
type exportFlags struct {
	window
	where, file    string
	groups, packed bool
	filter         filter.Filter
}

func (p *program) exportCommand() *cobra.Command {
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
It changes nothing: it sends SCAN, TIME, XINFO STREAM and XRANGE, and XPENDING with --groups.`,
		Example: `  streamdesk export '*' --groups --file backup.jsonl.gz --gzip
  streamdesk export 'workflow.*' --from 2025-11-05T13:00:00Z --to 2025-11-05T14:00:00Z > hour.jsonl
  streamdesk export audit.failed --where 'agent:auditor reentrancy' | jq -r '.fields[].value'
  streamdesk export events:a2a.message --from 1d --file day.jsonl`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := flags.parse(); err != nil {
				return err
			}
			if flags.filter, err = parseWhere(flags.where); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(s *session) error { return p.export(cmd.Context(), s, args, &flags) })
		},
	}
	cmd.Flags().StringVar(&flags.from, "from", "", "begin at an entry `ID`, a time, or some time ago")
	cmd.Flags().StringVar(&flags.to, "to", "", "end with an entry `ID`, a time, or some time ago, included")
	cmd.Flags().StringVar(&flags.where, "where", "", "only what this `filter` lets through (see 'streamdesk tail --help')")
	cmd.Flags().StringVar(&flags.file, "file", "", "write to this `file` instead of stdout")
	cmd.Flags().BoolVar(&flags.packed, "gzip", false, "compress it")
	cmd.Flags().BoolVar(&flags.groups, "groups", false, "with the consumer groups, and what is pending in them")
	for _, name := range []string{"from", "to", "where"} {
		completeFlag(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// exported is what became of an export.
type exported struct {
	File    string   `json:"file"`
	Streams int      `json:"streams"`
	Entries int64    `json:"entries"`
	Bytes   int64    `json:"bytes"`
	Seconds *float64 `json:"seconds"`
}

func (p *program) export(ctx context.Context, s *session, names []string, flags *exportFlags) error {
	keys, err := s.resolve(ctx, names)
	if err != nil {
		return err
	}
	snapshot, err := s.streamsNow(ctx, keys)
	if err != nil {
		return err
	}
	out, err := p.createExport(flags.file, flags.packed)
	if err != nil {
		return err
	}
	e := &export{session: s, flags: flags, sifting: sifting{filter: flags.filter}, out: out, progress: p.newProgress("entries")}
	if flags.all() {
		for i := range snapshot.Streams {
			e.all += snapshot.Streams[i].Length
		}
	}
	began := time.Now()
	err = e.run(ctx, &snapshot)
	e.progress.end()
	err = out.close(err)
	if err != nil {
		return e.account(err)
	}
	for _, warning := range e.warnings {
		fmt.Fprintln(p.Err, warning)
	}
	took := time.Since(began)
	text := fmt.Sprintf("%s of %s exported to %s (%s) in %s", plural(out.entries, "entry"), plural(len(keys), "stream"), out.name,
		words.Bytes(int(out.written)), words.Age(took))
	switch {
	case flags.file == "":
		fmt.Fprintln(p.Err, text)
	case p.flags.output == outputJSON:
		err = writeObject(p.Out, exported{out.name, len(keys), out.entries, out.written, seconds(took)})
	default:
		_, err = fmt.Fprintln(p.Out, text)
	}
	return errors.Join(err, e.sifting.missing())
}

// plural is a number with its noun: 1 stream, 2 streams.
func plural[N int | int64](n N, noun string) string {
	switch stem, isY := strings.CutSuffix(noun, "y"); {
	case n == 1:
	case isY:
		noun = stem + "ies"
	default:
		noun += "s"
	}
	return words.Grouped(int64(n)) + " " + noun
}

// export is an export under way.
type export struct {
	*session
	flags    *exportFlags
	sifting  sifting
	out      *exportFile
	progress *progress
	now      time.Time
	all      int64 // how many entries there are to read; 0 when that isn't known
	read     int64
	warnings []string
}

func (e *export) run(ctx context.Context, snapshot *model.Snapshot) error {
	from, to, err := e.flags.bounds(snapshot.At)
	if err != nil {
		return err
	}
	e.now = snapshot.At
	for i := range snapshot.Streams {
		if err := e.stream(ctx, &snapshot.Streams[i], from, to); err != nil {
			return err
		}
	}
	return nil
}

// stream exports the entries of a stream as it was when the snapshot was taken, and then its figures.
func (e *export) stream(ctx context.Context, s *model.Stream, from, to model.Position) error {
	count, before := int64(0), e.read
	if to.IsZero() || s.Last.Before(to) {
		to = s.Last
	}
	if s.Length > 0 && !to.Before(from) {
		for entry, err := range e.Replay(ctx, []string{s.Key}, from, to) {
			if err != nil {
				return err
			}
			e.read++
			if e.read%progressCount == 0 {
				e.progress.tell(e.read, e.all)
			}
			if !e.passes(&entry) {
				continue
			}
			count++
			if err := e.out.entry(&entry); err != nil {
				return err
			}
		}
	}
	mark := newStreamMark(s, count)
	mark.Whole = e.flags.all() && e.flags.filter.Empty() && count == s.Length
	if read := e.read - before; e.flags.all() && read != s.Length {
		e.warnings = append(e.warnings, fmt.Sprintf("%s: %d entries were trimmed or deleted while it was exported", s.Key, s.Length-read))
	}
	if err := e.out.mark(mark); err != nil || !e.flags.groups {
		return err
	}
	return e.groupsOf(ctx, s)
}

// progressCount is how many entries go by between two looks at the clock.
const progressCount = 1024

func (e *export) passes(entry *model.Entry) bool {
	if e.flags.filter.Empty() {
		return true
	}
	r := e.Decode(*entry)
	return e.sifting.lets(&r, e.now)
}

// account adds to an error what is in the file, and how to go on.
func (e *export) account(err error) error {
	out := e.out
	if interruptedBy(err) {
		err = errors.New("interrupted")
	}
	switch {
	case out.packed && out.broken:
		return fmt.Errorf("%w; %s is cut off: gunzip tells so, and gives the lines before; delete it, and export again", err, out.name)
	case out.entries == 0:
		return fmt.Errorf("%w; no entry made it into %s", err, out.name)
	}
	return fmt.Errorf("%w; %s made it into %s, up to %s: go on with --from %s for that stream", err,
		plural(out.entries, "entry"), out.name, out.last, out.last.ID.Next())
}
