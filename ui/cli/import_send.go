package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"streamdesk/bus"
	"streamdesk/model"
)

// importing is an import under way.
type importing struct {
	*program
	bus      *session
	file     *importFile
	flags    *importFlags
	progress *progress
	loader   *bus.Loader
	done     imported
	added    additions
	streams  map[string]*importedStream
	line     int // all lines up to this one are dealt with
	// group is the one whose lines are being read; nil outside of any.
	group *restoredGroup
	// figures says that the figures of a stream have come up.
	figures bool
}

// importedStream is what went to one stream.
type importedStream struct {
	entries int64 // of the file that are in the stream now
	created bool  // it wasn't there when the import came to it
}

func newImporting(p *program, s *session, file *importFile, flags *importFlags) *importing {
	return &importing{
		program: p, bus: s, file: file, flags: flags, progress: p.newProgress("entries"), streams: map[string]*importedStream{},
		line: flags.fromLine - 1,
	}
}

// run reads in one goroutine and sends in this one, so that neither waits for the other. What was read from a pipe by the
// time that ctx ends is still sent, as nobody can read it again.
func (i *importing) run(ctx context.Context) (err error) {
	if i.file.live != nil {
		var done context.CancelFunc
		ctx, done = lasting(ctx)
		defer done()
	}
	reading, stop := context.WithCancel(ctx)
	batches := make(chan *importBatch, 2)
	go i.file.read(reading, i.flags.fromLine, i.flags.goOn, batches)
	defer i.file.let(stop, batches)
	i.loader = i.bus.NewLoader()
	defer func() { err = errors.Join(err, i.loader.Close()) }()
	for {
		b, err := nextBatch(ctx, batches)
		if err != nil {
			return err
		}
		if err := i.send(ctx, b); err != nil {
			return err
		}
		i.done.Lines, i.line = i.done.Lines+b.lines, b.line
		i.progress.tell(i.done.Added, i.file.estimate(i.done.Added, b.offset))
		if errors.Is(b.err, io.EOF) {
			return i.finishGroup(ctx)
		}
		if b.err != nil {
			return b.err
		}
	}
}

