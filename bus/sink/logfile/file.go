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

// file is a log file with rotation. It manages the file itself, without a library that hides it: the file has to be synced
// before an ack, cut back to its last whole line after a partial write, and locked against a second process.
type file struct {
	path    string
	maxSize int64
	every   time.Duration
	keep    int
	fsync   bool
	now     func() time.Time

	f       *os.File // nil when it isn't open
	opened  os.FileInfo
	size    int64 // of whole lines
	regular bool  // false for a device or a pipe, which has no size
	last    time.Time
}

// Modes of created files and directories: events may be confidential.
const (
	dirMode  = 0o750
	fileMode = 0o640
)

// open opens the file if it isn't open, and cuts off a line that a crash has left unfinished.
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

// take locks an opened file and cuts off an unfinished line.
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

// tailPage is how many bytes of the end of a file are read at a time to find its last line break.
const tailPage = 64 << 10

// wholeLines returns the size of a file up to and including its last line break.
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

// Write appends whole lines, after a rotation when one is due. Lines written to a file that was removed meanwhile would be
// lost: they are written again, to a new file.
func (l *file) Write(lines []byte) error {
	for {
		err := l.append(lines)
		if err != nil || !removed(l.f) {
			return err
		}
	}
}

// append writes lines to the file now at the path.
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

// closeWhenMoved closes the file when its path leads to another file or none, because it was removed or rotated.
func (l *file) closeWhenMoved() error {
	if l.f == nil {
		return nil
	}
	if now, err := os.Stat(l.path); err == nil && os.SameFile(now, l.opened) {
		return nil
	}
	return l.Close()
}

// sync flushes the file to the disk; a device or a pipe has none.
func (l *file) sync() error {
	err := l.f.Sync()
	if !l.regular && errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

// giveUp removes what a failed write has left and closes the file. After a failed fsync the system may call pages clean that
// never reached the disk, and the next write must find a new mount or file at the path.
func (l *file) giveUp() {
	if l.regular {
		_ = l.f.Truncate(l.size) // if it fails, the next open does it
	}
	_ = l.f.Close() // the write that matters has failed already
	l.f = nil
}

// Reopen closes the file; the next write opens it again.
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
