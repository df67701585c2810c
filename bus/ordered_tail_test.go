package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/observe/tail"
	"streamdesk/model"
)

// TestAnOrderedTailYieldsInTheOrderOfIDs has four writers add to a stream each, as fast as they can; two of an entry's neighbours may
// be in the same millisecond on other streams.
func TestAnOrderedTailYieldsInTheOrderOfIDs(t *testing.T) {
	t.Parallel()
	for name, user := range map[string]string{"by the server's clock": "", "where it may not be asked for": "-time"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := onRedis(t)
			reader := s
			if user != "" {
				must(s.client.Do(t.Context(), "ACL", "SETUSER", "mute", "on", "nopass", "~*", "+@all", user).Result())(t)
				o := *s.client.Options()
				o.Username, o.Password = "mute", "any"
				client := redis.NewClient(&o)
				t.Cleanup(func() { _ = client.Close() })
				reader = serve(t, client)
			}
			const writers, each = 4, 400
			var writing sync.WaitGroup
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var last model.Entry
			seen := 0
			for batch, err := range reader.Reader().Tail(ctx, tail.Options{Types: []string{"k.0", "k.1", "k.2", "k.3"}, From: at(1), Interval: 1, Lossless: true, Ordered: true}) {
				if err != nil {
					t.Fatal(err)
				}
				if batch.Streams == writers && seen == 0 && len(batch.Entries) == 0 { // the first one: now they begin
					for w := range writers {
						writing.Go(func() {
							for range each {
								s.client.XAdd(t.Context(), &redis.XAddArgs{Stream: fmt.Sprintf("events:k.%d", w), Values: []any{"n", 1}})
							}
						})
					}
				}
				for _, e := range batch.Entries {
					if e.ID.Compare(last.ID) < 0 || e.Key() == last.Key() {
						t.Fatalf("%s comes after %s", e.Key(), last.Key())
					}
					last = e
					seen++
				}
				if seen == writers*each {
					break
				}
			}
			writing.Wait()
			if seen != writers*each {
				t.Fatalf("%d entries came", seen)
			}
		})
	}
}
