package database

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// postgresConnect is the timeout of a connection attempt; connect_timeout in the DSN overrides it.
	postgresConnect = 5 * time.Second
	// postgresLifetime is when a connection is replaced, so that a server that was added behind an address gets its share.
	postgresLifetime = time.Hour
	// postgresIdle is when a connection that isn't needed is closed.
	postgresIdle = 30 * time.Minute
)

// openPool makes a pool of max so many connections to the server of a DSN, and doesn't connect. Beside what libpq takes, a DSN
// may have the settings of pgx: pool_max_conn_lifetime, pool_max_conn_idle_time and default_query_exec_mode; its others have no
// effect.
func openPool(dsn string, connections int) (*sql.DB, error) {
	config, err := pgconn.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, postgresConnect)
	config.RuntimeParams["application_name"] = cmp.Or(config.RuntimeParams["application_name"], "streamdesk")
	lifetime, idle, prepare := postgresLifetime, postgresIdle, true
	for name, text := range config.RuntimeParams {
		switch name {
		case "pool_max_conn_lifetime":
			lifetime, err = time.ParseDuration(text)
		case "pool_max_conn_idle_time":
			idle, err = time.ParseDuration(text)
		case "default_query_exec_mode":
			prepare, err = prepares(text)
		case "pool_max_conns", "pool_min_conns", "pool_min_idle_conns", "pool_health_check_period", "pool_max_conn_lifetime_jitter",
			"pool_ping_timeout", "statement_cache_capacity", "description_cache_capacity":
		default:
			continue
		}
		if err != nil {
			return nil, pgconn.NewParseConfigError(dsn, "invalid "+name, err)
		}
		delete(config.RuntimeParams, name) // the server would refuse it
	}
	db := sql.OpenDB(&connector{config, prepare})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxLifetime(lifetime)
	db.SetConnMaxIdleTime(idle)
	return db, nil
}

// prepares reports whether statements are prepared in one of pgx's modes.
func prepares(mode string) (bool, error) {
	switch mode {
	case "cache_statement":
		return true, nil
	case "cache_describe", "describe_exec", "exec", "simple_protocol":
		return false, nil
	default:
		return false, errors.New("write cache_statement, or exec for a pooler that gives each transaction another connection")
	}
}

// connector makes the connections.
type connector struct {
	config  *pgconn.Config
	prepare bool
}

// Connect makes one.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	pg, err := pgconn.ConnectConfig(ctx, c.config)
	if err != nil {
		return nil, err
	}
	return &connection{pg: pg, prepare: c.prepare}, nil
}

// Driver returns nil: there is only the connector.
func (*connector) Driver() driver.Driver { return nil }
