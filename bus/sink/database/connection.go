package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// closeTime is how long a server may take to be told that a connection ends.
	closeTime = 5 * time.Second
	// askAfter is how long a connection may lie idle and still be used without asking whether it lives.
	askAfter = time.Second
	// outsideTransaction is the server's status of a connection that is in no transaction.
	outsideTransaction = 'I'
)

// connection is one to a PostgreSQL server. To database/sql it is a driver's, only to be kept ready, and replaced when it is
// broken or old: pgx's own pool brings a second type system along. Statements go past it, to pg.
type connection struct {
	pg   *pgconn.PgConn
	used time.Time // when it was given back
	// prepare says that statements are planned once a connection. A pooler before the server may not allow it, which gives each
	// transaction another connection.
	prepare  bool
	prepared []string // their names
}

var (
	_ driver.Conn            = (*connection)(nil)
	_ driver.Pinger          = (*connection)(nil)
	_ driver.Validator       = (*connection)(nil)
	_ driver.SessionResetter = (*connection)(nil)
)

// IsValid reports whether the connection, which is given back, may be used again.
func (c *connection) IsValid() bool {
	c.used = time.Now()
	return !c.pg.IsClosed() && !c.pg.IsBusy() && c.pg.TxStatus() == outsideTransaction
}

// ResetSession returns driver.ErrBadConn when the connection, which is about to be used, no longer lives.
func (c *connection) ResetSession(ctx context.Context) error {
	if time.Since(c.used) > askAfter && c.pg.Ping(ctx) != nil {
		return driver.ErrBadConn
	}
	return nil
}

// Ping returns an error when the server doesn't answer.
func (c *connection) Ping(ctx context.Context) error { return c.pg.Ping(ctx) }

// Close ends the connection.
func (c *connection) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	return c.pg.Close(ctx)
}

// Prepare isn't supported.
func (*connection) Prepare(string) (driver.Stmt, error) { return nil, errors.ErrUnsupported }

// Begin isn't supported.
func (*connection) Begin() (driver.Tx, error) { return nil, errors.ErrUnsupported }

// transaction runs steps in a transaction, and commits it unless they fail.
func transaction(ctx context.Context, db *sql.DB, steps func(c *connection) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it gives the connection back; IsValid says whether it is of use still
	return conn.Raw(func(raw any) error {
		c, ok := raw.(*connection)
		if !ok {
			return fmt.Errorf("%T is no connection to PostgreSQL", raw)
		}
		if err := c.do(ctx, `BEGIN`); err != nil {
			return err
		}
		if err := steps(c); err != nil {
			_ = c.do(ctx, `ROLLBACK`) // a connection that is still in a transaction isn't valid
			return err
		}
		return c.commit(ctx)
	})
}

func (c *connection) commit(ctx context.Context) error {
	results, err := c.pg.Exec(ctx, `COMMIT`).ReadAll()
	if err != nil {
		return err
	}
	if done := results[0].CommandTag.String(); done != `COMMIT` {
		return errors.New("the server answered the COMMIT with " + done)
	}
	return nil
}

// do runs statements without parameters.
func (c *connection) do(ctx context.Context, statements string) error {
	return c.pg.Exec(ctx, statements).Close()
}

// ask runs one statement with parameters as text, and returns what it answers as text.
func (c *connection) ask(ctx context.Context, statement string, parameters ...string) ([][][]byte, error) {
	values := make([][]byte, len(parameters))
	for i, p := range parameters {
		values[i] = []byte(p)
	}
	answer := c.pg.ExecParams(ctx, statement, values, nil, nil, nil).Read()
	return answer.Rows, answer.Err
}

// run runs a statement whose parameters are arrays; name is the one to prepare it under.
func (c *connection) run(ctx context.Context, name, statement string, a *arrays) error {
	if !c.prepare {
		return ended(c.pg.ExecParams(ctx, statement, a.values(), a.types, a.formats(), nil))
	}
	if !slices.Contains(c.prepared, name) {
		if _, err := c.pg.Prepare(ctx, name, statement, a.types); err != nil {
			return err
		}
		c.prepared = append(c.prepared, name)
	}
	return ended(c.pg.ExecPrepared(ctx, name, a.values(), a.formats(), nil))
}

func ended(r *pgconn.ResultReader) error {
	_, err := r.Close()
	return err
}
