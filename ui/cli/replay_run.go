package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/words"
)

// replaying is a replay under way.
type replaying struct {
	*program
	from     *session
	flags    *replayFlags
	sifting  sifting
	target   *replayTarget
	progress *progress

	keys     []string
	first    model.Position
	last     model.Position // zero for the end
	now      time.Time      // the server's clock when it began
	all      int64          // how many entries the streams have; 0 when not all of them are replayed
	finished bool           // the file of the place says so

	loader *bus.Loader
	batch  []model.Entry
	places []model.Key // where each entry of the batch came from
	bytes  int

	added  additions
	passed int64
	after  model.Key // everything up to this entry was sent
	began  time.Time
	clock  replayClock
}

// prepare finds the streams and the range.
func (r *replaying) prepare(ctx context.Context, names []string) error {
	var err error
	if r.keys, err = r.from.resolve(ctx, names); err != nil {
		return err
	}
	snapshot, err := r.from.streamsNow(ctx, r.keys)
	if err != nil {
		return err
	}
	r.now = snapshot.At
	if r.first, r.last, err = r.flags.bounds(snapshot.At); err != nil {
		return err
	}
	for i := range snapshot.Streams {
		if r.flags.all() {
			r.all += snapshot.Streams[i].Length
		}
		r.last = fixEnd(r.last, &snapshot, r.flags.window.end)
	}
	for _, key := range r.keys {
		if r.target.ontoItself(key, r.from.settings) && !r.flags.yes && !r.flags.dryRun {
			return wrongUse("%s: %w; add --yes if that is what you want", key, errReplayOntoItself)
		}
	}
	r.after = r.flags.place
	if err := r.readPlace(); err != nil {
		return err
	}
	if r.after.ID.After(r.first) {
		r.first, r.all = r.after.ID, 0
	}
	return nil
}

// fixEnd fixes an open end to where the streams end now, so that a replay into the streams it reads comes to an end.
func fixEnd(last model.Position, snapshot *model.Snapshot, asked startingPoint) model.Position {
	if (asked != startingPoint{}) {
		return last
	}
	for i := range snapshot.Streams {
		if last.Before(snapshot.Streams[i].Last) {
			last = snapshot.Streams[i].Last
		}
	}
	return last
}

// sentence says what will happen.
func (r *replaying) sentence() string {
	pace := "flat out"
	if r.flags.factor > 0 {
		pace = fmt.Sprintf("at %s times the pace they came in at", r.flags.speed)
	}
	which := "The entries of " + plural(len(r.keys), "stream")
	if r.all > 0 {
		which = fmt.Sprintf("The %s of %s", plural(r.all, "entry"), plural(len(r.keys), "stream"))
	} else if !r.flags.all() || !r.flags.filter.Empty() {
		which += " that are in the range"
	}
	return fmt.Sprintf("%s are added to %s, %s; every group there receives them.", which, r.target.text(), pace)
}

// entries calls each with every entry to be replayed, in order.
func (r *replaying) entries(ctx context.Context, each func(*model.Entry) error) error {
	for e, err := range r.from.Replay(ctx, r.keys, r.first, r.last) {
		if err != nil {
			return err
		}
		if !comesAfter(e.Key(), r.after) {
			continue // sent in an earlier run
		}
		if !r.flags.filter.Empty() {
			if record := r.from.Decode(e); !r.sifting.lets(&record, r.now) {
				r.passed++
				continue
			}
		}
		if err := each(&e); err != nil {
			return err
		}
	}
	return nil
}

// comesAfter says whether an entry comes after another in the order of a replay.
func comesAfter(a, b model.Key) bool {
	c := a.ID.Compare(b.ID)
	return c > 0 || c == 0 && a.Stream > b.Stream
}

// send replays, and says what was done.
func (r *replaying) send(ctx context.Context) (err error) {
	if err := r.keepPlace(false); err != nil {
		return err // before anything is sent that a second run would send again
	}
	to := r.from
	if r.target.elsewhere {
		client, err := r.newClient(r.target.settings)
		if err != nil {
			return err
		}
		if to, err = r.openSession(ctx, r.target.settings, client); err != nil {
			_ = client.Close() // it never was open
			return r.explainOpen(err, r.target.settings.Active())
		}
		r.tellNote(to.note)
		defer func() { err = errors.Join(err, to.close()) }()
	}
	r.loader = to.NewLoader()
	defer func() { err = errors.Join(err, r.loader.Close()) }()
	audit := newAudit(to.settings)
	defer audit.close(r.Err)
	r.began = time.Now()
	r.clock = replayClock{factor: r.flags.factor, maxGap: r.flags.maxGap}
	err = r.entries(ctx, func(e *model.Entry) error { return r.take(ctx, e) })
	if err == nil {
		err = r.flush(ctx)
	}
	r.progress.end()
	if err != nil {
		err = r.account(err)
	} else {
		err = r.keepPlace(true)
	}
	audit.writeBulk("replay", &r.added, r.added.text("entry", "replayed from "+plural(len(r.keys), "stream")), err)
	if err != nil {
		return err
	}
	return errors.Join(r.summary(), r.sifting.missing())
}

