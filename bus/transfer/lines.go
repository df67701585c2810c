package transfer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

const (
	// batchEntries and batchBytes are the max size of a batch: large enough that the round trip doesn't matter, small enough that
	// stopping takes effect at once and memory stays constant.
	batchEntries = 1000
	batchBytes   = 1 << 20
	// longestLine is the max length of a line in bytes, longer than any sensible entry.
	longestLine = 64 << 20
	// byteOrderMark is what some programs write at the start of a UTF-8 file; it isn't part of the text.
	byteOrderMark = "\uFEFF"
)

// Lines are the lines of an export, for an import. They can be read only once.
type Lines struct {
	name   string
	size   int64       // 0 when it isn't known
	ready  func() bool // nil when reading never waits
	passed *countingReader
	lines  *bufio.Reader
	back   []byte // a line that was read and put back
	stream string // of the last plain line
	usual  int    // the number of entries in the last batch
	begun  bool   // the first line was read
	// needIDs refuses entries without an ID: the ID from the server would be greater than that of the stream's next entry.
	needIDs bool
}

// countingReader counts the bytes read through it.
type countingReader struct {
	from io.Reader
	n    int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += int64(n)
	return n, err
}

// NewLines returns new lines that are read from a reader, and unpacked when they are compressed with gzip. name is the name in
// errors. size is in bytes, and 0 when it isn't known. A reader that may block, such as a pipe, has a method Ready() bool. It
// reports whether there is something to read now, or the end; if not, the lines read so far are sent.
func NewLines(name string, from io.Reader, size int64) (*Lines, error) {
	l := &Lines{name: name, size: size, passed: &countingReader{from: from}}
	if live, waits := from.(interface{ Ready() bool }); waits {
		l.ready = live.Ready
	}
	l.lines = bufio.NewReaderSize(l.passed, buffered)
	if magic, _ := l.lines.Peek(2); bytes.Equal(magic, []byte{0x1F, 0x8B}) {
		unpacked, err := gzip.NewReader(l.lines)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.lines = bufio.NewReaderSize(unpacked, buffered)
	}
	return l, nil
}

// estimate returns the estimated total number of entries, given the number up to an offset; 0 when it isn't known.
func (l *Lines) estimate(entries, offset int64) int64 {
	if l.size == 0 || offset == 0 {
		return 0
	}
	return int64(float64(entries) / float64(offset) * float64(l.size))
}

// HasIDs reports whether the first line, as far as it is buffered, has an ID. It returns an error when there is no line.
func (l *Lines) HasIDs() (bool, error) {
	head, err := l.lines.Peek(1)
	if len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return false, fmt.Errorf("%s is empty", l.name)
		}
		return false, fmt.Errorf("%s: %w", l.name, plain(err))
	}
	head, _ = l.lines.Peek(l.lines.Buffered())
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	return bytes.Contains(head, []byte(`"id":`)) || bytes.Contains(head, []byte(`"id" :`)) || bytes.Contains(head, []byte(`"last_generated_id"`)), nil
}

// lineKind is the kind of a line.
type lineKind uint8

const (
	entryLine lineKind = iota
	streamLine
	groupLine
	pendingLine
	decodedLine
)

// kindOf returns the kind of a line, by the first key that only one kind has. Text inside values doesn't matter.
func kindOf(text string) lineKind {
	switch model.FirstKey(text, "fields", "exported", "last_delivered_id", "consumer", "event_id") {
	case "exported":
		return streamLine
	case "consumer":
		return pendingLine
	case "last_delivered_id":
		return groupLine
	case "event_id":
		return decodedLine
	default: // an entry; if it isn't one, the error should say what an entry looks like
		return entryLine
	}
}

// batch is a run of lines of one kind; a batch of figures or of a group is a single line.
type batch struct {
	kind    lineKind
	entries []model.Entry
	at      []int // the line of each, or of each pending row
	stream  streamMark
	group   groupMark
	pending []PendingRow

	broken []error
	lines  int   // the number of lines, including broken ones
	line   int   // the last of them
	offset int64 // bytes read from the file
	err    error // why there are no more; io.EOF at the end
}

// read reads batches until there are no more, or without goOn until the first broken line, and closes the channel.
func (l *Lines) read(ctx context.Context, first int, goOn bool, batches chan<- *batch) {
	defer close(batches)
	line := 0
	for {
		b := l.batch(&line, first, goOn)
		select {
		case batches <- b:
		case <-ctx.Done():
			return
		}
		if b.err != nil {
			return
		}
	}
}

// batch reads the next batch after a line.
func (l *Lines) batch(line *int, first int, goOn bool) *batch {
	b := &batch{}
	l.fill(b, line, first, goOn)
	b.line, b.offset, l.usual = *line, l.passed.n, len(b.entries)
	return b
}

// let stops a reader. It waits for a reader of a file on disk, because the file will be closed. A reader that waits for somebody
// to write ends only when there is something to read.
func (l *Lines) let(stop context.CancelFunc, batches <-chan *batch) {
	stop()
	if l.ready != nil {
		return
	}
	for range batches { // until it is closed
	}
}

