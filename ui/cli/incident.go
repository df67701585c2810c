package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

const (
	// incidentEntries is the default of --max-entries: what opens within seconds.
	incidentEntries = 200_000
	// incidentValues is the max size of all fields, 512 MiB.
	incidentValues = 512 << 20
	// incidentBatch is the number of entries that are written at a time.
	incidentBatch = 500
)

// incidentFlags are the flags of the incident command.
type incidentFlags struct {
	program.Window
	masks, streams []string
	file           string
	most           int
	force          bool
}

func incidentCommand(p *program.Program) *cobra.Command {
	var flags incidentFlags
	cmd := &cobra.Command{
		Use:   "incident FILE",
		Short: "Pack what happened in a stretch of time into one file",
		Long: `incident packs a stretch of time into one file: what 'streamdesk record', or a desk that was open, has recorded of it,
what people changed, and the entries of the streams as far as they still hold them. 'streamdesk open FILE' opens the desk on it,
on any machine and without a Redis.
--mask replaces values by their path, and may be given more than once: .api_key is every value of that name, however deep,
.customer.email an email in a customer. What is no text can't be looked into, and is masked whole then. Addresses, users
and passwords of servers are never in the file; names of streams, groups and consumers are.
--from and --to are times (03:00 is the last time it was that), or how long ago, on the server's clock. An existing file is replaced only with --force.
It changes nothing in Redis: it sends SCAN, TIME, XINFO STREAM and XRANGE.`,
		Example: `  streamdesk incident --from 03:00 --to 03:30 incident.db
  streamdesk incident --from 30m --mask .api_key --mask .customer.email incident.db
  streamdesk incident --from 1h --stream 'audit.*' --stream workflow.failed audit.db`,
		Args: program.Arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Parse(); err != nil {
				return err
			}
			masks, err := recording.ParseMasks(flags.masks)
			if err != nil {
				return program.WrongUse("%w", err)
			}
			if flags.most < 1 {
				return program.WrongUse("--max-entries %d: want 1 or more", flags.most)
			}
			if _, err := os.Stat(args[0]); !flags.force && !errors.Is(err, fs.ErrNotExist) {
				return program.WrongUse("%s is there already: choose another name, or replace it with --force", args[0])
			}
			return p.With(cmd.Context(), func(s *program.Session) error { return incident(cmd.Context(), p, s, args[0], &flags, masks) })
		},
	}
	cmd.Flags().StringVar(&flags.From, "from", "1h", "begin at a `time`, or some time ago")
	cmd.Flags().StringVar(&flags.To, "to", "", "end at a `time`, or some time ago (default now)")
	cmd.Flags().StringArrayVar(&flags.masks, "mask", nil, "replace the values at this `path`, such as .api_key; may be repeated")
	cmd.Flags().StringArrayVar(&flags.streams, "stream", nil, "only entries of this `stream`, type, or glob of either; may be repeated (default all)")
	cmd.Flags().IntVar(&flags.most, "max-entries", incidentEntries, "the max `number` of entries, the oldest first")
	cmd.Flags().StringVar(&flags.file, "file", "", "read the recording from this `FILE` (default recording-PROFILE.db in state_dir)")
	cmd.Flags().BoolVar(&flags.force, "force", false, "replace FILE if it is there")
	program.CompleteFlag(cmd, "stream", p.CompleteArgs(program.StreamNames))
	for _, name := range []string{"from", "to", "mask", "max-entries"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
	return cmd
}

// packed is the result of an incident command.
type packed struct {
	File    string             `json:"file"`
	Moments int64              `json:"moments"`
	Bytes   int64              `json:"bytes"`
	About   recording.Manifest `json:"incident"`
}

