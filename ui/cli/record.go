package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

const (
	// recordTell is how often the record command says how far it has come.
	recordTell = time.Hour
	// mebibyte is the unit of --max-size.
	mebibyte = 1 << 20
	// maxSizeMost, 1 TiB, is the max of --max-size; more is a mistake.
	maxSizeMost = 1 << 20
)

func recordCommand(p *program.Program) *cobra.Command {
	var file string
	var size int
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Record how the bus fares, until ctrl+c",
		Long: `record looks once a second and keeps in one file how streams, groups and consumers were: lengths and entries
added; lag, pending, the oldest pending entry and its deliveries; what each consumer holds and how long it has been idle;
every 15 seconds the server's memory, role and version; and who changed what, from the audit file.
'streamdesk history' shows it. Entries and their values are not recorded.
Each second is kept for an hour, one in ten for a day, and one a minute for 90 days; when the file is full, the oldest
go first. A bus of more than 2,000 streams, groups and consumers, taken together, is recorded less often: once in two seconds
up to 4,000, and so on. Of several that record one profile, one writes and the others take over when it ends. What was seen is on the disk at once: a crash loses the last second at most. While the server doesn't answer,
nothing is recorded, and that is told on stderr. ctrl+c ends it, with exit code 0.
The file is recording-PROFILE.db in state_dir of the settings, or that of --file.
It changes nothing in Redis: it sends SCAN, TIME, XINFO STREAM, XRANGE, GET, PTTL and HGET, and every 15 seconds INFO and CONFIG GET.`,
		Example: `  streamdesk record
  streamdesk record --file /var/lib/streamdesk/bus.db --max-size 1024
  streamdesk --profile production record`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if size < 1 || size > maxSizeMost {
				return program.WrongUse("--max-size %d: want MiB, from 1 to %d", size, maxSizeMost)
			}
			p.Stays = true
			err := p.With(cmd.Context(), func(s *program.Session) error {
				path, err := recordingFile(file, s.Settings)
				if err != nil {
					return err
				}
				return record(cmd.Context(), p, s, path, int64(size)*mebibyte)
			})
			if errors.Is(err, context.Canceled) {
				return nil // ctrl+c is the normal end
			}
			return err
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&file, "file", "", "record into this `FILE` (default recording-PROFILE.db in state_dir)")
	cmd.Flags().IntVar(&size, "max-size", recording.DefaultMaxBytes/mebibyte, "max size of the file in `MiB`; the oldest go first")
	program.CompleteFlag(cmd, "max-size", cobra.NoFileCompletions)
	return cmd
}

// record records until ctx ends.
func record(ctx context.Context, p *program.Program, s *program.Session, path string, maxBytes int64) (err error) {
	store, err := recording.Create(ctx, path, maxBytes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	ticker := time.NewTicker(recording.Step)
	defer ticker.Stop()
	n, missed, unread := 0, 0, ""
	var told time.Time
	every := recording.Step
	recorder := recording.Recorder{
		Store: store, Ticks: ticker.C,
		Look:   func(ctx context.Context) (model.Snapshot, error) { return s.Observe(ctx, "") },
		Server: s.Reader().Server, Actions: actionsOf(s.Settings),
		Missed: func(err error) {
			missed++
			if missed == 1 {
				p.Say("nothing is recorded while the server can't be read (%v); trying again", &program.PlainError{Err: err})
			}
		},
		Yields: func(yields bool) {
			if yields {
				p.Say("another process records into %s: this one takes over when that ends", path)
			} else {
				p.Say("recording now: the other process has ended")
			}
		},
		Unread: func(err error) {
			if text := err.Error(); text != unread {
				unread = text
				p.Say("not recorded: %v; trying again", &program.PlainError{Err: err})
			}
		},
		Wrote: func(moment *model.Snapshot) {
			if missed > 0 {
				p.Say("the server is read again; %s missing", words.Plural(missed, "moment"))
				missed = 0
			}
			if step := recording.StepOf(moment); step != every {
				every = step
				p.Say("a bus of %s is recorded once in %s", recordedText(moment), words.Age(step))
			}
			n++
			if n == 1 || moment.At.Sub(told) >= recordTell {
				told = moment.At
				p.Say("recorded %s", recordedText(moment))
			}
		},
	}
	p.Say("recording %s* once a second into %s, max %d MiB; ctrl+c ends", s.Reader().Prefix(), path, maxBytes/mebibyte)
	failed := recorder.Run(ctx)
	span, err := store.Span(context.WithoutCancel(ctx))
	if err == nil {
		p.Say("recorded %s; %s holds %s, %s", words.Plural(n, "moment"), path, words.Plural(span.Moments, "moment"), droppedText(span))
	}
	return errors.Join(failed, err)
}

// actionsOf returns a function that tells what was added to the audit file about the profile's server; nil without a file.
func actionsOf(settings *config.Settings) func() ([]recording.Action, error) {
	if settings.Desk.AuditFile == "" {
		return nil
	}
	tail := trail.Tail{Path: settings.Desk.AuditFile, Profile: settings.Profile, Address: program.ShownAddress(settings.Active().Redis)}
	return tail.Actions
}

// recordedText says what a moment holds.
func recordedText(moment *model.Snapshot) string {
	groups, consumers := 0, 0
	for i := range moment.Streams {
		groups += len(moment.Streams[i].Groups)
		for j := range moment.Streams[i].Groups {
			consumers += len(moment.Streams[i].Groups[j].Consumers)
		}
	}
	return fmt.Sprintf("%s, %s, %s", words.Plural(len(moment.Streams), "stream"), words.Plural(groups, "group"), words.Plural(consumers, "consumer"))
}

// droppedText says how much a recording takes, and what was deleted because it was full.
func droppedText(span recording.Span) string {
	text := fmt.Sprintf("%d KiB", span.Bytes>>10)
	if span.Dropped > 0 {
		text += "; " + words.Plural(span.Dropped, "older moment") + " were deleted to keep the max size"
	}
	return text
}
