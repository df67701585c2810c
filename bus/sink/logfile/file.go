package logfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// file is a log file that is rotated. It keeps the file to itself, rather than a library that hides it, because it has to
// be synced before an ack, cut back to its last whole line after a write that failed half way, and locked against a
// second process.
type file struct {
	path    string
	maxSize int64
	every   time.Duration
	keep    int
	fsync   bool
	now     func() time.Time

	f       *os.File // nil when it has to be opened
	opened  os.FileInfo
	size    int64 // of whole lines
	regular bool  // false for a device or a pipe, which has no size
	last    time.Time
}

// Modes of what is created: events may hold what isn't everybody's.
const (
	dirMode  = 0o750
	fileMode = 0o640
)

// open opens the file, unless it is open, and cuts off a line that a crash has left unfinished.
func (l *file) open() error {
	if l.f != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(l.path), dirMode); err != nil {
		return fmt.Errorf("the log's directory can't be created: %w", err)
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, fileMode)
	if err != nil {
		return fmt.Errorf("the log can't be opened: %w", err)
	}
	if err := l.take(f); err != nil {
		return errors.Join(err, f.Close())
	}
	l.f = f
	return nil
}

// take looks at a file that was opened.
func (l *file) take(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("the log can't be looked at: %w", err)
	}
	l.opened = info
	l.regular, l.size, l.last = info.Mode().IsRegular(), info.Size(), info.ModTime()
	if !l.regular {
		return nil
	}
	if err := lock(f); err != nil {
		return fmt.Errorf("%s is another process's log (give each its own, with {consumer} in the name): %w", l.path, err)
	}
	whole, err := wholeLines(f, l.size)
	if err == nil && whole < l.size {
		err = f.Truncate(whole)
	}
	if err != nil {
		return fmt.Errorf("the end of the log can't be mended: %w", err)
	}
	l.size = whole
	return nil
}

// tailPage is how much of the end of a file is read at a time to find its last line break.
const tailPage = 64 << 10

// wholeLines is the size of a file up to and with its last line break.
func wholeLines(f io.ReaderAt, size int64) (int64, error) {
	page := make([]byte, tailPage)
	for end := size; end > 0; {
		start := max(end-tailPage, 0)
		part := page[:end-start]
		if _, err := f.ReadAt(part, start); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// Write appends whole lines, after rotating when it is time to. Lines in a file that was removed meanwhile would be gone with
// it: they are written again, to a new one.
func (l *file) Write(lines []byte) error {
	for {
		err := l.append(lines)
		if err != nil || !removed(l.f) {
			return err
		}
	}
}

// append writes lines to the file that stands under the path now.
func (l *file) append(lines []byte) error {
	if err := l.closeWhenMoved(); err != nil {
		return err
	}
	if err := l.open(); err != nil {
		return err
	}
	if err := l.rotateWhenDue(int64(len(lines))); err != nil {
		return err
	}
	_, err := l.f.Write(lines)
	if err == nil && l.fsync {
		err = l.sync()
	}
	if err != nil {
		l.giveUp()
		return fmt.Errorf("the log can't be written: %w", err)
	}
	l.size += int64(len(lines))
	l.last = l.now()
	return nil
}

// closeWhenMoved closes the file when another or none stands under its path: somebody has removed or rotated it.
func (l *file) closeWhenMoved() error {
	if l.f == nil {
		return nil
	}
	if now, err := os.Stat(l.path); err == nil && os.SameFile(now, l.opened) {
		return nil
	}
	return l.Close()
}

// sync has what was written on the disk; a device or a pipe has none.
func (l *file) sync() error {
	err := l.f.Sync()
	if !l.regular && errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

// giveUp takes back what a failed write has left, and closes the file: after a failed fsync the system may call pages
// clean that never reached the disk, and the next write is to find a new mount or file that somebody has put there.
func (l *file) giveUp() {
	if l.regular {
		_ = l.f.Truncate(l.size) // else the next open does it
	}
	_ = l.f.Close() // what counted has failed already
	l.f = nil
}

// Reopen closes the file; the next write opens it.
func (l *file) Reopen() error { return l.Close() }

// Close closes the file.
func (l *file) Close() error {
	if l.f == nil {
		return nil
	}
	f := l.f
	l.f = nil
	if err := f.Close(); err != nil {
		return fmt.Errorf("the log can't be closed: %w", err)
	}
	return nil
}
