package database

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/workflow"
)

// told makes messages of one workflow from words such as "5 audit.started because it is so".
func told(of string, events ...string) []bus.Message {
	messages := make([]bus.Message, 0, len(events))
	for _, e := range events {
		var ms int
		var kind string
		_, _ = fmt.Sscan(e, &ms, &kind) // a slip fails the test
		data := `{}`
		if _, reason, ok := strings.Cut(e, " because "); ok {
			data = `{"error":"` + reason + `"}`
		}
		messages = append(messages, message(ms, model.Type(kind), of, data))
	}
	return messages
}

// stands reads a workflow's row in words.
func stands(t testing.TB, db *sql.DB, of string) string {
	t.Helper()
	return one[string](t, db, `SELECT state || '|' || state_reason || '|' || stage || '|' || stage_state || '|' ||
		failure_type || '|' || failure_reason || '|' || first_type || '|' || last_type FROM workflows WHERE workflow_id = '`+of+`'`)
}

func TestWhereAWorkflowStands(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			w := open(t, dsn)
			db := look(t, dsn)
			for i, c := range []struct {
				events []string
				want   string
			}{
				{[]string{"0 workflow.created"}, "running|||||" + "|workflow.created|workflow.created"},
				{
					[]string{"0 workflow.started", "2 generation.started", "7 generation.failed because of gas", "9 workflow.retried", "10 generation.started"},
					"running||generation|running|generation.failed|of gas|workflow.started|generation.started",
				},
				{
					[]string{"0 workflow.created", "2 audit.started", "5 audit.failed because reentrancy", "6 workflow.failed because audit failed"},
					"failed|audit failed|audit|failed|audit.failed|reentrancy|workflow.created|workflow.failed",
				},
				{
					[]string{"0 workflow.created", "2 audit.started", "3 audit.completed", "4 audit.progress", "5 workflow.completed", "6 a2a.message"},
					"completed||audit|completed|||workflow.created|a2a.message",
				},
				{[]string{"0 workflow.created", "2 testing.progress", "6 workflow.cancelled because of a user"}, "cancelled|of a user|testing|running|||workflow.created|workflow.cancelled"},
				{[]string{"2 testing.completed"}, "running||testing|completed|||testing.completed|testing.completed"},
				{[]string{"2 order.created", "3 order.done"}, "completed||order|completed|||order.created|order.done"},
				{[]string{"2 a2a.message"}, "noted||||||a2a.message|a2a.message"},
				{[]string{"0 workflow.completed", "0 generation.completed", "0 generation.started", "0 workflow.created"}, "completed||generation|completed|||workflow.created|workflow.completed"},
			} {
				id := fmt.Sprint("wf-", i)
				if err := w.handle(t.Context(), told(id, c.events...)); err != nil {
					t.Fatal(err)
				}
				if got := stands(t, db, id); got != c.want {
					t.Errorf("%v: got\n%s\nwant\n%s", c.events, got, c.want)
				}
			}
		})
	}
}

func TestAnEventPublishedAgainDoesNotComeBackAsTheState(t *testing.T) {
	dsn := freshSQLite(t)
	w := open(t, dsn)
	messages := told("wf", "0 workflow.created", "2 audit.failed because x", "3 audit.started", "4 audit.completed", "5 workflow.completed")
	again := message(2, model.AuditFailed, "wf", `{"error":"x"}`)
	again.ID.Ms += 100
	again.Fields = append(again.Fields, model.Field{Name: model.FieldOrigin, Value: messages[1].Key().String()})
	if err := w.handle(t.Context(), append(messages, again)); err != nil {
		t.Fatal(err)
	}
	db := look(t, dsn)
	if got, want := stands(t, db, "wf"), "completed||audit|completed|audit.failed|x|workflow.created|workflow.completed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := one[int](t, db, `SELECT count(*) FROM workflow_updates`); n != 6 {
		t.Errorf("%d rows: it is an entry of its own", n)
	}
}

// Whatever order, batches, repetitions and writers: the row is the same, and its state the desk's.
func TestAnyOrderLeadsToTheSameRow(t *testing.T) {
	for kind, fresh := range databases {
		t.Run(kind, func(t *testing.T) {
			dsn := fresh(t)
			writers := []*Writer{open(t, dsn), open(t, dsn)}
			db := look(t, dsn)
			kinds := model.KnownTypes()
			for round := range 8 {
				random := rand.New(rand.NewPCG(uint64(round), 1))
				id, straight := fmt.Sprint("mixed-", round), fmt.Sprint("straight-", round)
				events := []string{"0 workflow.created"}
				for i := range 12 {
					kind := kinds[random.IntN(len(kinds))]
					events = append(events, fmt.Sprint(1+random.IntN(6), " ", kind, " because ", i))
				}
				reference := workflow.New(straight, workflow.HyperAgent())
				messages := unique(told(straight, events...))
				for i := range messages {
					reference.Add(&messages[i].Record)
				}
				if err := writers[0].handle(t.Context(), messages); err != nil {
					t.Fatal(err)
				}
				if got, want := one[string](t, db, `SELECT state FROM workflows WHERE workflow_id = '`+straight+`'`), reference.State().String(); got != want {
					t.Errorf("%v: it is %s, the desk says %s", events, got, want)
				}

				mixed := unique(told(id, events...))
				mixed = append(mixed, mixed[:len(mixed)/2]...)
				random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
				for len(mixed) > 0 {
					n := 1 + random.IntN(len(mixed))
					if err := writers[random.IntN(2)].handle(t.Context(), mixed[:n]); err != nil {
						t.Fatal(err)
					}
					mixed = mixed[n:]
				}
				if got, want := stands(t, db, id), stands(t, db, straight); got != want {
					t.Errorf("%v: in one order\n%s\nin another\n%s", events, want, got)
				}
			}
		})
	}
}

// unique gives every message an entry of its own.
func unique(messages []bus.Message) []bus.Message {
	seen := map[model.Key]bool{}
	for i := range messages {
		m := &messages[i]
		for seen[m.Key()] {
			m.ID.Seq++
		}
		seen[m.Key()] = true
		m.Event.ID = fmt.Sprint(i)
	}
	return messages
}