// fill fills one batch.
func (l *Lines) fill(b *batch, line *int, first int, goOn bool) {
	for size := 0; b.lines < batchEntries && size < batchBytes; {
		if b.lines > 0 && !l.hasLine() {
			return // the lines read so far go out
		}
		read, err := l.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("%s, line %d: %w", l.name, *line+1, plain(err))
			}
			if errors.Is(err, errLongLine) && goOn {
				*line++
				b.lines++
				b.broken = append(b.broken, err)
				continue
			}
			b.err = err
			return
		}
		text, kind := "", entryLine
		entry, plain := model.PlainEntryLine(read, l.stream)
		if !plain {
			text = string(read)
			kind = kindOf(text)
		}
		if len(read) > 0 && b.lines > 0 && kind != b.kind {
			l.back = bytes.Clone(read)
			return
		}
		*line++
		if *line < first || len(read) == 0 {
			continue
		}
		size += len(read)
		b.kind = kind
		b.lines++
		if plain {
			if b.entries == nil {
				b.entries, b.at = make([]model.Entry, 0, l.usual), make([]int, 0, l.usual)
			}
			b.entries, b.at, l.stream = append(b.entries, entry), append(b.at, *line), entry.Stream
			continue
		}
		if err := b.take(text, *line, l.needIDs); err != nil {
			err = fmt.Errorf("%s, line %d: %w", l.name, *line, err)
			if !goOn {
				b.err = err
				b.lines--
				*line-- // it isn't processed
				return
			}
			b.broken = append(b.broken, err)
		}
		if kind == streamLine || kind == groupLine {
			return
		}
	}
}

// next returns the next line without its newline. It is valid until the next call.
func (l *Lines) next() ([]byte, error) {
	if len(l.back) > 0 {
		line := l.back
		l.back = nil
		return line, nil
	}
	var long []byte
	for {
		part, err := l.lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if long = append(long, part...); len(long) > longestLine {
				return nil, errors.Join(l.skipLine(), errLongLine)
			}
			continue
		case errors.Is(err, io.EOF) && len(part)+len(long) > 0: // the last line has no end
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errors.New("the compressed file is cut off")
		case err != nil:
			return nil, err
		}
		if len(long)+len(part) > longestLine {
			return nil, errLongLine
		}
		if long == nil {
			return l.trim(part), nil
		}
		return l.trim(append(long, part...)), nil
	}
}

// errLongLine is the error for a line over the limit; the lines after it can be read.
var errLongLine = fmt.Errorf("longer than %d MiB", longestLine>>20)

// skipLine skips the rest of a line. The end of the file is not an error: the next read finds it.
func (l *Lines) skipLine() error {
	for {
		_, err := l.lines.ReadSlice('\n')
		if err == nil || errors.Is(err, io.EOF) {
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// trim removes white space around a line, and the byte order mark from the first line.
func (l *Lines) trim(line []byte) []byte {
	if !l.begun {
		l.begun = true
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	return bytes.TrimSpace(line)
}

// hasLine reports whether a whole line or the end can be read without waiting.
func (l *Lines) hasLine() bool {
	return len(l.back) > 0 || HasLine(l.lines, l.ready)
}

// HasLine reports whether a whole line or the end is buffered, or can be read now: ready says so for the underlying reader. With
// a nil ready, reading never waits and it returns true.
func HasLine(lines *bufio.Reader, ready func() bool) bool {
	for ready != nil {
		seen, _ := lines.Peek(lines.Buffered()) // peeking at buffered bytes can't fail
		switch {
		case bytes.IndexByte(seen, '\n') >= 0:
			return true
		case len(seen) == lines.Size(), !ready():
			return false
		}
		if _, err := lines.Peek(len(seen) + 1); err != nil {
			return true // the end, or a failure, which the next read returns
		}
	}
	return true
}

// ErrNoID is the error for a line without an ID when IDs are kept. It wraps [model.ErrLine].
var ErrNoID = fmt.Errorf(`%w: "id" is missing`, model.ErrLine)

// ErrDecoded is the error for a line that [ExportOptions].Line wrote for reading. It wraps [model.ErrLine].
var ErrDecoded = fmt.Errorf("%w: it was exported with --decoded, without the entry's bytes; export it without that to import it", model.ErrLine)

// take decodes one line into the batch.
func (b *batch) take(text string, line int, needID bool) error {
	switch b.kind {
	case streamLine:
		return strictly(text, &b.stream)
	case groupLine:
		return strictly(text, &b.group)
	case pendingLine:
		var row PendingRow
		if err := strictly(text, &row); err != nil {
			return err
		}
		b.pending, b.at = append(b.pending, row), append(b.at, line)
		return nil
	case decodedLine:
		return ErrDecoded
	default:
		e, err := model.ParseEntryLine(text)
		if err == nil && needID && e.ID.IsZero() {
			err = ErrNoID
		}
		if err != nil {
			return err
		}
		b.entries, b.at = append(b.entries, e), append(b.at, line)
		return nil
	}
}

// strictly decodes a line that isn't an entry.
func strictly(text string, into any) error {
	if err := jsontext.Unmarshal([]byte(text), into, true); err != nil {
		return fmt.Errorf("%w: %w", model.ErrLine, err)
	}
	return nil
}
