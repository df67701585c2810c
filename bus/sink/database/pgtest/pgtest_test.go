package pgtest

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestAServerComesBackWithWhatWasCommitted(t *testing.T) {
	s := Start(t)
	dsn := s.Database(t)
	run := func(statement string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TABLE kept (n int)")
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	run("INSERT INTO kept VALUES (1)")
	for _, step := range []func() error{s.Pause, s.Resume} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	run("INSERT INTO kept VALUES (2)")
}
