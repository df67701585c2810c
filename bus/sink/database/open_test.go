package database

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/bus/sink"
)

func TestANewerSchemaIsRefused(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			open(t, dsn)
			execute(t, look(t, dsn), `INSERT INTO streamdesk_schema VALUES (99, 'of tomorrow', 'then')`)
			_, err := Open(t.Context(), sink.Setup{}, Options{DSN: dsn})
			if !errors.Is(err, ErrNewerSchema) || !strings.Contains(err.Error(), "version 99") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatIsWrongWithADSNIsSaid(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	must(t, os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), 0o600))
	for dsn, want := range map[string]string{
		"mysql://me:secret@host/db": "it names no database",
		"workflow_updates.db":       `write "sqlite:FILE"`,
		"sqlite:":                   "it names no file",
		"sqlite:" + dir:             "is a directory",
		"sqlite:" + filepath.Join(dir, "none", "x.db"):             "there is no directory",
		"sqlite:" + filepath.Join(text, "x.db"):                    "",
		"sqlite:" + text:                                           "not a database",
		"postgres://me:secret@127.0.0.1:notaport/db":               "port",
		"postgres://me:secret@127.0.0.1:1/db":                      "refused",
		"postgres://me:secret@127.0.0.1:1/db?sslmode=nevermind":    "sslmode",
		"postgres://me:secret@127.0.0.1:1/db?connect_timeout=soon": "connect_timeout",
	} {
		_, err := Open(t.Context(), sink.Setup{}, Options{DSN: dsn})
		if err == nil {
			t.Errorf("%s is taken", dsn)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v", dsn, err)
		}
	}
}
