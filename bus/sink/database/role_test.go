package database

import (
	"context"
	"os"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/sink"
)

// Where a process in a role finds its servers.
const (
	dsnEnv   = "STREAMDESK_TEST_DSN"
	redisEnv = "STREAMDESK_TEST_REDIS"
)

// roles are what the test binary can do as a process of its own.
var roles = map[string]func(ctx context.Context) error{
	"migrate": func(ctx context.Context) error {
		w, err := Open(ctx, sink.Setup{}, Options{DSN: os.Getenv(dsnEnv)})
		if err != nil {
			return err
		}
		return w.Close()
	},
	"write": func(ctx context.Context) error { return writeInRole(ctx, func(s store) store { return s }) },
	"die between commit and ack": func(ctx context.Context) error {
		return writeInRole(ctx, func(s store) store { return dying{s} })
	},
}

// dying is a store after whose first commit nothing follows any more.
type dying struct{ store }

func (d dying) write(ctx context.Context, b *batch) error {
	if err := d.store.write(ctx, b); err != nil {
		return err
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

// shortWait is the ack wait of processes that are killed, so that what they leave is soon taken over.
const shortWait = 500 * time.Millisecond

func writeInRole(ctx context.Context, wrap func(store) store) error {
	w, err := Open(ctx, sink.Setup{AckWait: shortWait}, Options{DSN: os.Getenv(dsnEnv), Batch: 50})
	if err != nil {
		return err
	}
	w.store = wrap(w.store)
	b, err := bus.Open(ctx, redis.NewClient(&redis.Options{Addr: os.Getenv(redisEnv)}))
	if err != nil {
		return err
	}
	return w.Run(ctx, b)
}
