package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/words"
)

const (
	// loadEntries and loadBytes bound what is sent in one go: enough that the round trip doesn't count, little enough
	// that ctrl+c is answered at once and memory stays flat.
	loadEntries = 1000
	loadBytes   = 1 << 20
	// longestLine is more than a line of any sensible entry has.
	longestLine = 64 << 20
)

// importFile is a file of lines to import.
type importFile struct {
	name   string
	file   *os.File // nil for stdin
	size   int64    // 0 when it isn't known
	live   *input   // nil where reading never waits
	passed *countingReader
	lines  *bufio.Reader
	back   string // a line that was read and put back
	begun  bool   // the first line was read
	// needIDs has an entry without an ID refused: the next of its stream would be behind the one that the server gives it.
	needIDs bool
}

// countingReader counts what was read through it.
type countingReader struct {
	from io.Reader
	n    int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += int64(n)
	return n, err
}

// openImport opens a file, or stdin when the name is "-"; one that is compressed is unpacked on the way.
func (p *program) openImport(name string) (*importFile, error) {
	f := &importFile{name: name}
	from := p.stdin("entries")
	if name == "-" {
		f.name = "stdin"
	} else {
		file, opened, err := p.openInput(name)
		if err != nil {
			return nil, err
		}
		f.file, from = file, opened
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			f.size = info.Size()
		}
	}
	f.live, _ = from.(*input)
	f.passed = &countingReader{from: from}
	f.lines = bufio.NewReaderSize(f.passed, exportBuffer)
	if magic, _ := f.lines.Peek(2); bytes.Equal(magic, []byte{0x1F, 0x8B}) {
		unpacked, err := gzip.NewReader(f.lines)
		if err != nil {
			f.close()
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		f.lines = bufio.NewReaderSize(unpacked, exportBuffer)
	}
	return f, nil
}

func (f *importFile) close() {
	if f.file != nil {
		_ = f.file.Close() // it was only read from
	}
}

func (f *importFile) sizeText() string {
	if f.size == 0 {
		return "of unknown size"
	}
	return words.Bytes(int(f.size))
}

// estimate is how many entries there are in all, when there are so many up to an offset; 0 when that isn't known.
func (f *importFile) estimate(entries, offset int64) int64 {
	if f.size == 0 || offset == 0 {
		return 0
	}
	return int64(float64(entries) / float64(offset) * float64(f.size))
}

// peekIDs says whether the first line, as far as it is in sight, has an ID.
func (f *importFile) peekIDs() (bool, error) {
	head, err := f.lines.Peek(1)
	if len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return false, fmt.Errorf("%s is empty", f.name)
		}
		return false, fmt.Errorf("%s: %w", f.name, plainPathError(err))
	}
	head, _ = f.lines.Peek(f.lines.Buffered())
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	return bytes.Contains(head, []byte(`"id":`)) || bytes.Contains(head, []byte(`"id" :`)) || bytes.Contains(head, []byte(`"last_generated_id"`)), nil
}

// lineKind is what a line holds.
type lineKind uint8

const (
	entryLine lineKind = iota
	streamLine
	groupLine
	pendingLine
)

// kindOf tells the kind by the first key that only one kind has; what stands in the texts doesn't matter.
func kindOf(text string) lineKind {
	switch model.FirstKey(text, "fields", "exported", "last_delivered_id", "consumer") {
	case "exported":
		return streamLine
	case "consumer":
		return pendingLine
	case "last_delivered_id":
		return groupLine
	default: // an entry, or none, and then the error should say what an entry looks like
		return entryLine
	}
}

// importBatch is a run of lines of one kind; of figures and groups just one.
type importBatch struct {
	kind    lineKind
	entries []model.Entry
	at      []int // the line of each, or of each pending row
	stream  streamMark
	group   groupMark
	pending []jsonPending

	broken []error
	lines  int   // how many there are, broken ones included
	line   int   // the last of them
	offset int64 // how much of the file was read
	err    error // why there is no more; io.EOF at the end
}

