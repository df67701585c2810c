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

// buffered is the number of bytes written at once.
const buffered = 256 << 10

// Output is where an export goes.
type Output struct {
	// Name is its name in errors.
	Name string
	// To receives the lines.
	To io.Writer
	// File is the file behind To; nil when there is no file to close. It is closed when the export ends. A regular file is then
	// synced to disk; after a failure it is cut off after its last whole line.
	File *os.File
	// Gzip compresses the output.
	Gzip bool
}

// file is an output that tracks which entries have been written completely.
type file struct {
	Output
	to  io.Writer // receives the lines, and compresses them with Gzip
	zip *gzip.Writer

	buffer []byte
	ends   []int       // where in the buffer each entry's line ends
	keys   []model.Key // and which entry that is

	entries int64     // written completely
	last    model.Key // the last of them
	written int64     // bytes written
	whole   int64     // of them, up to the end of the last whole line
	broken  bool      // writing has failed; nothing more is written
}

func newFile(o Output) *file {
	f := &file{Output: o, to: o.To}
	if o.Gzip {
		f.zip, _ = gzip.NewWriterLevel(o.To, gzip.BestSpeed) // a valid level
		f.to = f.zip
	}
	return f
}

// cutOff reports whether the compressed output lacks its end.
func (f *file) cutOff() bool { return f.zip != nil && f.broken }

// entry adds the line of an entry: the given one, or when nil, its default line.
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

// mark adds a line that isn't an entry.
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
	if lines := sort.SearchInts(f.ends, n+1); lines > 0 { // the number of entries that end within the written bytes
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

// plain returns a file error without the operation and the name, which the message already contains.
func plain(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// close writes the rest of the buffer, syncs the file to disk and closes it. After a failure it cuts off an incomplete last line,
// so that the file can be read. It returns the first failure, including the one passed in.
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
		_ = f.File.Truncate(f.whole) // if this fails, the result still names the last whole entry
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
