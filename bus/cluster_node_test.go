package bus_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
)

func TestAClientOfOneNodeOfAClusterIsRefusedWithItsMend(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
	for name, change := range map[string]func(*redis.Options){
		"RESP3":                func(*redis.Options) {},
		"RESP2":                func(o *redis.Options) { o.Protocol = 2 },
		"another database":     func(o *redis.Options) { o.DB = 3 },
		"a user without HELLO": func(o *redis.Options) { o.Username, o.Password, o.Protocol = "shy", "x", 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := server.Client().Do(t.Context(), "ACL", "SETUSER", "shy", "on", ">x", "+@all", "-hello", "~*").Err(); err != nil {
				t.Fatal(err)
			}
			o := *server.Options()
			change(&o)
			client := redis.NewClient(&o)
			defer client.Close()
			_, err := bus.Open(t.Context(), client)
			var node *bus.ClusterNodeError
			if !errors.As(err, &node) || node.Addr != server.Addr() {
				t.Fatalf("opened with %v", err)
			}
			if !strings.Contains(err.Error(), "redis.NewClusterClient") || !strings.Contains(err.Error(), server.Addr()) {
				t.Errorf("the error names no mend: %v", err)
			}
		})
	}
}
