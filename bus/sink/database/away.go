package database

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// postgresAway are the classes of PostgreSQL error codes that concern the server and not the statement: the connection, its
// resources, and an operator who starts or stops it.
var postgresAway = [...]string{"08", "53", "57"}

// away reports whether an error of opening a database may pass without a change of settings: the database isn't reachable, is
// starting, or is locked for longer than an attempt takes.
func away(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	if failure, ok := errors.AsType[*sqlite.Error](err); ok {
		switch failure.Code() & sqlitePrimary {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
			return true
		}
		return false
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		for _, class := range postgresAway {
			if strings.HasPrefix(refused.Code, class) {
				return true
			}
		}
		return false
	}
	_, network := errors.AsType[*net.OpError](err)
	_, unnamed := errors.AsType[*net.DNSError](err)
	return network || unnamed
}
