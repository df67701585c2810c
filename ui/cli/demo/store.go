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
	// writers is how many processes of db_writers a team might run.
	writers = 3
	// rows bounds the demo's database, which may lie in memory as every temporary file.
	rows = 100_000
)

// rules are what the demo's database has beside the tables of db_writers, as a team's own would: a table of costs,
// which can't hold a gas estimate that is no 64-bit integer, so that the database refuses the poison event; and an end to
// old rows.
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

// openWriters opens db_writers on a SQLite file in dir. What the file refuses is tried again for a while, so that it can
// be watched.
func openWriters(ctx context.Context, dir string, setup sink.Setup, rate float64) (services []sink.Service, err error) {
	// Nobody wants the file back after a power cut, and three caches at once are to be small.
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
