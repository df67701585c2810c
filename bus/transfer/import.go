package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
)

// ImportOptions say how lines are imported, and who is told about progress. Each function may be nil.
type ImportOptions struct {
	// KeepIDs adds entries under their own IDs. A stream that then holds the same entries as the export gets the figures of the
	// original. Otherwise entries get new IDs at the current time.
	KeepIDs bool
	// Groups creates the consumer groups, with their pending entries. It requires KeepIDs.
	Groups bool
	// FromLine is the line to begin at; 0 and 1 are the first.
	FromLine int

	// LeftOut is called for each broken or refused line, which is left out. If it is nil, the import stops at that line.
	LeftOut func(why error)
	// KeptFigures is called for a stream that keeps its own figures, because it holds a different number of entries than the
	// export, or is already past those figures.
	KeptFigures func(stream string, holds, exported int64)
	// Group is called for each group once its lines were read.
	Group func(RestoredGroup)
	// Progress is called from time to time with the number of entries added and the estimated total; 0 when it isn't known.
	Progress func(added, all int64)
	Sending
}

// Imported is the result of an import.
type Imported struct {
	// Line is the last line up to which all lines are processed: an import that ended early continues after it.
	Line int
	// Lines is the number of lines processed, LeftOut the number of them that were left out.
	Lines   int
	LeftOut int64
	Added   Added
	// There is the number of entries that already existed, byte for byte.
	There int64
	// Streams is the number of streams in the lines, Groups the number of groups created, Pending the number of entries made
	// pending in them.
	Streams, Groups int
	Pending         int64
}

// importing is an import under way.
type importing struct {
	bus     *bus.Bus
	lines   *Lines
	options ImportOptions
	loader  *change.Loader
	done    Imported
	streams map[string]*importedStream
	// group is the group whose lines are being read; nil when there is none.
	group *restoredGroup
	// figures is set once the figures of a stream were read.
	figures bool
}

// importedStream counts the entries of the export that are now in one stream.
type importedStream struct{ entries int64 }

func newImporting(lines *Lines, o ImportOptions) *importing {
	o.FromLine = max(o.FromLine, 1)
	lines.needIDs = o.KeepIDs
	return &importing{lines: lines, options: o, done: Imported{Line: o.FromLine - 1}}
}

// Import adds the entries of an export, each to the stream it names, in the order of the lines. With KeepIDs, an entry that
// already exists, byte for byte, is skipped, so an import can be repeated. It stops at the first line that isn't an entry, with
// an error that wraps [model.ErrLine], or that the server refuses. On an error the result says what was done, and where to
// continue. When a reply was lost, the error wraps [fault.ErrUncertain]. It sends XADD; with KeepIDs also XRANGE, XINFO STREAM
// and XSETID, with Groups also XGROUP CREATE, XPENDING, XCLAIM FORCE and XGROUP SETID.
func Import(ctx context.Context, b *bus.Bus, lines *Lines, o ImportOptions) (Imported, error) {
	i := newImporting(lines, o)
	i.bus, i.loader, i.streams = b, b.Writer().NewLoader(), map[string]*importedStream{}
	reading, stop := context.WithCancel(ctx)
	batches := make(chan *batch, 2)
	go b.Guard(func() { lines.read(reading, i.options.FromLine, i.options.LeftOut != nil, batches) })()
	defer lines.let(stop, batches)
	err := i.read(func() (*batch, error) { return nextBatch(ctx, batches) }, func(b *batch) error { return i.send(ctx, b) })
	if err == nil {
		err = i.finishGroup(ctx)
	}
	if i.group != nil { // the next import finds what was done of the group
		i.done.Line = i.group.line - 1
	}
	return i.done, errors.Join(err, i.loader.Close())
}

// DryImport reads the lines as [Import] does, and calls each for every entry that would be added. It asks no server, so some of
// these entries may already exist, or be refused.
func DryImport(ctx context.Context, lines *Lines, o ImportOptions, each func(*model.Entry) error) (Imported, error) {
	i, line := newImporting(lines, o), 0
	next := func() (*batch, error) {
		return lines.batch(&line, i.options.FromLine, i.options.LeftOut != nil), ctx.Err()
	}
	err := i.read(next, func(b *batch) error {
		for _, broken := range b.broken {
			i.leaveOut(broken)
		}
		for k := range b.entries {
			e := &b.entries[k]
			if !o.KeepIDs {
				e.ID = model.Position{}
			}
			if err := each(e); err != nil {
				return err
			}
			i.done.Added.Add(e.Stream, e.ID)
		}
		return nil
	})
	i.done.Streams = len(i.done.Added.Streams)
	return i.done, err
}

