package tunnel_test

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/tunnel"
)

// A Redis that only a bastion reaches: the tunnel is the client's dialer. Every connection of the bus goes through it.
func ExampleNew() {
	home, _ := os.UserHomeDir()
	way, err := tunnel.New(tunnel.Options{Host: "bastion.example.com", User: "ann", Agent: os.Getenv("SSH_AUTH_SOCK"), Home: home})
	if err != nil {
		fmt.Println(err) // no key to log in with
		return
	}
	defer way.Close()
	client := redis.NewClient(&redis.Options{Addr: "redis.internal:6379", Dialer: way.Dial})
	defer func() { _ = client.Close() }()
	b, err := bus.Open(context.Background(), client)
	if err != nil {
		fmt.Println(err) // such as a host key that known_hosts doesn't have, with the line to add
		return
	}
	_ = b.Close(context.Background())
}