// incident packs the file beside its final name, and gives it that name once it is whole.
func incident(ctx context.Context, p *program.Program, s *program.Session, path string, flags *incidentFlags, masks *recording.Masks) error {
	source, err := recordingFile(flags.file, s.Settings)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".streamdesk-incident-")
	if err != nil {
		return fmt.Errorf("make the file beside %s: %w", path, err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // nothing of worth is left in it
	part := filepath.Join(dir, "incident.db")
	result, err := packIncident(ctx, p, s, recording.File{Path: source}, part, flags, masks)
	if errors.Is(err, recording.ErrNone) {
		return fmt.Errorf("%w: nothing was recorded; 'streamdesk record', or a desk that is open, does it", err)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("give the file its name: %w", err)
	}
	result.File = path
	for i, hits := range masks.Hits {
		if hits == 0 {
			p.Say("--mask %s: there was no such value", flags.masks[i])
		}
	}
	if masks.Whole > 0 {
		p.Say("%s masked whole, as they are no text", words.Plural(masks.Whole, "value"))
	}
	if result.About.Cut != "" {
		p.Say("%s", result.About.Cut)
	}
	if p.JSON() {
		return program.WriteObject(p.Out, result)
	}
	_, err = fmt.Fprintf(p.Out, "%s holds %s and %s of %s, from %s to %s (%s); 'streamdesk open %s' shows it\n", path,
		words.Plural(result.Moments, "moment"), words.Plural(result.About.Entries, "entry"), words.Plural(result.About.Streams, "stream"),
		result.About.From.In(s.Location()).Format(time.DateTime), result.About.To.In(s.Location()).Format(time.DateTime), words.Bytes(int(result.Bytes)), path)
	return err
}

// packIncident writes the file at a path.
func packIncident(
	ctx context.Context, p *program.Program, s *program.Session, source recording.File, path string, flags *incidentFlags, masks *recording.Masks,
) (result packed, err error) {
	names := flags.streams
	if len(names) == 0 {
		names = []string{"*"}
	}
	keys, err := s.Resolve(ctx, names)
	if err != nil {
		return result, err
	}
	now, err := s.StreamsNow(ctx, keys)
	if err != nil {
		return result, err
	}
	from, to, err := flags.Bounds(now.At.In(s.Location()))
	if err != nil {
		return result, err
	}
	if to.IsZero() {
		to = model.PositionAt(now.At)
	}
	about := recording.Manifest{
		Profile: s.Settings.Profile, Prefix: s.Reader().Prefix(), From: momentOf(from), To: momentOf(to), Made: now.At, Masks: flags.masks,
	}
	store, err := recording.Extract(ctx, source, path, about.From, about.To)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	span, err := store.Span(ctx)
	if err != nil {
		return result, err
	}
	if span.Moments == 0 {
		return result, fmt.Errorf("nothing was recorded from %s to %s: 'streamdesk history' with --from 0 shows what was", about.From.In(s.Location()).Format(time.DateTime), about.To.In(s.Location()).Format(time.DateTime))
	}
	if err := addEntries(ctx, p, s, store, keys, [2]model.Position{from, to}, flags.most, masks, &about); err != nil {
		return result, err
	}
	if err := store.Seal(ctx, &about); err != nil {
		return result, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return result, err
	}
	return packed{Moments: span.Moments, Bytes: info.Size(), About: about}, nil
}

// addEntries copies the streams' entries between two IDs into the file, up to its limits.
func addEntries(
	ctx context.Context, p *program.Program, s *program.Session, store *recording.Store, keys []string, within [2]model.Position, most int,
	masks *recording.Masks, about *recording.Manifest,
) error {
	progress := p.NewProgress("entries")
	defer progress.End()
	var batch []model.Entry
	size := 0
	streams := map[string]bool{}
	for entry, err := range s.Reader().Replay(ctx, keys, within[0], within[1]) {
		if err != nil {
			return err
		}
		if about.Entries == int64(most) || size > incidentValues {
			about.Cut = fmt.Sprintf("entries after %s are missing: there are more than %s, or %s of values (--max-entries)",
				entry.ID.Time().In(s.Location()).Format(time.DateTime), words.Plural(most, "entry"), words.Bytes(incidentValues))
			break
		}
		entry.Fields = masks.Fields(entry.Fields)
		batch = append(batch, entry)
		streams[entry.Stream] = true
		size += entry.Size()
		about.Entries++
		if len(batch) == incidentBatch {
			if err := store.AddEntries(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
			progress.Tell(about.Entries, 0)
		}
	}
	about.Streams = len(streams)
	return store.AddEntries(ctx, batch)
}
