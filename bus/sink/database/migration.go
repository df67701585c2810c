package database

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"streamdesk/model/sorting"
)

//go:embed migrations
var migrationFiles embed.FS

// migration is one step of the schema. It never changes after its release: a later one corrects it.
type migration struct {
	version int
	name    string
	sql     string
}

// migrationsFor returns the steps for one kind of database in order. The file name gives version, underscore and name.
func migrationsFor(kind string) ([]migration, error) {
	dir := "migrations/" + kind
	files, err := fs.ReadDir(migrationFiles, dir)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var list []migration
	for _, file := range files {
		number, name, _ := strings.Cut(strings.TrimSuffix(file.Name(), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no version: %w", file.Name(), err)
		}
		text, err := fs.ReadFile(migrationFiles, dir+"/"+file.Name())
		if err != nil {
			return nil, fmt.Errorf("read the migrations: %w", err)
		}
		list = append(list, migration{version, name, string(text)})
	}
	sorting.By(list, func(a, b *migration) int { return cmp.Compare(a.version, b.version) })
	return list, nil
}

// ErrNewerSchema means that a later streamdesk has changed the database's schema.
var ErrNewerSchema = errors.New("the database's schema is newer than this program")

// pending returns the steps that a database at the given version lacks.
func pending(list []migration, version int) ([]migration, error) {
	newest := list[len(list)-1].version
	if version > newest {
		return nil, fmt.Errorf("%w: it is at version %d, and this streamdesk knows versions up to %d; start the newer streamdesk, or use another database",
			ErrNewerSchema, version, newest)
	}
	at := slices.IndexFunc(list, func(m migration) bool { return m.version > version })
	if at < 0 {
		return nil, nil
	}
	return list[at:], nil
}

// The table that records which steps were applied.
const (
	createSchemaTable = `CREATE TABLE IF NOT EXISTS streamdesk_schema (
	version integer PRIMARY KEY, name text NOT NULL, applied_at text NOT NULL)`
	readSchemaVersion = `SELECT coalesce(max(version), 0) FROM streamdesk_schema`
)