// take waits until an entry is due, and adds it to what is sent next.
func (r *replaying) take(ctx context.Context, e *model.Entry) error {
	if wait := time.Until(r.clock.at(e.ID.Ms, time.Now())); wait > 0 {
		if err := r.flush(ctx); err != nil {
			return err
		}
		if err := sleep(ctx, wait, func() { r.progress.tell(r.added.count, r.all) }); err != nil {
			return err
		}
	}
	r.batch = append(r.batch, bus.Replayed(e, r.target.key(e.Stream), !r.flags.plain))
	r.places = append(r.places, e.Key())
	if r.bytes += e.Size(); len(r.batch) < loadEntries && r.bytes < loadBytes {
		return nil
	}
	return r.flush(ctx)
}

// sleep waits, and calls tick now and then.
func sleep(ctx context.Context, wait time.Duration, tick func()) error {
	until := time.Now().Add(wait)
	for {
		left := time.Until(until)
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(min(left, progressEvery))
		select {
		case <-timer.C:
			tick()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// flush sends the batch.
func (r *replaying) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	answered := r.awaits(loaderAwaited)
	results, err := r.loader.Add(ctx, r.batch)
	answered()
	if err != nil {
		return err
	}
	r.added.sent = true
	for k := range results {
		if results[k].Err == nil {
			r.added.add(r.batch[k].Stream, results[k].ID)
			continue
		}
		return r.stopped(results, k)
	}
	r.after = r.places[len(r.places)-1]
	r.batch, r.places, r.bytes = r.batch[:0], r.places[:0], 0
	r.progress.tell(r.added.count, r.all)
	return r.keepPlace(false)
}

// stopped is the error of a replay that ends within a batch.
func (r *replaying) stopped(results []bus.Loaded, k int) error {
	if k > 0 {
		r.after = r.places[k-1]
	}
	why := results[k].Err
	later := 0
	for n := k + 1; n < len(results); n++ {
		if results[n].Err == nil {
			r.added.add(r.batch[n].Stream, results[n].ID)
			later++
		}
	}
	err := fmt.Errorf("%s to %s: %w", r.places[k], r.batch[k].Stream, why)
	if errors.Is(why, bus.ErrUncertain) {
		err = fmt.Errorf("%w; that holds for %s from there on", err, plural(len(results)-k-later, "entry"))
	}
	if later > 0 {
		err = fmt.Errorf("%w; %d after it were on their way and were added", err, later)
	}
	return err
}

// account adds to an error what was done, and how to go on.
func (r *replaying) account(err error) error {
	if interruptedBy(err) && !errors.Is(err, bus.ErrUncertain) {
		err = errors.New("interrupted")
	}
	if keepErr := r.keepPlace(false); keepErr != nil {
		err = errors.Join(err, keepErr)
	}
	text := plural(r.added.count, "entry") + " replayed"
	if r.flags.resume != "" {
		return fmt.Errorf("%w; %s: run it again with --resume %s to go on", err, text, r.flags.resume)
	}
	if r.after.ID.IsZero() {
		return fmt.Errorf("%w; %s", err, text)
	}
	return fmt.Errorf("%w; %s: go on with --after %s", err, text, r.after)
}

// replayed is what became of a replay.
type replayed struct {
	Entries int64    `json:"entries"`
	Passed  int64    `json:"passed_over"`
	Seconds *float64 `json:"seconds"`
	Late    *float64 `json:"late_seconds"`
}

func (r *replaying) summary() error {
	took := time.Since(r.began)
	if r.program.flags.output == outputJSON {
		return writeObject(r.Out, replayed{r.added.count, r.passed, seconds(took), seconds(r.clock.late)})
	}
	text := fmt.Sprintf("%s replayed to %s in %s", plural(r.added.count, "entry"), r.target.text(), words.Age(took))
	if r.passed > 0 {
		text += fmt.Sprintf(", %s passed over by the filter", words.Grouped(r.passed))
	}
	if r.clock.late > lateTold {
		text += fmt.Sprintf("; up to %s behind their time", words.Age(r.clock.late))
	}
	_, err := fmt.Fprintln(r.Out, text)
	return err
}

// lateTold is how far behind its time an entry may be sent without a word.
const lateTold = 100 * time.Millisecond

// dryRun prints the first commands that would be sent.
func (r *replaying) dryRun(ctx context.Context) error {
	n := int64(0)
	err := r.entries(ctx, func(e *model.Entry) error {
		n++
		if n > dryCommands {
			return nil
		}
		replayed := bus.Replayed(e, r.target.key(e.Stream), !r.flags.plain)
		return r.showCommand(bus.LoadCommand(&replayed))
	})
	if more := n - dryCommands; more > 0 {
		fmt.Fprintf(r.Err, "and %s more XADDs\n", words.Grouped(more))
	}
	if err == nil {
		r.say("%s would be added to %s; nothing was sent", plural(n, "entry"), r.target.text())
	}
	return errors.Join(err, r.sifting.missing())
}
