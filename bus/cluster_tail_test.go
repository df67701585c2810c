package bus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// followed is what a tail has brought.
type followed struct {
	mu         sync.Mutex
	byStream   map[string][]string // the events' IDs
	unreadable map[string]string
	errs       []error
}

// follow ranges over a tail until the test ends.
func follow(t *testing.T, b *bus.Bus, o tail.Options) *followed {
	t.Helper()
	f := &followed{byStream: make(map[string][]string)}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	t.Cleanup(func() { stop(); <-ended })
	begun := make(chan struct{})
	go func() {
		defer close(ended)
		first := true
		for batch, err := range b.Reader().Tail(ctx, o) {
			f.mu.Lock()
			switch {
			case err != nil && strings.HasSuffix(err.Error(), "the node doesn't answer"):
				// All nodes were late at once, as on a machine that is busy: what the tail brings says whether it goes on.
			case err != nil:
				f.errs = append(f.errs, err)
			default:
				f.unreadable = batch.Unreadable
			}
			for _, e := range batch.Entries {
				f.byStream[e.Stream] = append(f.byStream[e.Stream], b.Reader().Decode(e).Event.ID)
			}
			f.mu.Unlock()
			if first {
				close(begun)
			}
			first = false
		}
	}()
	select {
	case <-begun:
	case <-time.After(patience):
		t.Fatal("the tail doesn't begin")
	}
	return f
}

func (f *followed) of(of model.Type) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.byStream["events:"+string(of)])
}

func (f *followed) missing() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.unreadable)
}

func TestR25_ATailGoesOnAtTheOtherNodesOfACluster(t *testing.T) {
	t.Parallel()
	t.Run("killed", func(t *testing.T) {
		t.Parallel()
		tailGoesOn(t, tail.Options{}, (*redistest.Server).Kill, (*redistest.Server).Restart) // empty
	})
	t.Run("frozen", func(t *testing.T) {
		t.Parallel()
		tailGoesOn(t, tail.Options{Lossless: true, Ordered: true}, (*redistest.Server).Pause, (*redistest.Server).Resume)
	})
}

func tailGoesOn(t *testing.T, o tail.Options, end, begin func(*redistest.Server)) {
	t.Helper()
	cluster := clusterOf(t)
	dead := cluster.Nodes[1]
	ill, well := typesOf(t, cluster, dead, true, 3), typesOf(t, cluster, dead, false, 4)
	// Not one of its questions ends by itself while the test has patience.
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: cluster.Addrs(), ReadTimeout: 10 * patience})
	t.Cleanup(func() { _ = client.Close() })
	b := must(bus.Open(t.Context(), client))(t)
	t.Cleanup(func() { _ = b.Close(soon(t)) })
	raw := cluster.Client()
	t.Cleanup(func() { _ = raw.Close() })
	owners := make(map[model.Type]*redis.Client)
	for _, of := range well {
		owners[of] = must(cluster.Owner(t.Context(), "events:"+string(of)))(t).Client()
	}
	add := func(of model.Type, id string) *redis.XAddArgs {
		return &redis.XAddArgs{Stream: "events:" + string(of), Values: []any{"data", fmt.Sprintf(`{"id":%q,"type":%q}`, id, of)}}
	}
	for _, of := range append(append([]model.Type{}, ill...), well[1:]...) {
		must(raw.XAdd(t.Context(), add(of, "first")).Result())(t)
	}
	f := follow(t, b, o)
	brings := func(of model.Type, id string) {
		t.Helper()
		must(owners[of].XAdd(t.Context(), add(of, id)).Result())(t)
		redistest.Eventually(t, patience, func() bool {
			ids := f.of(of)
			return len(ids) > 0 && ids[len(ids)-1] == id
		}, of, " brings ", id)
	}
	brings(well[1], "before")
	end(dead)
	for i := range 5 {
		for _, of := range well[1:] {
			brings(of, fmt.Sprint("while ", i))
		}
	}
	redistest.Eventually(t, patience, func() bool { return f.missing() == len(ill) }, "the dead node's streams are told of")
	brings(well[0], "new stream")
	late := follow(t, b, o)
	brings(well[1], "for both")
	redistest.Eventually(t, patience, func() bool { return len(late.of(well[1])) > 0 }, "a tail begins without the node")

	begin(dead)
	redistest.Eventually(t, patience, func() bool { return f.missing() == 0 && late.missing() == 0 }, "all streams are read again")
	for _, of := range ill {
		// The second tail has to find the stream first, and begins on it then.
		redistest.Eventually(t, patience, func() bool {
			_ = raw.XAdd(t.Context(), add(of, "after")).Err() // the node may not take any yet
			return len(f.of(of)) > 0 && len(late.of(of)) > 0
		}, of, " brings what came after")
		for _, id := range append(f.of(of), late.of(of)...) {
			if id != "after" {
				t.Errorf("%s brings %q, want what came after", of, id)
			}
		}
	}
	for _, of := range well {
		seen := make(map[string]bool)
		for _, id := range f.of(of) {
			if seen[id] {
				t.Errorf("%s brings %q twice", of, id)
			}
			seen[id] = true
		}
	}
	if len(f.errs) > 0 {
		t.Errorf("the tail has failed: %v", f.errs)
	}
}