// read processes one batch after the other.
func (i *importing) read(next func() (*batch, error), deal func(*batch) error) error {
	for {
		b, err := next()
		if err != nil {
			return err
		}
		if err := deal(b); err != nil {
			return err
		}
		i.done.Lines, i.done.Line = i.done.Lines+b.lines, b.line
		if i.options.Progress != nil {
			i.options.Progress(i.done.Added.Count, i.lines.estimate(i.done.Added.Count, b.offset))
		}
		if errors.Is(b.err, io.EOF) {
			return nil
		}
		if b.err != nil {
			return b.err
		}
	}
}

// nextBatch waits for the reader, which may wait for a person who types. One goroutine reads lines and another processes them, so
// that neither waits for the other.
func nextBatch(ctx context.Context, batches <-chan *batch) (*batch, error) {
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

// send processes one batch.
func (i *importing) send(ctx context.Context, b *batch) error {
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

func (i *importing) leaveOut(why error) {
	i.done.LeftOut++
	i.options.LeftOut(why)
}

// sendEntries adds the entries of a batch, and handles those that were refused.
func (i *importing) sendEntries(ctx context.Context, b *batch) error {
	i.meet(b.entries)
	if !i.options.KeepIDs {
		for k := range b.entries {
			b.entries[k].ID = model.Position{}
		}
	}
	results, err := i.options.add(ctx, i.loader, b.entries)
	if err != nil {
		return err
	}
	i.done.Added.Sent = i.done.Added.Sent || len(results) > 0
	var behind []int
	var lost, refused []int
	for k, r := range results {
		switch {
		case r.Err == nil:
			i.done.Added.Add(b.entries[k].Stream, r.ID)
			i.streams[b.entries[k].Stream].entries++
		case i.options.KeepIDs && r.BehindLast():
			behind = append(behind, k)
		case r.Refused():
			refused = append(refused, k)
		default:
			lost = append(lost, k)
		}
	}
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
		if i.options.LeftOut == nil || !change.AboutEntry(results[k].Err) {
			return i.stopped(b, results, k, why)
		}
		i.leaveOut(fmt.Errorf("%s, line %d: %w", i.lines.name, b.at[k], why))
	}
	return nil
}

// refusal says why the k-th entry of a batch was not added.
func (i *importing) refusal(b *batch, results []change.Loaded, k int) error {
	e := &b.entries[k]
	if results[k].BehindLast() {
		return fmt.Errorf("%s: the stream has come past that ID, and has no such entry: import into an empty stream, or under new IDs", e.Key())
	}
	return fmt.Errorf("%s: %w", e.Stream, results[k].Err)
}

// stopped returns the error of an import that ends within a batch. It says which later lines were added nevertheless.
func (i *importing) stopped(b *batch, results []change.Loaded, k int, why error) error {
	i.done.Lines += k
	i.done.Line = b.at[k] - 1
	later, last, unsure := 0, 0, 0
	for n := k + 1; n < len(results); n++ {
		switch {
		case results[n].Err == nil:
			later, last = later+1, b.at[n]
		case errors.Is(results[n].Err, fault.ErrUncertain):
			unsure++
		}
	}
	err := fmt.Errorf("%s, line %d: %w", i.lines.name, b.at[k], why)
	if errors.Is(why, fault.ErrUncertain) {
		err = fmt.Errorf("%w; that holds for %d lines from there on", err, unsure+1)
	}
	if later > 0 {
		err = fmt.Errorf("%w; %d of the lines after it, up to line %d, were on their way and were added", err, later, last)
	}
	return err
}

// meet counts the streams that appear for the first time.
func (i *importing) meet(entries []model.Entry) {
	for k := range entries {
		e := &entries[k]
		if k > 0 && e.Stream == entries[k-1].Stream {
			e.Stream = entries[k-1].Stream // one string for all
			continue
		}
		if i.streams[e.Stream] == nil {
			i.streams[e.Stream] = &importedStream{}
		}
	}
	i.done.Streams = len(i.streams)
}

// alreadyThere looks up entries whose IDs are not after their stream's last ID. It counts those that exist byte for byte, and
// returns the others.
func (i *importing) alreadyThere(ctx context.Context, b *batch, places []int) (different []int, err error) {
	for _, k := range places {
		e := &b.entries[k]
		found, err := i.bus.Reader().Range(ctx, e.Stream, e.ID, e.ID, 1)
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
