package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"streamdesk/bus/simulate"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database"
)

const (
	// writers is the number of db_writers processes, as a team might run.
	writers = 3
	// rows is the max number of rows in the demo's database, which may be in memory like every temporary file.
	rows = 100_000
)

// rules are what the demo's database has in addition to the tables of db_writers, as a team's own would. A table of
// costs can't hold a gas estimate that is no 64-bit integer, so that the database refuses the poison event. A trigger
// deletes old rows.
const rules = `
CREATE TABLE deployment_costs (
    entry_id     TEXT PRIMARY KEY,
    gas_estimate INTEGER NOT NULL
) STRICT;
CREATE TRIGGER note_costs AFTER INSERT ON workflow_updates WHEN NEW.type = 'deployment.started' BEGIN
    INSERT INTO deployment_costs VALUES (NEW.entry_id, json_extract(NEW.data, '$.gas_estimate'));
END;
CREATE TRIGGER forget_the_old AFTER INSERT ON workflow_updates BEGIN
    DELETE FROM workflow_updates WHERE stream = NEW.stream
        AND entry_id < CAST(CAST(NEW.entry_id AS INTEGER) - %d AS TEXT);
END;`

// openWriters opens db_writers on a SQLite file in dir. Events that the database refuses are retried for a while, so
// that this can be watched.
func openWriters(ctx context.Context, dir string, setup sink.Setup, rate float64) (services []sink.Service, err error) {
	// The file needn't survive a power cut, and three caches must stay small.
	dsn := "sqlite:" + filepath.Join(dir, "workflow_updates.db") + "?_pragma=synchronous(OFF)&_pragma=cache_size(-1000)"
	setup.Group, setup.MaxDeliver = sink.DBWriters, simulate.MaxDeliver
	for n := range writers {
		setup.Consumer = fmt.Sprintf("worker-%d", n+1)
		w, err := database.Open(ctx, setup, database.Options{DSN: dsn, RetryRefused: true})
		if err != nil {
			return services, err
		}
		services = append(services, w)
	}
	return services, addRules(ctx, filepath.Join(dir, "workflow_updates.db"), rate)
}

func addRules(ctx context.Context, path string, rate float64) (err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	kept := time.Duration(rows / rate * float64(time.Second))
	_, err = db.ExecContext(ctx, fmt.Sprintf(rules, kept.Milliseconds()))
	return err
}
