package transfer

import (
	"context"

	"streamdesk/bus"
	"streamdesk/model"
)

// ExportOptions say what of the streams is exported, and who is told how it goes. The zero value exports all entries.
type ExportOptions struct {
	// From and To bound the IDs of the entries, both included; a zero To is the end of each stream.
	From, To model.Position
	// Only lets entries through; nil lets all of them.
	Only func(*model.Record) bool
	// Groups adds the consumer groups, and what is pending in them.
	Groups bool
	// Line writes the line of an entry, without its end, to the end of a slice. Such lines are to be read, not to be imported: the
	// figures of streams and groups are left out. Nil writes lines that can be imported.
	Line func(line []byte, r *model.Record) ([]byte, error)
	// Progress is told now and then how many entries were read of all; all is 0 where that isn't known. It may be nil.
	Progress func(read, all int64)
}

func (o *ExportOptions) all() bool { return o.From.IsZero() && o.To.IsZero() }

// Exported is what became of an export.
type Exported struct {
	// Entries is how many have gone out whole, Last which of them is the last.
	Entries int64
	Last    model.Key
	// Bytes is how many have gone out, compressed ones before they were.
	Bytes int64
	// CutOff says that a compressed output lacks its end: what unpacks it gives its lines, and then fails.
	CutOff bool
	// Missing are the streams of which entries were trimmed or deleted before they were read; it is only known of an export
	// of all entries.
	Missing []Missing
}

// Missing is how many entries of a stream an export doesn't have although they were there when it began.
type Missing struct {
	Stream  string
	Entries int64
}

// Export writes the entries of streams as they stood in a snapshot, one stream after the other, each in the order of its
// IDs; those that were added since are left out. Behind the entries of a stream stand its figures, and its groups when they
// are asked for. It closes the output, and what it returns beside an error says what is there all the same. It sends
// XINFO STREAM and XRANGE, and XPENDING for groups.
func Export(ctx context.Context, b *bus.Bus, streams *model.Snapshot, to Output, o ExportOptions) (Exported, error) {
	e := &exporting{bus: b, options: o, out: newFile(to)}
	if o.all() {
		for i := range streams.Streams {
			e.all += streams.Streams[i].Length
		}
	}
	err := e.out.close(e.run(ctx, streams))
	e.done.Entries, e.done.Last, e.done.Bytes, e.done.CutOff = e.out.entries, e.out.last, e.out.written, e.out.cutOff()
	return e.done, err
}

// exporting is an export under way.
type exporting struct {
	bus     *bus.Bus
	options ExportOptions
	out     *file
	all     int64 // how many entries there are to read; 0 when that isn't known
	read    int64
	line    []byte // of one entry, used again
	done    Exported
}

func (e *exporting) run(ctx context.Context, streams *model.Snapshot) error {
	for i := range streams.Streams {
		if err := e.stream(ctx, &streams.Streams[i]); err != nil {
			return err
		}
	}
	return nil
}

// stream exports the entries of a stream, and then its figures.
func (e *exporting) stream(ctx context.Context, s *model.Stream) error {
	written, before := int64(0), e.read
	to := e.options.To
	if to.IsZero() || s.Last.Before(to) {
		to = s.Last
	}
	if s.Length > 0 && !to.Before(e.options.From) {
		for entries, err := range ahead(ctx, e.bus, s.Key, e.options.From, to) {
			if err != nil {
				return err
			}
			n, err := e.entries(entries)
			if written += n; err != nil {
				return err
			}
		}
	}
	if read := e.read - before; e.options.all() && read != s.Length {
		e.done.Missing = append(e.done.Missing, Missing{Stream: s.Key, Entries: s.Length - read})
	}
	if e.options.Line != nil {
		return nil
	}
	mark := newStreamMark(s, written)
	mark.Whole = e.options.all() && e.options.Only == nil && written == s.Length
	if err := e.out.mark(mark); err != nil || !e.options.Groups {
		return err
	}
	return e.groupsOf(ctx, s)
}

// progressCount is how many entries go by between two words on how it goes.
const progressCount = 1024

func (e *exporting) count() {
	e.read++
	if e.read%progressCount == 0 && e.options.Progress != nil {
		e.options.Progress(e.read, e.all)
	}
}

// entries exports a page of entries, and says how many of them were let through.
func (e *exporting) entries(page []model.Entry) (written int64, err error) {
	if e.options.Only == nil && e.options.Line == nil {
		for i := range page {
			e.count()
			if err := e.out.entry(&page[i], nil); err != nil {
				return written, err
			}
			written++
		}
		return written, nil
	}
	records := e.bus.Reader().DecodeAll(page)
	for i := range records {
		e.count()
		if e.options.Only != nil && !e.options.Only(&records[i]) {
			continue
		}
		if err := e.record(&records[i]); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}

// record exports one entry that was read.
func (e *exporting) record(r *model.Record) error {
	if e.options.Line == nil {
		return e.out.entry(&r.Entry, nil)
	}
	line, err := e.options.Line(e.line[:0], r)
	if err != nil {
		return err
	}
	e.line = line
	return e.out.entry(&r.Entry, line)
}
