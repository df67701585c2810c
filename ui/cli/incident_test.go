package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/recording"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
	"streamdesk/ui/desk"
)

// observed records the bus as it is now.
func observed(t *testing.T, client *redis.Client, path string, change func(*model.Snapshot)) {
	t.Helper()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close(context.Background()) }() // it has published nothing
	keys, err := b.Reader().Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := b.Reader().Snapshot(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	change(&snapshot)
	store, err := recording.Create(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Write(t.Context(), &snapshot); err != nil {
		t.Error(err)
	}
	if err := store.WriteServer(t.Context(), snapshot.At, &model.Server{Name: "redis", Withheld: "NOPERM User zaphod has no permissions to run the 'info' command"}); err != nil {
		t.Error(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
}

// opened runs open with a look at the desk's options in place of the desk.
func opened(t *testing.T, path string, look func(context.Context, desk.Options)) {
	t.Helper()
	h := newHost(t, "127.0.0.1:1")
	p := &program.Program{
		Commands: rootCommand, Streams: h.streams(strings.NewReader(""), &programtest.Screen{}, &programtest.Screen{}),
		ShowDesk: func(ctx context.Context, o desk.Options) error { look(ctx, o); return nil },
	}
	if err := rootCommand(p).ParseFlags(nil); err != nil {
		t.Fatal(err)
	}
	if err := openIncident(t.Context(), p, path); err != nil {
		t.Fatal(err)
	}
}

func TestAnIncidentHoldsNoSecretAndOpensWithoutARedis(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	send(t, client, "ACL SETUSER zaphod on >b33blebrox ~* +@all")
	send(t, client, `XADD events:a.b * data '{"id":"e1","type":"a.b","data":{"api_key":"hunter22","n":1.50}}'`)
	send(t, client, `XADD events:a.b * data '{"id":"e2","type":"a.b","data":{"n":2}}' api_key hunter22`)
	send(t, client, "XGROUP CREATE events:a.b g 0")
	send(t, client, "XREADGROUP GROUP g c COUNT 1 STREAMS events:a.b >")
	dir := t.TempDir()
	recorded, path := filepath.Join(dir, "bus.db"), filepath.Join(dir, "incident.db")
	observed(t, client, recorded, func(s *model.Snapshot) {
		s.Streams = append(s.Streams, model.Stream{Key: "events:z.z", Problem: "NOPERM User zaphod has no permissions to access one of the keys"})
	})
	h := newHost(t, "zaphod:b33blebrox@"+client.Options().Addr)
	r := h.run(t.Context(), "", "incident", "--file", recorded, "--from", "10m", "--mask", ".api_key", "--mask", ".pin", path)
	if r.code != program.ExitDone || !strings.Contains(r.out, "incident.db holds 1 moment and 2 entries of 1 stream") || !strings.Contains(r.err, "--mask .pin: there was no such value") {
		t.Fatalf("%+v", r)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"zaphod", "b33blebrox", "hunter22", client.Options().Addr} {
		if strings.Contains(string(bytes), secret) {
			t.Errorf("the file holds %s", secret)
		}
	}
	if r := h.run(t.Context(), "", "incident", "--file", recorded, path); r.code != program.ExitWrongUse || !strings.Contains(r.err, "--force") {
		t.Errorf("the file is replaced: %+v", r)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".streamdesk-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	opened(t, path, func(ctx context.Context, o desk.Options) {
		if !o.ReadOnly || o.Record || o.Closed.IsZero() || time.Since(o.Closed) > time.Minute || o.Recording.Path != path {
			t.Errorf("the desk is read-only %v, records %v, begins at %s in %s", o.ReadOnly, o.Record, o.Closed, o.Recording.Path)
		}
		entries, err := o.Bus.Reader().Range(ctx, "events:a.b", model.Position{}, model.Position{}, 10)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%v, %v", entries, err)
		}
		if got := entries[0].Fields[0].Value; got != `{"id":"e1","type":"a.b","data":{"api_key":"•••","n":1.50}}` {
			t.Errorf("the first entry is %s", got)
		}
		store, err := o.Recording.Open(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }() // it was only read
		moment, found, err := store.At(ctx, o.Closed)
		if err != nil || !found || moment.Stream("events:a.b").Group("g").Pending != 1 {
			t.Errorf("%+v, %v, %v", moment, found, err)
		}
	})
}

func TestAnIncidentNamesTheMend(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	send(t, client, "XADD events:a.b * data {}")
	h := newHost(t, client.Options().Addr)
	dir := t.TempDir()
	path := filepath.Join(dir, "incident.db")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"incident"}, program.ExitWrongUse, "streamdesk incident --help"},
		{[]string{"incident", "--mask", "key", path}, program.ExitWrongUse, "want names with a dot before each"},
		{[]string{"incident", "--from", "soon", path}, program.ExitWrongUse, "--from"},
		{[]string{"incident", "--max-entries", "0", path}, program.ExitWrongUse, "want 1 or more"},
		{[]string{"incident", path}, program.ExitFailed, "streamdesk record"},
		{[]string{"open", path}, program.ExitWrongUse, "the desk needs a terminal"},
	} {
		if r := h.run(t.Context(), "", c.args...); r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v", strings.Join(c.args, " "), r)
		}
	}
	recorded := filepath.Join(dir, "bus.db")
	observed(t, client, recorded, func(*model.Snapshot) {})
	if r := h.run(t.Context(), "", "incident", "--file", recorded, "--from", "2025-11-05T03:00:00Z", "--to", "2025-11-05T03:30:00Z", path); r.code != program.ExitFailed || !strings.Contains(r.err, "nothing was recorded from") {
		t.Errorf("%+v", r)
	}
	for range 3 {
		send(t, client, "XADD events:a.b * data {}")
	}
	if r := h.run(t.Context(), "", "incident", "--file", recorded, "--max-entries", "2", "--output", "json", path); r.code != program.ExitDone || !strings.Contains(r.err, "there are more than 2 entries") || !strings.Contains(r.out, `"entries":2`) {
		t.Errorf("%+v", r)
	}
	p := &program.Program{Commands: rootCommand, Streams: h.streams(strings.NewReader(""), &programtest.Screen{}, &programtest.Screen{})}
	if err := rootCommand(p).ParseFlags(nil); err != nil {
		t.Fatal(err)
	}
	for file, says := range map[string]string{recorded: "no incident file", filepath.Join(dir, "none.db"): "there is no file"} {
		if err := openIncident(t.Context(), p, file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
