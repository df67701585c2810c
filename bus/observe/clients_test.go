package observe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestClientsAreThoseThatTheServerHas(t *testing.T) {
	server := redistest.Start(t, redistest.WithACL("blind on >pw ~* +@all -client"))
	o := server.Options()
	o.ClientName, o.DB = "a-worker", 3
	worker := redis.NewClient(o)
	t.Cleanup(func() { _ = worker.Close() })
	if err := worker.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(t.Context()) })
	clients, err := b.Reader().Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(clients, func(c model.Client) bool { return c.Name == "a-worker" })
	if i < 0 || clients[i].Database != 3 || clients[i].Blocked || clients[i].Address == "" || len(clients) < 2 {
		t.Errorf("%+v", clients)
	}

	o = server.Options()
	o.Username, o.Password = "blind", "pw"
	blind := redis.NewClient(o)
	t.Cleanup(func() { _ = blind.Close() })
	denied, err := bus.Open(t.Context(), blind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = denied.Close(t.Context()) })
	if _, err = denied.Reader().Clients(t.Context()); err == nil || !strings.Contains(err.Error(), "NOPERM") {
		t.Errorf("a user without the right got %v", err)
	}
}
