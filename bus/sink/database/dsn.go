package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// DefaultDSN is a file in the directory the program was started in.
const DefaultDSN = "sqlite:workflow_updates.db"

// openStore opens the database that a DSN names: sqlite:FILE, or an address of PostgreSQL.
func openStore(ctx context.Context, dsn string, connections int) (store, error) {
	if path, ok := cutSQLite(dsn); ok {
		if err := checkFile(path); err != nil {
			return nil, err
		}
		return asStore(openSQLite(ctx, path))
	}
	switch {
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return asStore(openPostgres(ctx, dsn, connections))
	case dsn == "":
		return nil, errors.New("it is empty; " + dsnForms)
	default:
		// The text itself isn't shown: in any form it may hold a password.
		return nil, errors.New("it names no database that can be written to; " + dsnForms)
	}
}

// cutSQLite returns the file of a SQLite DSN.
func cutSQLite(dsn string) (path string, ok bool) {
	path, ok = strings.CutPrefix(dsn, "sqlite:")
	return strings.TrimPrefix(path, "//"), ok
}

const dsnForms = `write "sqlite:FILE" or "postgres://USER@HOST:5432/DATABASE"`

// asStore keeps a nil pointer from becoming a store that isn't nil.
func asStore[S store](s S, err error) (store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// checkFile explains SQLite's "unable to open database file".
func checkFile(path string) error {
	path, _, _ = strings.Cut(path, "?")
	if path == "" {
		return errors.New(`it names no file; write it after "sqlite:", such as "` + DefaultDSN + `"`)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory; name a file in it", path)
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no directory %s; create it, or name another file", dir)
	case err != nil:
		return fmt.Errorf("look at %s: %w", dir, err)
	case !info.IsDir():
		return fmt.Errorf("%s is no directory; name another file", dir)
	}
	return nil
}
