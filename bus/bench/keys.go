package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// KeyPrefix starts every key of a run; random letters follow, so that two runs don't collide.
const KeyPrefix = "streamdesk-bench:"

// types are the published types, in turn, each with a stream of its own: the most frequent events of four agents at work.
var types = [...]model.Type{model.WorkflowProgress, model.GenerationProgress, model.AuditProgress, model.TestingProgress}

const (
	// keyLife is longer than any round. Only a killed run leaves keys behind, and those expire.
	keyLife = 15 * time.Minute
	// clearTimeout is the max time to delete the keys after an interrupt.
	clearTimeout = 5 * time.Second
)

// keys are the streams of a run. They share a hash tag, so that a cluster keeps them on one node, where the raw loop can read
// all of them with one command.
type keys struct {
	client  redis.UniversalClient
	prefix  string
	streams [len(types)]string
}

func newKeys(client redis.UniversalClient) *keys {
	var random [5]byte
	_, _ = rand.Read(random[:]) // never fails
	k := &keys{client: client, prefix: KeyPrefix + "{" + hex.EncodeToString(random[:]) + "}:"}
	for i, of := range types {
		k.streams[i] = k.prefix + string(of)
	}
	return k
}

// group returns the name of the i-th consumer group.
func group(i int) string { return "bench-" + strconv.Itoa(i+1) }

// prepare creates the empty streams with the given number of groups at their beginning, at least one: creating a group is
// what creates an empty stream.
func (k *keys) prepare(ctx context.Context, groups int) error {
	pipe := k.client.Pipeline()
	for _, stream := range k.streams {
		for i := range max(groups, 1) {
			pipe.XGroupCreateMkStream(ctx, stream, group(i), "0")
		}
		pipe.Expire(ctx, stream, keyLife)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("bench: create %s*: %w", k.prefix, err)
	}
	return nil
}

// clear deletes the streams, whether or not the round has succeeded.
func (k *keys) clear(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), clearTimeout)
	defer cancel()
	all := make([]string, 0, 2*len(k.streams))
	for _, stream := range k.streams {
		all = append(all, stream, model.DeadLetterKey(stream))
	}
	if err := k.client.Del(ctx, all...).Err(); err != nil {
		return fmt.Errorf("bench: delete %s* (it goes by itself in %s): %w", k.prefix, keyLife, err)
	}
	return nil
}
