package recording

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrCorrupt means that the file isn't a whole database any more: a disk failed, or something else wrote to it.
var ErrCorrupt = errors.New("the recording is damaged: move the file away to begin a new one; 'sqlite3 FILE .recover' saves what can be read")

// primaryCode is the part of an SQLite result code that says what failed; the rest says where.
const primaryCode = 0xff

// mend returns an error that says how to go on, if the file is the cause.
func mend(err error) error {
	var failed *sqlite.Error
	if !errors.As(err, &failed) {
		return err
	}
	switch failed.Code() & primaryCode {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w)", ErrCorrupt, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk of the recording is full: make room, or record elsewhere (%w)", err)
	default:
		return err
	}
}
