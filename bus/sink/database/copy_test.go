package database

import (
	"strings"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// What COPY stores is what INSERT stores, whatever stands in the values.
func TestWhatIsCopiedIsWhatWouldBeInserted(t *testing.T) {
	var messages []bus.Message
	for i, text := range []string{
		"", `\N`, `\.`, `\`, `\\t`, "a\tb", "a\nb", "a\r\nb", "\x01\x08\x0b\x7f", `"quoted", and 'so'`, "é漢🙂", strings.Repeat(`\`+"\t\n", 2000),
	} {
		m := message(i, model.AuditStarted, "wf", `{"path":"C:\\temp\\new","lines":"a\n\tb","n":1.50}`)
		m.Event.SourceAgent, m.Event.ID = text, text+"x"
		messages = append(messages, m)
	}
	for i, moment := range []time.Time{
		{},
		time.Unix(0, 0), time.UnixMicro(-1), time.Unix(1, 1999), time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(99, 2, 3, 4, 5, 6, 7, time.FixedZone("", -12_345)), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
	} {
		m := message(100+i, model.AuditStarted, "wf", `{}`)
		m.Event.Timestamp = moment
		messages = append(messages, m)
	}
	const all = `SELECT string_agg(u::text, E'\n' ORDER BY entry_id) FROM workflow_updates u`
	var got [3]string // inserted, copied as text, copied in binary
	for i := range got {
		dsn := freshPostgres(t)
		s, ok := open(t, dsn).store.(*postgresStore)
		if !ok {
			t.Fatal("it is another store")
		}
		write := s.insert
		if i > 0 {
			write = s.copyNew
		}
		if i == 1 { // to a column of another type only text can be copied
			execute(t, look(t, dsn), `ALTER TABLE workflow_updates ALTER event_id TYPE varchar`)
		}
		if err := write(t.Context(), newBatch(messages)); err != nil {
			t.Fatal(err)
		}
		got[i] = one[string](t, look(t, dsn), all)
	}
	for _, copied := range got[1:] {
		if inserted := got[0]; inserted != copied || strings.Count(copied, "audit.started") < len(messages) {
			t.Errorf("inserted:\n%s\ncopied:\n%s", inserted, copied)
		}
	}
}

// Rows that can't be copied, because some are there or the table takes no COPY, are inserted.
func TestWhatCannotBeCopiedIsInserted(t *testing.T) {
	dsn := freshPostgres(t)
	w := open(t, dsn)
	db := look(t, dsn)
	first, second := message(1, model.WorkflowStarted, "wf", `{}`), message(2, model.WorkflowCompleted, "wf", `{}`)
	must(t, w.handle(t.Context(), []bus.Message{second}))
	must(t, w.handle(t.Context(), []bus.Message{first, second}))
	again := message(3, model.WorkflowStarted, "wf", `{}`)
	again.Deliveries = 2
	must(t, w.handle(t.Context(), []bus.Message{again, message(4, model.WorkflowCompleted, "wf", `{}`)}))
	if n := one[int](t, db, `SELECT count(*) FROM workflow_updates`); n != 4 {
		t.Errorf("%d rows", n)
	}
	// A column of another type takes the same values.
	execute(t, db, `ALTER TABLE workflow_updates ALTER data TYPE text, ALTER added_at TYPE text`)
	must(t, w.handle(t.Context(), []bus.Message{message(5, model.WorkflowCompleted, "wf", `{"a":"\\"}`)}))
	if got := one[string](t, db, `SELECT data FROM workflow_updates ORDER BY entry_id DESC LIMIT 1`); got != `{"a":"\\"}` {
		t.Errorf("the data is %s", got)
	}
	if got := one[string](t, db, `SELECT last_type FROM workflows`); got != string(model.WorkflowCompleted) {
		t.Errorf("the last type is %s", got)
	}
}

// Behind a pooler, which the address tells with default_query_exec_mode, nothing is prepared by name.
func TestWithoutPreparedStatementsTheSameIsWritten(t *testing.T) {
	dsn := freshPostgres(t)
	w := open(t, dsn+"&default_query_exec_mode=exec")
	again := message(1, model.WorkflowStarted, "wf", `{}`)
	again.Deliveries = 2
	must(t, w.handle(t.Context(), []bus.Message{again}))
	must(t, w.handle(t.Context(), []bus.Message{message(2, model.WorkflowCompleted, "wf", `{}`)}))
	if got := stands(t, look(t, dsn), "wf"); got != "completed||||||workflow.started|workflow.completed" {
		t.Errorf("it stands at %s", got)
	}
}
