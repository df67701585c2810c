package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// historyFlags are the flags of the history command.
type historyFlags struct {
	program.Window
	every string
	step  time.Duration
}

// parse checks the flags; invalid ones are wrong use.
func (f *historyFlags) parse() (err error) {
	if f.every != "" {
		if f.step, err = model.ParseAge(f.every); err != nil || f.step <= 0 {
			return program.WrongUse("--every %q: want a time, such as 10s or 1m", f.every)
		}
	}
	return f.Parse()
}

func historyCommand(p *program.Program) *cobra.Command {
	var file string
	var flags historyFlags
	cmd := &cobra.Command{
		Use:   "history STREAM|GROUP",
		Short: "Show how a stream or a group was, from a recording",
		Long: `history shows what 'streamdesk record' has recorded, a line a moment, oldest first: of a stream its length, the
entries added, and how many came in a second; of a group, for each of its streams, entries that came in and that it
acknowledged a second, lag, pending entries, how old the oldest of them was and how often it had been delivered, and the
number of consumers. STATE is the desk's own verdict at that moment, by the limits of the settings; of a stream it is that
of its worst group. "?" is what isn't known. Between the lines, marked with "--", stand the alerts that began and ended
and the changes that people made.
--output json is an array of the lines, csv has the same columns with a line of titles; both have no alerts and changes.
STREAM is the stream's key or the event type; a name that is both a stream and a group is the stream.
--from and --to are times (03:00 is the last time it was that), or how long ago (10m, 2h, 1d); moments are told by the clock of the Redis that was recorded.
It needs no Redis and sends nothing.`,
		Example: `  streamdesk history db_writers
  streamdesk history db_writers --from 03:00 --to 03:30
  streamdesk history workflow.failed --from 2h --output json | jq '.[] | [.at, .length]'
  streamdesk history db_writers --from 1d --every 1m --output csv > day.csv`,
		Args:        program.Arguments(1, 1),
		Annotations: map[string]string{program.OutputCSV: ""},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return recordedNames(cmd.Context(), p, file), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.parse(); err != nil {
				return err
			}
			settings, err := p.Settings()
			if err != nil {
				return err
			}
			store, err := openRecording(cmd.Context(), file, settings)
			if err != nil {
				return err
			}
			return p.Explain(errors.Join(showHistory(cmd.Context(), p, store, settings, args[0], &flags), store.Close()))
		},
	}
	cmd.Flags().StringVar(&flags.From, "from", "1h", "begin at a `time`, or some time ago; 0 is the very beginning")
	cmd.Flags().StringVar(&flags.To, "to", "", "end at a `time`, or some time ago (default now)")
	cmd.Flags().StringVar(&flags.every, "every", "", "one moment in each such `time`, such as 1m; rates are then means over it")
	cmd.Flags().StringVar(&file, "file", "", "read this `FILE` (default recording-PROFILE.db in state_dir)")
	program.CompleteFlag(cmd, "from", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "to", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "every", cobra.NoFileCompletions)
	return cmd
}

// openRecording opens the recording of the profile, or that of a flag.
func openRecording(ctx context.Context, file string, settings *config.Settings) (*recording.Store, error) {
	path, err := recordingFile(file, settings)
	if err != nil {
		return nil, err
	}
	store, err := recording.Open(ctx, path)
	if errors.Is(err, recording.ErrNone) {
		return nil, fmt.Errorf("%w: make one with 'streamdesk record', or name another with --file", err)
	}
	return store, err
}

func showHistory(ctx context.Context, p *program.Program, store *recording.Store, settings *config.Settings, name string, flags *historyFlags) error {
	begin, end, err := flags.Bounds(time.Now().In((&program.Session{Settings: settings}).Location()))
	if err != nil {
		return err
	}
	from, to := momentOf(begin), time.UnixMilli(math.MaxInt64)
	if !end.IsZero() {
		to = momentOf(end)
	}
	h := history{
		store: store, limits: settings.Alerts.Limits(), from: from, to: to, every: flags.step, name: name,
		key: program.StreamKey(settings.Active().Prefix, name), zone: (&program.Session{Settings: settings}).Location(),
	}
	if h.isStream, err = h.hasStream(ctx); err != nil {
		return err
	}
	var written int
	if h.isStream {
		written, err = writeHistory(ctx, p, &h, streamHistoryColumns, h.streamRows)
	} else {
		written, err = writeHistory(ctx, p, &h, groupHistoryColumns, h.groupRows)
	}
	if err == nil && written == 0 {
		return nothingRecorded(ctx, store, name)
	}
	return err
}

// momentOf returns the time of a position; IDs that are no date are the end of time.
func momentOf(p model.Position) time.Time { return time.UnixMilli(int64(min(p.Ms, math.MaxInt64))) }

// nothingRecorded is the error when a range has nothing of that name: it says what the recording holds.
func nothingRecorded(ctx context.Context, store *recording.Store, name string) error {
	span, err := store.Span(ctx)
	if err != nil {
		return err
	}
	if span.Moments == 0 {
		return errors.New("the recording is empty: let 'streamdesk record' run")
	}
	last, _, err := store.At(ctx, span.Last)
	if err != nil {
		return err
	}
	return fmt.Errorf("no stream or group %q in that range: the recording goes from %s to %s (set --from and --to), and last had %s", name,
		span.First.UTC().Format(time.RFC3339), span.Last.UTC().Format(time.RFC3339), program.FirstOf(strings.Join(namesIn(&last), ", "), "no streams"))
}

// namesIn returns the names of the groups and the keys of the streams of a moment.
func namesIn(moment *model.Snapshot) []string {
	groups, keys := map[string]bool{}, []string(nil)
	for i := range moment.Streams {
		keys = append(keys, moment.Streams[i].Key)
		for j := range moment.Streams[i].Groups {
			groups[moment.Streams[i].Groups[j].Name] = true
		}
	}
	return append(slices.Sorted(maps.Keys(groups)), keys...)
}

// recordedNames completes the argument of history: the names that the newest moment has.
func recordedNames(ctx context.Context, p *program.Program, file string) []string {
	settings, err := p.Settings()
	if err != nil {
		return nil
	}
	store, err := openRecording(ctx, file, settings)
	if err != nil {
		return nil
	}
	defer func() { _ = store.Close() }() // it was only read
	moment, _, err := store.At(ctx, time.UnixMilli(math.MaxInt64))
	if err != nil {
		return nil
	}
	return namesIn(&moment)
}
