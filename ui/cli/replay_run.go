package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/transfer"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// replaying is a running replay.
type replaying struct {
	*program.Program
	from    *program.Session
	flags   *replayFlags
	sifting program.Sifting
	target  *replayTarget
	options transfer.ReplayOptions

	all      int64 // the number of entries in the streams; 0 when not all are replayed
	finished bool  // the file of --resume says that the replay is finished
}

// prepare finds the streams and the range.
func (r *replaying) prepare(ctx context.Context, names []string) error {
	keys, err := r.from.Resolve(ctx, names)
	if err != nil {
		return err
	}
	snapshot, err := r.from.StreamsNow(ctx, keys)
	if err != nil {
		return err
	}
	o := transfer.ReplayOptions{
		Streams: keys, After: r.flags.place, Only: r.sifting.Only(snapshot.At), Into: r.target.key, Plain: r.flags.plain,
		Speed: r.flags.factor, MaxGap: r.flags.maxGap, Sending: r.Sending(),
	}
	if o.From, o.To, err = r.flags.Bounds(snapshot.At.In(r.from.Location())); err != nil {
		return err
	}
	o.To = fixEnd(o.To, &snapshot, r.flags.Window.End)
	for _, key := range keys {
		if r.target.ontoItself(key, r.from.Settings) && !r.flags.Yes && !r.flags.DryRun {
			return program.WrongUse("%s: %w; add --yes if that is what you want", key, errReplayOntoItself)
		}
	}
	r.options = o
	if err := r.readPlace(); err != nil {
		return err
	}
	if r.flags.All() && !r.options.After.ID.After(o.From) {
		for i := range snapshot.Streams {
			r.all += snapshot.Streams[i].Length
		}
	}
	return nil
}

// fixEnd replaces an open end by the current end of the streams, so that a replay into the streams it reads comes to an
// end.
func fixEnd(last model.Position, snapshot *model.Snapshot, asked model.Start) model.Position {
	if (asked != model.Start{}) {
		return last
	}
	for i := range snapshot.Streams {
		if last.Before(snapshot.Streams[i].Last) {
			last = snapshot.Streams[i].Last
		}
	}
	return last
}

// sentence returns what will happen.
func (r *replaying) sentence() string {
	pace := "flat out"
	if r.flags.factor > 0 {
		pace = fmt.Sprintf("at %s times the pace they came in at", r.flags.speed)
	}
	which := "The entries of " + words.Plural(len(r.options.Streams), "stream")
	if r.all > 0 {
		which = fmt.Sprintf("The %s of %s", words.Plural(r.all, "entry"), words.Plural(len(r.options.Streams), "stream"))
	} else if !r.flags.All() || !r.flags.filter.Empty() {
		which += " that are in the range"
	}
	return fmt.Sprintf("%s are added to %s, %s; every group there receives them.", which, r.target.text(), pace)
}

// send replays, and prints the result.
func (r *replaying) send(ctx context.Context) (err error) {
	done := transfer.Replayed{After: r.options.After}
	if err := r.keepPlace(&done, false); err != nil {
		return err // nothing is sent yet that a second run would send again
	}
	to := r.from
	if r.target.elsewhere {
		if to, err = r.Connect(ctx, r.target.settings); err != nil {
			return err
		}
		r.TellNote(to.Note)
		defer func() { err = errors.Join(err, to.End()) }()
	}
	audit := program.NewAudit(to.Settings)
	defer audit.Close(r.Err)
	progress := r.NewProgress("entries")
	r.options.Progress = func(added int64) { progress.Tell(added, r.all) }
	r.options.Keep = func(done *transfer.Replayed) error { return r.keepPlace(done, false) }
	began := time.Now()
	done, err = transfer.Replay(ctx, r.from.Bus, to.Bus, r.options)
	progress.End()
	if err != nil {
		err = r.account(err, &done)
	} else {
		err = r.keepPlace(&done, true)
	}
	audit.WriteBulk("replay", &done.Added, program.AddedText(&done.Added, "entry", "replayed from "+words.Plural(len(r.options.Streams), "stream")), err)
	if err != nil {
		return err
	}
	return errors.Join(r.summary(&done, time.Since(began)), r.sifting.Missing())
}

