package transfer

import (
	"context"

	"streamdesk/bus"
	"streamdesk/bus/observe"
	"streamdesk/model"
)

// ExportOptions say what is exported from the streams, and who is told about progress. The zero value exports all entries.
type ExportOptions struct {
	// From and To bound the IDs of the entries, both included; a zero To is the end of each stream.
	From, To model.Position
	// Only reports whether to export an entry; nil exports all.
	Only func(*model.Record) bool
	// Groups adds the consumer groups and their pending entries.
	Groups bool
	// Line appends the line of an entry to a slice, without a newline. Such lines are for reading and can't be imported; the
	// figures of streams and groups are left out. Nil writes lines that can be imported.
	Line func(line []byte, r *model.Record) ([]byte, error)
	// Progress is called from time to time with the number of entries read and of all entries; all is 0 when it isn't known. It
	// may be nil.
	Progress func(read, all int64)
}

func (o *ExportOptions) all() bool { return o.From.IsZero() && o.To.IsZero() }

// Exported is the result of an export.
type Exported struct {
	// Entries is the number of entries written completely, Last the last of them.
	Entries int64
	Last    model.Key
	// Bytes is the number of bytes written, before compression.
	Bytes int64
	// CutOff is set when a compressed output lacks its end: unpacking it returns its lines, and then fails.
	CutOff bool
	// Missing are the streams from which entries were trimmed or deleted before they were read. It is known only when all entries
	// are exported.
	Missing []Missing
}

// Missing is the number of entries of a stream that existed when an export began but aren't in it.
type Missing struct {
	Stream  string
	Entries int64
}

// Export writes the entries of streams up to a snapshot, one stream after the other, each in ID order. Entries added since the
// snapshot are left out. After the entries of a stream come its figures and, if asked for, its groups. It closes the output. On
// an error the result still says what was written. It sends XINFO STREAM and XRANGE, and XPENDING for groups.
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
	all     int64 // the number of entries to read; 0 when it isn't known
	read    int64
	line    []byte // of one entry, reused
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
		for page, err := range ahead(ctx, e.bus, observe.Span{Stream: s.Key, From: e.options.From, To: to}) {
			if err != nil {
				return err
			}
			n, err := e.entries(page.Entries)
			if written += n; err != nil {
				return err
			}
			if e.verbatim() {
				page.Done()
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

// progressCount is the number of entries between two calls of Progress.
const progressCount = 1024

func (e *exporting) count() {
	e.read++
	if e.read%progressCount == 0 && e.options.Progress != nil {
		e.options.Progress(e.read, e.all)
	}
}

// verbatim reports whether entries are written as they are, and nothing else sees them.
func (e *exporting) verbatim() bool { return e.options.Only == nil && e.options.Line == nil }

// entries exports a page of entries, and returns the number written.
func (e *exporting) entries(page []model.Entry) (written int64, err error) {
	if e.verbatim() {
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

// record exports one decoded entry.
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
