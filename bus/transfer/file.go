package transfer

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// buffered is how much is written in one go.
const buffered = 256 << 10

// Output is where an export goes.
type Output struct {
	// Name is what errors call it.
	Name string
	// To takes the lines.
	To io.Writer
	// File is what stands behind To, and nil where an export has no end to see to. It is closed when the export ends; a
	// regular one is on the disk then, and after a failure ends with a whole line.
	File *os.File
	// Gzip compresses it.
	Gzip bool
}

// file is an output that knows at any time which entries have gone there whole.
type file struct {
	Output
	to  io.Writer // takes the lines, and compresses them where that is asked for
	zip *gzip.Writer

	buffer []byte
	ends   []int       // where in the buffer each entry's line ends
	keys   []model.Key // and which entry it is

	entries int64     // that have gone out whole
	last    model.Key // the last of them
	written int64     // bytes that have gone out
	whole   int64     // of them, up to the end of the last whole line
	broken  bool      // writing has failed, and more of it makes no sense
}

func newFile(o Output) *file {
	f := &file{Output: o, to: o.To}
	if o.Gzip {
		f.zip, _ = gzip.NewWriterLevel(o.To, gzip.BestSpeed) // a level that there is
		f.to = f.zip
	}
	return f
}

// cutOff says whether what was compressed lacks its end.
func (f *file) cutOff() bool { return f.zip != nil && f.broken }

// entry adds the line of an entry: its own, or the one given.
func (f *file) entry(e *model.Entry, line []byte) error {
	if line == nil {
		f.buffer = e.AppendLine(f.buffer)
	} else {
		f.buffer = append(f.buffer, line...)
	}
	f.buffer = append(f.buffer, '\n')
	f.ends, f.keys = append(f.ends, len(f.buffer)), append(f.keys, e.Key())
	if len(f.buffer) < buffered {
		return nil
	}
	return f.flush()
}

// mark adds a line that is no entry.
func (f *file) mark(v any) error {
	var line bytes.Buffer
	if err := jsontext.AppendLine(&line, v); err != nil {
		return err
	}
	f.buffer = append(f.buffer, line.Bytes()...)
	if len(f.buffer) < buffered {
		return nil
	}
	return f.flush()
}

func (f *file) flush() error {
	if len(f.buffer) == 0 || f.broken {
		return nil
	}
	n, err := f.to.Write(f.buffer)
	if lines := sort.SearchInts(f.ends, n+1); lines > 0 { // so many entries end within what was written
		f.entries += int64(lines)
		f.last = f.keys[lines-1]
	}
	f.whole = f.written + int64(bytes.LastIndexByte(f.buffer[:n], '\n')+1)
	f.written += int64(n)
	f.buffer, f.ends, f.keys = f.buffer[:0], f.ends[:0], f.keys[:0]
	if err != nil {
		f.broken = true
		return fmt.Errorf("%s: %w", f.Name, plain(err))
	}
	return nil
}

// plain is an error of a file without the operation and the name, which are told already.
func plain(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// close writes what is left, sees to it that it is on the disk, and closes the file. After a failure it cuts off a line
// that was only begun, so that what is there can be read. It returns the first failure, the one before it included.
func (f *file) close(failed error) error {
	failed = errors.Join(failed, f.flush())
	if f.zip != nil {
		if err := f.zip.Close(); err != nil {
			f.broken = true // its end is missing
			failed = cmp.Or(failed, fmt.Errorf("%s: %w", f.Name, plain(err)))
		}
	}
	if f.File == nil {
		return failed
	}
	info, err := f.File.Stat()
	regular := err == nil && info.Mode().IsRegular()
	if failed != nil && regular && f.zip == nil && f.whole < f.written {
		_ = f.File.Truncate(f.whole) // otherwise the account still says which the last whole entry is
	}
	if regular && failed == nil {
		if err := f.File.Sync(); err != nil {
			failed = fmt.Errorf("%s: it may not all be on the disk: %w", f.Name, plain(err))
		}
	}
	if err := f.File.Close(); err != nil && failed == nil {
		failed = fmt.Errorf("%s: %w", f.Name, plain(err))
	}
	return failed
}