// readPlace continues from the place in the file of --resume. Without the file it keeps the start that the flags give.
func (r *replaying) readPlace() error {
	if r.flags.resume == "" {
		return nil
	}
	text, err := r.ReadFile(r.flags.resume)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	place, err := transfer.ParsePlace(text)
	if err != nil {
		return fmt.Errorf("--resume %s: it is no place of a replay (%w): name another file", r.flags.resume, err)
	}
	if !slices.Equal(place.Streams, r.options.Streams) || place.Into != r.target.text() {
		return program.WrongUse("--resume %s: it is the place of another replay, of %s to %s: name another file, or delete it",
			r.flags.resume, strings.Join(place.Streams, " "), place.Into)
	}
	r.finished = place.Done
	if place.After == "" {
		return nil
	}
	if r.options.After, err = parseKey(place.After); err != nil {
		return fmt.Errorf("--resume %s: %w", r.flags.resume, err)
	}
	return nil
}

// keepPlace rewrites the file of --resume.
func (r *replaying) keepPlace(done *transfer.Replayed, end bool) error {
	if r.flags.resume == "" {
		return nil
	}
	place := transfer.Place{Sent: done.Added.Count, Done: end, Streams: r.options.Streams, Into: r.target.text()}
	if !done.After.ID.IsZero() {
		place.After = done.After.String()
	}
	if err := place.Keep(r.flags.resume); err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	return nil
}

// account adds to an error what was done, and how to continue.
func (r *replaying) account(err error, done *transfer.Replayed) error {
	if program.InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain) {
		err = errors.New("interrupted")
	}
	if keepErr := r.keepPlace(done, false); keepErr != nil {
		err = errors.Join(err, keepErr)
	}
	text := words.Plural(done.Added.Count, "entry") + " replayed"
	if r.flags.resume != "" {
		return fmt.Errorf("%w; %s: run it again with --resume %s to go on", err, text, r.flags.resume)
	}
	if done.After.ID.IsZero() {
		return fmt.Errorf("%w; %s", err, text)
	}
	return fmt.Errorf("%w; %s: go on with --after %s", err, text, done.After)
}

// replayed is the result of a replay.
type replayed struct {
	Entries int64    `json:"entries"`
	Passed  int64    `json:"passed_over"`
	Seconds *float64 `json:"seconds"`
	Late    *float64 `json:"late_seconds"`
}

func (r *replaying) summary(done *transfer.Replayed, took time.Duration) error {
	if r.Program.Flags.Output == program.OutputJSON {
		return program.WriteObject(r.Out, replayed{done.Added.Count, done.Passed, table.Seconds(took), table.Seconds(done.Late)})
	}
	text := fmt.Sprintf("%s replayed to %s in %s", words.Plural(done.Added.Count, "entry"), r.target.text(), words.Age(took))
	if done.Passed > 0 {
		text += fmt.Sprintf(", %s passed over by the filter", words.Grouped(done.Passed))
	}
	if done.Late > lateTold {
		text += fmt.Sprintf("; up to %s behind their time", words.Age(done.Late))
	}
	_, err := fmt.Fprintln(r.Out, text)
	return err
}

// lateTold is the max delay of an entry that isn't reported.
const lateTold = 100 * time.Millisecond

// dryRun prints the first commands that would be sent.
func (r *replaying) dryRun(ctx context.Context) error {
	n := int64(0)
	err := transfer.DryReplay(ctx, r.from.Bus, r.options, func(e *model.Entry) error {
		n++
		if n > dryCommands {
			return nil
		}
		return showCommand(r.Program, change.LoadCommand(e))
	})
	if more := n - dryCommands; more > 0 {
		fmt.Fprintf(r.Err, "and %s more XADDs\n", words.Grouped(more))
	}
	if err == nil {
		r.Say("%s would be added to %s; nothing was sent", words.Plural(n, "entry"), r.target.text())
	}
	return errors.Join(err, r.sifting.Missing())
}
