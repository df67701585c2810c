package database

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// backend runs a transaction that does nothing, and returns the number of the server's process for its connection.
func backend(t *testing.T, s *postgresStore) (pid string) {
	t.Helper()
	must(t, transaction(t.Context(), s.db, func(c *connection) error {
		rows, err := c.ask(t.Context(), `SELECT pg_backend_pid()`)
		if err == nil {
			pid = string(rows[0][0])
		}
		return err
	}))
	return pid
}

func openOne(t *testing.T, dsn string) *postgresStore {
	t.Helper()
	s, err := openPostgres(t.Context(), dsn, 0)
	must(t, err)
	t.Cleanup(func() { must(t, s.close()) })
	return s
}

func TestAConnectionIsUsedAgainAndReplacedWhenItHasEnded(t *testing.T) {
	dsn := freshPostgres(t)
	s := openOne(t, dsn)
	first := backend(t, s)
	refused := errors.New("not this one")
	if err := transaction(t.Context(), s.db, func(*connection) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	if again := backend(t, s); again != first {
		t.Error("what a step refuses costs a connection")
	}
	one[bool](t, look(t, dsn), `SELECT pg_terminate_backend(`+first+`, 10000)`)
	idleFor(t, s, askAfter)
	if again := backend(t, s); again == first {
		t.Error("the connection is used that the server has ended")
	}
}

// idleFor has the connection that is kept ready look as if it had been idle for so long.
func idleFor(t *testing.T, s *postgresStore, d time.Duration) {
	t.Helper()
	conn, err := s.db.Conn(t.Context())
	must(t, err)
	var kept *connection
	must(t, conn.Raw(func(raw any) error {
		kept, _ = raw.(*connection)
		return nil
	}))
	must(t, conn.Close())
	kept.used = kept.used.Add(-d)
}

func TestAStatementEndsWithItsContextAndTheNextHasAConnection(t *testing.T) {
	s := openOne(t, freshPostgres(t))
	first := backend(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	err := transaction(ctx, s.db, func(c *connection) error {
		cancel()
		return c.do(ctx, `SELECT pg_sleep(60)`)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if again := backend(t, s); again == first {
		t.Error("a connection in the middle of a transaction is used again")
	}
}

func TestACommitOfAFailedTransactionIsAnError(t *testing.T) {
	s := openOne(t, freshPostgres(t))
	err := transaction(t.Context(), s.db, func(c *connection) error {
		_ = c.do(t.Context(), `SELECT 1/0`) // a step that keeps its error to itself
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "ROLLBACK") {
		t.Errorf("got %v", err)
	}
}

func TestThePoolsSettingsArentSentToTheServer(t *testing.T) {
	dsn := freshPostgres(t)
	s := openOne(t, dsn+"&pool_max_conns=3&pool_max_conn_lifetime=1m&pool_min_conns=1&statement_cache_capacity=9&search_path=pg_temp")
	must(t, transaction(t.Context(), s.db, func(c *connection) error {
		rows, err := c.ask(t.Context(), `SELECT current_setting('search_path') || ' ' || current_setting('application_name')`)
		if err == nil && string(rows[0][0]) != "pg_temp streamdesk" {
			t.Errorf("the server was told %s", rows[0][0])
		}
		return err
	}))
	for _, wrong := range []string{"pool_max_conn_idle_time=soon", "default_query_exec_mode=never"} {
		_, err := openPool(dsn+"&"+wrong, 1)
		name, _, _ := strings.Cut(wrong, "=")
		if _, ok := errors.AsType[*pgconn.ParseConfigError](err); !ok || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", wrong, err)
		}
	}
}
