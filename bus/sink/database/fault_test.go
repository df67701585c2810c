package database

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/database/pgtest"
)

// impatient takes over soon what others have left.
func impatient(s *sink.Setup) { s.AckWait = shortWait }

// settled waits until n events are rows, and nothing is left in the group.
func settled(t *testing.T, b *bus.Bus, dsn string, n int) {
	t.Helper()
	db := look(t, dsn)
	var last string
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("at last: " + last)
		}
	})
	redistest.Eventually(t, deadline, func() bool {
		var rows int
		err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM workflow_updates`).Scan(&rows)
		pending, lag := pendingEntries(t, b)
		last = fmt.Sprintf("%d of %d rows (%v), %d entries pending, lag %d", rows, n, err, pending, lag)
		return err == nil && rows >= n && pending == 0 && lag == 0
	}, "not every event is a row and acknowledged")
	if rows := one[int](t, db, `SELECT count(*) FROM workflow_updates`); rows != n {
		t.Errorf("%d rows of %d events", rows, n)
	}
	if workflows := one[int](t, db, `SELECT count(*) FROM workflows`); workflows != 20 {
		t.Errorf("%d workflows", workflows)
	}
}

func TestKilledBetweenCommitAndAckNothingIsThereTwice(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			server := redistest.Start(t)
			b := openBus(t, server)
			publish(t, b, 300)
			dying := inRole(t, "die between commit and ack", dsnEnv+"="+dsn, redisEnv+"="+server.Addr())
			if err := dying.Run(); err == nil {
				t.Fatal("it lives")
			}
			w := open(t, dsn, impatient)
			rows := one[int](t, look(t, dsn), `SELECT count(*) FROM workflow_updates`)
			if pending, _ := pendingEntries(t, b); rows == 0 || pending < int64(rows) {
				t.Fatalf("%d rows were committed and %d entries are pending: it died elsewhere", rows, pending)
			}
			run(t, w, b)
			settled(t, b, dsn, 300)
		})
	}
}

func TestTwoProcessesAndOneKilledWriteEachEventOnce(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			server := redistest.Start(t)
			b := openBus(t, server)
			start := func() *exec.Cmd {
				cmd := inRole(t, "write", dsnEnv+"="+dsn, redisEnv+"="+server.Addr())
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				return cmd
			}
			end := func(cmd *exec.Cmd) {
				if err := cmd.Process.Kill(); err != nil {
					t.Error(err)
				}
				_ = cmd.Wait() // it was killed
			}
			first, second := start(), start()
			defer end(second)
			publish(t, b, 1000)
			redistest.Eventually(t, deadline, func() bool {
				pending, lag := pendingEntries(t, b)
				return b.Stats().Published > 0 && pending+lag < 900
			}, "nothing is consumed")
			end(first)
			publish(t, b, 500)
			settled(t, b, dsn, 1500)
		})
	}
}

func TestPostgresKilledInTheMiddleLosesNothing(t *testing.T) {
	t.Parallel()
	pg := pgtest.Start(t, pgtest.WithSetting("fsync", "on"))
	dsn := pg.Database(t)
	b := openBus(t, redistest.Start(t))
	w := open(t, dsn)
	run(t, w, b)
	publish(t, b, 200)
	settled(t, b, dsn, 200)
	must(t, pg.Kill())
	publish(t, b, 200)
	redistest.Eventually(t, deadline, func() bool { return w.Health() != nil }, "it is well without a database")
	redistest.Eventually(t, deadline, func() bool {
		pending, _ := pendingEntries(t, b)
		return pending == 200
	}, "the events aren't pending")
	must(t, pg.Start())
	settled(t, b, dsn, 400)
	if err := w.Health(); err != nil {
		t.Error(err)
	}
	if n := b.Stats().DeadLettered; n > 0 {
		t.Errorf("%d events were given up", n)
	}
}

func TestPostgresThatHangsIsAnOutageToo(t *testing.T) {
	t.Parallel()
	pg := pgtest.Start(t)
	dsn := pg.Database(t)
	b := openBus(t, redistest.Start(t))
	w := open(t, dsn)
	w.patience = time.Second
	run(t, w, b)
	publish(t, b, 100)
	settled(t, b, dsn, 100)
	must(t, pg.Pause())
	publish(t, b, 100)
	redistest.Eventually(t, deadline, func() bool { return w.Health() != nil }, "it is well with a database that hangs")
	must(t, pg.Resume())
	settled(t, b, dsn, 200)
}

func TestALockedOrFullSQLiteIsAnOutage(t *testing.T) {
	t.Parallel()
	dsn := freshSQLite(t)
	db := look(t, dsn)
	db.SetMaxOpenConns(1)
	b := openBus(t, redistest.Start(t))
	w := open(t, dsn+"?_pragma=busy_timeout(10)&_pragma=max_page_count(60)")
	run(t, w, b)

	execute(t, db, `BEGIN IMMEDIATE`)
	publish(t, b, 100)
	redistest.Eventually(t, deadline, func() bool { return w.Health() != nil }, "it is well with a locked database")
	execute(t, db, `ROLLBACK`)
	settled(t, b, dsn, 100)

	execute(t, db, `CREATE TABLE ballast AS SELECT zeroblob(200000)`)
	publish(t, b, 100)
	redistest.Eventually(t, deadline, func() bool { return w.Health() != nil }, "it is well with a full disk")
	execute(t, db, `DROP TABLE ballast`)
	settled(t, b, dsn, 200)
	if n := b.Stats().DeadLettered; n > 0 {
		t.Errorf("%d events were given up", n)
	}
}

func TestSeveralProcessesMigrateAtOnce(t *testing.T) {
	const rounds, atOnce = 5, 8 // the moment in which a new file isn't ready for others is short
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			for range rounds {
				dsn := fresh(t)
				var processes []*exec.Cmd
				for range atOnce {
					cmd := inRole(t, "migrate", dsnEnv+"="+dsn)
					if err := cmd.Start(); err != nil {
						t.Fatal(err)
					}
					processes = append(processes, cmd)
				}
				for _, cmd := range processes {
					if err := cmd.Wait(); err != nil {
						t.Error(err)
					}
				}
				versions := one[string](t, look(t, dsn), `SELECT count(*) || ' of ' || max(version) FROM streamdesk_schema`)
				if versions != fmt.Sprintf("%d of %[1]d", 2) {
					t.Errorf("the steps taken are %s", versions)
				}
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
