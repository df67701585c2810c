package cli

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
)

// exportBuffer is how much is written in one go.
const exportBuffer = 256 << 10

// exportFile is where an export goes. It knows at any time which entries have gone there whole.
type exportFile struct {
	name   string
	to     io.Writer
	file   *os.File // nil for stdout
	zip    *gzip.Writer
	packed bool

	buffer []byte
	ends   []int       // where in the buffer each entry's line ends
	keys   []model.Key // and which entry it is

	entries int64     // that have gone out whole
	last    model.Key // the last of them
	written int64     // bytes that have gone out
	whole   int64     // of them, up to the end of the last whole line
	broken  bool      // writing has failed, and more of it makes no sense
}

// createExport makes the file, which must not exist yet unless it is a device or a pipe; stdout when there is no name.
func (p *program) createExport(name string, packed bool) (*exportFile, error) {
	f := &exportFile{name: "stdout", to: p.data(), packed: packed}
	if name != "" {
		file, to, err := p.createOutput(name, func() (*os.File, error) { return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) })
		if errors.Is(err, os.ErrExist) {
			info, statErr := os.Stat(name)
			if statErr == nil && info.Mode().IsRegular() {
				return nil, fmt.Errorf("--file: %s is there already: name another, or delete it", name)
			}
			file, to, err = p.createOutput(name, func() (*os.File, error) { return os.OpenFile(name, os.O_WRONLY, 0) })
		}
		if err != nil {
			return nil, fmt.Errorf("--file: %w", err)
		}
		f.name, f.file, f.to = name, file, to
	}
	if packed {
		f.zip, _ = gzip.NewWriterLevel(f.to, gzip.BestSpeed) // a level that there is
		f.to = f.zip
	}
	return f, nil
}

// entry adds the line of an entry.
func (f *exportFile) entry(e *model.Entry) error {
	f.buffer = append(e.AppendLine(f.buffer), '\n')
	f.ends, f.keys = append(f.ends, len(f.buffer)), append(f.keys, e.Key())
	if len(f.buffer) < exportBuffer {
		return nil
	}
	return f.flush()
}

// mark adds a line that is no entry.
func (f *exportFile) mark(v any) error {
	var line bytes.Buffer
	if err := appendLine(&line, v); err != nil {
		return err
	}
	f.buffer = append(f.buffer, line.Bytes()...)
	if len(f.buffer) < exportBuffer {
		return nil
	}
	return f.flush()
}

func (f *exportFile) flush() error {
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
		return fmt.Errorf("%s: %w", f.name, plainPathError(err))
	}
	return nil
}

// plainPathError is an error of a file without the operation and the name, which are told already.
func plainPathError(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// close writes what is left, sees to it that it is on the disk, and closes the file. After a failure it cuts off a line
// that was only begun, so that what is there can be read. It returns the first failure, the one before it included.
func (f *exportFile) close(failed error) error {
	failed = errors.Join(failed, f.flush())
	if f.zip != nil {
		if err := f.zip.Close(); err != nil {
			f.broken = true // its end is missing
			failed = cmp.Or(failed, fmt.Errorf("%s: %w", f.name, plainPathError(err)))
		}
	}
	if f.file == nil {
		return failed
	}
	info, err := f.file.Stat()
	regular := err == nil && info.Mode().IsRegular()
	if failed != nil && regular && !f.packed && f.whole < f.written {
		_ = f.file.Truncate(f.whole) // otherwise the account still says which the last whole entry is
	}
	if regular && failed == nil {
		if err := f.file.Sync(); err != nil {
			failed = fmt.Errorf("%s: it may not all be on the disk: %w", f.name, plainPathError(err))
		}
	}
	if err := f.file.Close(); err != nil && failed == nil {
		failed = fmt.Errorf("%s: %w", f.name, plainPathError(err))
	}
	return failed
}
