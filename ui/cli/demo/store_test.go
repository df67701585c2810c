package demo

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/simulate"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// TestTheDemosDatabaseRefusesThePoison runs the demo's own db_writers on simulated workflows, one in five of which is
// poisoned: every event is a row, but for those that the table of costs can't hold, which are dead letters in the end.
func TestTheDemosDatabaseRefusesThePoison(t *testing.T) {
	server := redistest.Start(t)
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	const rate = 60
	setup := sink.Setup{AckWait: time.Second, Backoff: bus.Backoff{First: time.Millisecond, Max: 10 * time.Millisecond}}
	services, err := openWriters(t.Context(), dir, setup, rate)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, service := range services {
		running.Go(func() {
			if err := errors.Join(service.Run(ctx, b), service.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { stop(); running.Wait() })

	simulator := simulate.New(simulate.Options{Seed: 11, PoisonEvery: 5, Workflows: 20})
	const events = 3000
	for range events {
		if err := b.Publish(t.Context(), simulator.Next()); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "workflow_updates.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	count := func(table string) (n int64) {
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	dead := model.DeadLetterKey(b.StreamKey(model.DeploymentStarted))
	client := server.Client()
	redistest.Eventually(t, 20*time.Second, func() bool {
		return count("workflow_updates")+client.XLen(t.Context(), dead).Val() == events
	}, "every event to be a row or a dead letter")
	stop()
	running.Wait()

	letters, err := b.Reader().Range(t.Context(), dead, model.Position{}, model.Position{}, 100)
	if err != nil || len(letters) == 0 {
		t.Fatalf("%d dead letters, %v", len(letters), err)
	}
	for _, letter := range letters {
		reason, _ := letter.Field(model.FieldReason)
		tries, _ := letter.Field(model.FieldAttempt)
		if !strings.Contains(reason, "cannot store REAL value in INTEGER column deployment_costs.gas_estimate") || tries != "5" {
			t.Errorf("%s deliveries, because %q", tries, reason)
		}
	}
	started := client.XLen(t.Context(), b.StreamKey(model.DeploymentStarted)).Val()
	if costs := count("deployment_costs"); costs != started-int64(len(letters)) {
		t.Errorf("%d costs of %d deployments, %d of them refused", costs, started, len(letters))
	}
}
