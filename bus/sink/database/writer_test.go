package database

import (
	"errors"
	"strings"
	"testing"

	"streamdesk/bus"
	"streamdesk/model"
)

func TestAnEventIsARowWithAllItSays(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			w := open(t, dsn)
			silent := message(7, "order.paid", "", "")
			silent.Event = model.Event{Type: silent.Event.Type}
			if err := w.handle(t.Context(), []bus.Message{message(5, model.AuditStarted, "wf-1", `{"a": [1, "é"]}`), silent}); err != nil {
				t.Fatal(err)
			}
			db := look(t, dsn)
			const columns = `stream || ' ' || entry_id || ' ' || event_id || ' ' || type || ' ' || workflow_id || ' ' || source_agent`
			if got := one[string](t, db, `SELECT `+columns+` FROM workflow_updates WHERE workflow_id = 'wf-1'`); got !=
				"events:audit.started 1700000000005-0 audit.started-5 audit.started wf-1 coordinator" {
				t.Errorf("got %s", got)
			}
			if got := one[string](t, db, `SELECT data ->> 'a' FROM workflow_updates WHERE workflow_id = 'wf-1'`); got != `[1, "é"]` && got != `[1,"é"]` {
				t.Errorf("the data is %s", got)
			}
			times := `SELECT CAST(timestamp AS text) || ' ' || CAST(added_at AS text) FROM workflow_updates WHERE workflow_id = 'wf-1'`
			if _, ok := cutSQLite(dsn); !ok {
				times = `SELECT (timestamp AT TIME ZONE 'UTC')::text || ' ' || (added_at AT TIME ZONE 'UTC')::text FROM workflow_updates WHERE workflow_id = 'wf-1'`
			}
			got := strings.NewReplacer("T", " ", "Z", "", "000000 ", " ", "500000000", "5").Replace(one[string](t, db, times))
			if !strings.HasPrefix(got, "2023-11-14 22:13:20.0035") || !strings.Contains(got, " 2023-11-14 22:13:20.005") {
				t.Errorf("the times are %s", got)
			}
			if n := one[int](t, db, `SELECT count(*) FROM workflow_updates WHERE timestamp IS NULL AND workflow_id = ''`); n != 1 {
				t.Errorf("%d rows of the event that says nothing", n)
			}
			if n := one[int](t, db, `SELECT count(*) FROM workflows`); n != 1 {
				t.Errorf("%d workflows", n)
			}
		})
	}
}

func TestWhatComesAgainIsThereOnce(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			w, other := open(t, dsn), open(t, dsn)
			first := []bus.Message{message(1, model.WorkflowStarted, "wf", `{"n": 1}`), message(2, model.AuditStarted, "wf", `{}`)}
			again := []bus.Message{message(1, model.WorkflowStarted, "wf", `{"n": 2}`), message(3, model.AuditCompleted, "wf", `{}`)}
			for i, batch := range [][]bus.Message{first, again, first} {
				if err := []*Writer{w, other, other}[i].handle(t.Context(), batch); err != nil {
					t.Fatal(err)
				}
			}
			db := look(t, dsn)
			if n := one[int](t, db, `SELECT count(*) FROM workflow_updates`); n != 3 {
				t.Errorf("%d rows", n)
			}
			if got := one[string](t, db, `SELECT data ->> 'n' FROM workflow_updates WHERE type = 'workflow.started'`); got != "1" {
				t.Errorf("the first is %s now", got)
			}
		})
	}
}

// poison are messages that PostgreSQL refuses, each for a reason of its own.
func poison() map[string]bus.Message {
	long := message(11, model.AuditStarted, "", `{}`)
	long.Event.WorkflowID = incompressible(9000)
	bad := message(12, model.AuditStarted, "wf", `{}`)
	bad.Event.SourceAgent = "\xff\xfe"
	return map[string]bus.Message{
		"a NUL in the data":        message(13, model.AuditStarted, "wf", `{"text":"a\u0000b"}`),
		"half a surrogate pair":    message(14, model.AuditStarted, "wf", `{"text":"\ud800"}`),
		"a NUL in the workflow ID": message(15, model.AuditStarted, "w\x00f", `{}`),
		"text that is no UTF-8":    bad,
		"a number beyond numeric":  message(16, model.AuditStarted, "wf", `{"n":1e999999}`),
		"too long for an index":    long,
	}
}

// incompressible is a text that no index makes shorter.
func incompressible(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; x = x*1664525 + 1013904223 {
		b.WriteByte('!' + byte(x>>24)%90)
	}
	return b.String()
}

func TestPostgresRefusesAnEventAndTheRestIsStored(t *testing.T) {
	dsn := freshPostgres(t)
	w := open(t, dsn)
	db := look(t, dsn)
	for name, bad := range poison() {
		execute(t, db, `TRUNCATE workflow_updates`)
		batch := []bus.Message{
			message(1, model.WorkflowStarted, "wf", `{}`), message(2, model.AuditStarted, "wf", `{}`), bad,
			message(20, model.AuditCompleted, "wf", `{}`), message(21, model.WorkflowCompleted, "wf", `{}`),
		}
		mustRefuseOnlyThird(t, name, w.handle(t.Context(), batch))
		if n := one[int](t, db, `SELECT count(*) FROM workflow_updates`); n != 4 {
			t.Errorf("%s: %d rows", name, n)
		}
	}
	if err := w.Health(); err != nil {
		t.Error(err)
	}
}

func TestSQLiteRefusesAnEventAndTheRestIsStored(t *testing.T) {
	dsn := freshSQLite(t)
	w := open(t, dsn)
	db := look(t, dsn)
	execute(t, db, `CREATE TRIGGER refuse BEFORE INSERT ON workflow_updates WHEN NEW.workflow_id = 'bad'
		BEGIN SELECT RAISE(ABORT, 'not this one'); END`)
	batch := []bus.Message{
		message(1, model.WorkflowStarted, "wf", `{}`), message(2, model.AuditStarted, "wf", `{}`), message(3, model.AuditStarted, "bad", `{}`),
		message(4, model.AuditCompleted, "wf", `{}`), message(5, model.WorkflowCompleted, "wf", `{}`),
	}
	mustRefuseOnlyThird(t, "a trigger", w.handle(t.Context(), batch))
	if n := one[int](t, db, `SELECT count(*) FROM workflow_updates`); n != 4 {
		t.Errorf("%d rows", n)
	}
	// What PostgreSQL can't hold, SQLite can.
	for name, m := range poison() {
		if err := w.handle(t.Context(), []bus.Message{m}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func mustRefuseOnlyThird(t *testing.T, name string, err error) {
	t.Helper()
	var failed bus.BatchError
	if !errors.As(err, &failed) || len(failed) != 1 || failed[2] == nil {
		t.Fatalf("%s: %v", name, err)
	}
	if text := failed[2].Error(); !strings.HasPrefix(text, "the database refuses it: ") {
		t.Errorf("%s: %s", name, text)
	}
}

func TestManyBytesAreSeveralTransactions(t *testing.T) {
	big := message(1, model.AuditStarted, "wf", `{"x":"`+strings.Repeat("x", maxTransaction/2)+`"}`)
	small := message(2, model.AuditStarted, "wf", `{}`)
	for _, c := range []struct {
		messages []bus.Message
		want     int
	}{
		{[]bus.Message{small, small, small}, 3},
		{[]bus.Message{big, small, big, small}, 2},
		{[]bus.Message{big}, 1},
	} {
		if got := fitting(c.messages); got != c.want {
			t.Errorf("%d fit, want %d", got, c.want)
		}
	}
}
