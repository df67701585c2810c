package bus_test

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
)

// onServer calls use with a bus on a Redis in this process, which is what the examples below run on. A program of yours has
// an address of its own in [redis.Options].
func onServer(use func(ctx context.Context, b *bus.Bus) error, opts ...bus.Option) {
	ctx := context.Background()
	err := func() error {
		server, err := embedded.Start()
		if err != nil {
			return err
		}
		defer server.Close()
		client := redis.NewClient(&redis.Options{Addr: server.Addr()})
		defer client.Close()
		b, err := bus.Open(ctx, client, opts...)
		if err != nil {
			return err
		}
		err = use(ctx, b)
		_ = b.Close(ctx) // an example may have closed it
		return err
	}()
	if err != nil {
		fmt.Println(err)
	}
}
