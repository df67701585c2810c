package recording

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// ErrNone means that there is no recording at the path.
var ErrNone = errors.New("there is no recording")

// Create opens a recording to write to, and creates the file and its directory where they are missing. maxBytes is the max size
// of what is kept, and [DefaultMaxBytes] when it is 0. The log beside the file takes up to 4 MB more. A commit is on the disk when
// it returns, so that a crash loses only the moment that is being written.
func Create(ctx context.Context, path string, maxBytes int64) (*Store, error) {
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	if maxBytes < minBytes {
		return nil, fmt.Errorf("a recording of %d bytes is too small: allow %d or more", maxBytes, minBytes)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of the recording: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // SQLite would let everybody read it
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	s, err := open(ctx, path, "immediate", "journal_mode(WAL)", "synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	s.max = maxBytes
	if s.owner, err = newOwner(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.Close())
	}
	return s, nil
}

// Open opens a recording to read from, also while another process writes to it. The error is [ErrNone] when there is none.
func Open(ctx context.Context, path string) (*Store, error) {
	if info, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, fmt.Errorf("%w at %s", ErrNone, path)
	}
	s, err := open(ctx, path, "deferred", "query_only(1)")
	if err != nil {
		return nil, err
	}
	if err := s.known(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.Close())
	}
	return s, nil
}

// open opens a file with pragmas. lock says when a transaction takes the write lock: immediate or deferred. The pause of 5 s for another process's write is far longer than one takes.
func open(ctx context.Context, path, lock string, pragmas ...string) (*Store, error) {
	query := url.Values{"mode": {"rw"}, "_txlock": {lock}, "_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // SQLite allows one write at a time; a second connection would only wait for it
	if err := mend(db.PingContext(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w: name a recording, or a file that doesn't exist yet", path, err), db.Close())
	}
	return &Store{db: db}, nil
}