// read reads batches until there is no more, or the first broken line when goOn isn't set, and closes the channel.
func (f *importFile) read(ctx context.Context, first int, goOn bool, batches chan<- *importBatch) {
	defer close(batches)
	line := 0
	for {
		b := &importBatch{}
		f.fill(b, &line, first, goOn)
		b.line, b.offset = line, f.passed.n
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

// let ends a reader. One that reads a file on a disk is waited for, as the file is to be closed; one that waits for somebody
// to write ends when there is something to read.
func (f *importFile) let(stop context.CancelFunc, batches <-chan *importBatch) {
	stop()
	if f.file == nil || f.live != nil {
		return
	}
	for range batches { // until it is closed
	}
}

// fill fills one batch.
func (f *importFile) fill(b *importBatch, line *int, first int, goOn bool) {
	for size := 0; b.lines < loadEntries && size < loadBytes; {
		if b.lines > 0 && !f.hasLine() {
			return // what is there goes out
		}
		text, err := f.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("%s, line %d: %w", f.name, *line+1, plainPathError(err))
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
		kind := kindOf(text)
		if text != "" && b.lines > 0 && kind != b.kind {
			f.back = text
			return
		}
		*line++
		if *line < first || text == "" {
			continue
		}
		size += len(text)
		b.kind = kind
		b.lines++
		if err := b.take(text, *line, f.needIDs); err != nil {
			err = fmt.Errorf("%s, line %d: %w", f.name, *line, err)
			if !goOn {
				b.err = err
				b.lines--
				*line-- // it isn't dealt with
				return
			}
			b.broken = append(b.broken, err)
		}
		if kind == streamLine || kind == groupLine {
			return
		}
	}
}

// next is the next line without its end.
func (f *importFile) next() (string, error) {
	if f.back != "" {
		text := f.back
		f.back = ""
		return text, nil
	}
	var long []byte
	for {
		part, err := f.lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if long = append(long, part...); len(long) > longestLine {
				return "", errors.Join(f.skipLine(), errLongLine)
			}
			continue
		case errors.Is(err, io.EOF) && len(part)+len(long) > 0: // the last line has no end
		case errors.Is(err, io.ErrUnexpectedEOF):
			return "", errors.New("the compressed file is cut off")
		case err != nil:
			return "", err
		}
		if len(long)+len(part) > longestLine {
			return "", errLongLine
		}
		if long == nil {
			return f.trim(part), nil
		}
		return f.trim(append(long, part...)), nil
	}
}

// errLongLine is that of a line over the limit; what comes after it can be read.
var errLongLine = fmt.Errorf("longer than %d MiB", longestLine>>20)

// skipLine passes over the rest of a line. The end of the file is no error: the next read finds it.
func (f *importFile) skipLine() error {
	for {
		_, err := f.lines.ReadSlice('\n')
		if err == nil || errors.Is(err, io.EOF) {
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// trim takes white space off a line, and off the first one the mark that some programs begin a file of UTF-8 with.
func (f *importFile) trim(line []byte) string {
	if !f.begun {
		f.begun = true
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	return strings.TrimSpace(string(line))
}

// hasLine says whether there is a whole line to read, or an end, without waiting for it.
func (f *importFile) hasLine() bool {
	return f.back != "" || hasLine(f.lines, f.live)
}

// take reads one line into the batch.
func (b *importBatch) take(text string, line int, needID bool) error {
	switch b.kind {
	case streamLine:
		return strictly(text, &b.stream)
	case groupLine:
		return strictly(text, &b.group)
	case pendingLine:
		var row jsonPending
		if err := strictly(text, &row); err != nil {
			return err
		}
		b.pending, b.at = append(b.pending, row), append(b.at, line)
		return nil
	default:
		e, err := model.ParseEntryLine(text)
		if err == nil && needID && e.ID.IsZero() {
			err = fmt.Errorf("%w: \"id\" is missing, and --keep-ids keeps them (add the file with --new-ids instead)", model.ErrLine)
		}
		if err != nil {
			return err
		}
		b.entries, b.at = append(b.entries, e), append(b.at, line)
		return nil
	}
}

// strictly reads a line that is no entry.
func strictly(text string, into any) error {
	if err := jsontext.Unmarshal([]byte(text), into, true); err != nil {
		return fmt.Errorf("%w: %w", model.ErrLine, err)
	}
	return nil
}