// nextBatch waits for the reader, which may wait for a person who types.
func nextBatch(ctx context.Context, batches <-chan *importBatch) (*importBatch, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case b, ok := <-batches:
		if !ok {
			return nil, context.Canceled
		}
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// send deals with one batch.
func (i *importing) send(ctx context.Context, b *importBatch) error {
	for _, broken := range b.broken {
		i.leaveOut(broken)
	}
	if b.kind != pendingLine && b.lines > len(b.broken) {
		if err := i.finishGroup(ctx); err != nil {
			return err
		}
	}
	switch b.kind {
	case streamLine:
		if b.stream.Stream == "" { // it was left out
			return nil
		}
		return i.restoreStream(ctx, &b.stream)
	case groupLine:
		if b.group.Stream != "" {
			i.restoreGroup(b)
		}
		return nil
	case pendingLine:
		return i.restorePending(ctx, b)
	default:
		return i.sendEntries(ctx, b)
	}
}

// maxLeftOutTold is how many lines are named that were left out: a screenful.
const maxLeftOutTold = 20

func (i *importing) leaveOut(why error) {
	i.done.LeftOut++
	i.progress.end()
	i.tellLeftOut(int(i.done.LeftOut), why)
}

// tellLeftOut tells of the n-th line that was left out.
func (p *program) tellLeftOut(n int, why error) {
	if n <= maxLeftOutTold {
		p.say("left out: %v", why)
	} else if n == maxLeftOutTold+1 {
		fmt.Fprintln(p.Err, "further lines that are left out are only counted")
	}
}

// sendEntries adds the entries of a batch, and looks at what was refused.
func (i *importing) sendEntries(ctx context.Context, b *importBatch) error {
	if err := i.meet(ctx, b.entries); err != nil {
		return err
	}
	if !i.flags.keepIDs {
		for k := range b.entries {
			b.entries[k].ID = model.Position{}
		}
	}
	answered := i.awaits(loaderAwaited)
	results, err := i.loader.Add(ctx, b.entries)
	answered()
	if err != nil {
		return err
	}
	i.added.sent = i.added.sent || len(results) > 0
	var behind []int
	var lost, refused []int
	for k, r := range results {
		switch {
		case r.Err == nil:
			i.added.add(b.entries[k].Stream, r.ID)
			i.streams[b.entries[k].Stream].entries++
		case i.flags.keepIDs && r.BehindLast():
			behind = append(behind, k)
		case r.Refused():
			refused = append(refused, k)
		default:
			lost = append(lost, k)
		}
	}
	i.done.Added = i.added.count
	different, err := i.alreadyThere(ctx, b, behind)
	if err != nil {
		return i.stopped(b, results, behind[0], err)
	}
	refused = append(refused, different...)
	slices.Sort(refused)
	switch {
	case len(lost) > 0:
		return i.stopped(b, results, lost[0], results[lost[0]].Err)
	case len(refused) == 0:
		return nil
	}
	for _, k := range refused {
		why := i.refusal(b, results, k)
		if !i.flags.goOn || !bus.AboutEntry(results[k].Err) {
			return i.stopped(b, results, k, why)
		}
		i.leaveOut(fmt.Errorf("%s, line %d: %w", i.file.name, b.at[k], why))
	}
	return nil
}

// refusal says why the k-th entry of a batch was not added.
func (i *importing) refusal(b *importBatch, results []bus.Loaded, k int) error {
	e := &b.entries[k]
	if results[k].BehindLast() {
		return fmt.Errorf("%s: the stream has come past that ID, and has no such entry: import into an empty stream, or with --new-ids", e.Key())
	}
	return fmt.Errorf("%s: %w", e.Stream, results[k].Err)
}

// stopped is the error of an import that ends within a batch: it says which of its lines were added all the same.
func (i *importing) stopped(b *importBatch, results []bus.Loaded, k int, why error) error {
	i.done.Lines += k
	i.line = b.at[k] - 1
	later, last, unsure := 0, 0, 0
	for n := k + 1; n < len(results); n++ {
		switch {
		case results[n].Err == nil:
			later, last = later+1, b.at[n]
		case errors.Is(results[n].Err, bus.ErrUncertain):
			unsure++
		}
	}
	err := fmt.Errorf("%s, line %d: %w", i.file.name, b.at[k], why)
	if errors.Is(why, bus.ErrUncertain) {
		err = fmt.Errorf("%w; that holds for %d lines from there on", err, unsure+1)
	}
	if later > 0 {
		err = fmt.Errorf("%w; %d of the lines after it, up to line %d, were on their way and were added", err, later, last)
	}
	return err
}

// meet looks at streams that come up for the first time.
func (i *importing) meet(ctx context.Context, entries []model.Entry) error {
	var keys []string
	for k := range entries {
		key := entries[k].Stream
		if k > 0 && key == entries[k-1].Stream {
			entries[k].Stream = entries[k-1].Stream // one string for all
			continue
		}
		if i.streams[key] == nil {
			i.streams[key] = &importedStream{}
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	snapshot, err := i.bus.Snapshot(ctx, keys)
	if err != nil {
		return err
	}
	for k := range snapshot.Streams {
		i.streams[snapshot.Streams[k].Key].created = snapshot.Streams[k].Missing
	}
	i.done.Streams = len(i.streams)
	return nil
}

// alreadyThere looks up entries whose IDs the streams have come past: those that are there byte for byte are counted, the
// others returned.
func (i *importing) alreadyThere(ctx context.Context, b *importBatch, places []int) (different []int, err error) {
	for _, k := range places {
		e := &b.entries[k]
		found, err := i.bus.Range(ctx, e.Stream, e.ID, e.ID, 1)
		if err != nil {
			return nil, err
		}
		if len(found) == 1 && slices.Equal(found[0].Fields, e.Fields) {
			i.done.There++
			i.streams[e.Stream].entries++
			continue
		}
		different = append(different, k)
	}
	return different, nil
}

// account adds to an error what was done, and how to go on.
func (i *importing) account(err error) error {
	if interruptedBy(err) && !errors.Is(err, bus.ErrUncertain) {
		err = errors.New("interrupted")
	}
	d := &i.done
	text := fmt.Sprintf("%s of %s added", plural(d.Added, "entry"), i.file.name)
	if d.There > 0 {
		text += fmt.Sprintf(", %d were already there", d.There)
	}
	if d.LeftOut > 0 {
		text += fmt.Sprintf(", %d lines left out", d.LeftOut)
	}
	if i.group != nil { // what was done of a group is found again
		i.line = i.group.line - 1
	}
	mend := fmt.Sprintf("go on with --from-line %d", i.line+1)
	if errors.Is(err, model.ErrLine) {
		mend = fmt.Sprintf("mend the line and go on with --from-line %d, or leave such lines out with --continue", i.line+1)
	}
	return fmt.Errorf("%w; %s: %s", err, text, mend)
}
