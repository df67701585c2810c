package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// sender is a client, or one node of a cluster.
type sender interface {
	Process(ctx context.Context, cmd redis.Cmder) error
	Pipeline() redis.Pipeliner
}

// onceCmd is a command that is never sent twice: go-redis repeats commands whose reply was lost, which for an XADD
// would add the entry again.
type onceCmd struct{ *redis.RawCmd }

// NoRetry tells go-redis to leave the repeating to the bus, which knows what repeating would do.
func (onceCmd) NoRetry() bool { return true }

// onceParsedCmd is onceCmd for the way through go-redis's own reply parser.
type onceParsedCmd struct{ *redis.Cmd }

// NoRetry is onceCmd's.
func (onceParsedCmd) NoRetry() bool { return true }

// once sends a command at most once and returns the reply. An error that wraps [ErrUncertain] says that it may have taken effect.
func (c *conn) once(ctx context.Context, command Command) (reply, error) {
	return c.onceOn(ctx, c.client, command)
}

func (c *conn) onceOn(ctx context.Context, to sender, command Command) (reply, error) {
	if err := needContext(ctx); err != nil {
		return reply{}, err
	}
	raw := redis.NewRawCmd(ctx, command.args()...)
	if err := to.Process(ctx, onceCmd{raw}); err != nil {
		c.noticeLost(ctx, to, err)
		return reply{}, markUncertain(err)
	}
	r, err := parseReply(raw.Val())
	if refusedByNode(r) {
		parsed := redis.NewCmd(ctx, command.args()...)
		err := c.router(to).Process(ctx, onceParsedCmd{parsed})
		return parsedReply(parsed, err, markUncertain)
	}
	return r, err
}

// do sends a command that may be repeated without harm and returns the reply.
func (c *conn) do(ctx context.Context, args ...any) (reply, error) {
	return c.doOn(ctx, c.client, args...)
}

func (c *conn) doOn(ctx context.Context, to sender, args ...any) (reply, error) {
	if err := needContext(ctx); err != nil {
		return reply{}, err
	}
	raw := redis.NewRawCmd(ctx, args...)
	if err := to.Process(ctx, raw); err != nil {
		c.noticeLost(ctx, to, err)
		return reply{}, err
	}
	r, err := parseReply(raw.Val())
	if refusedByNode(r) {
		return c.again(ctx, to, args)
	}
	return r, err
}

// again sends a command that a node refused once more, through go-redis's own reply parser. A raw reply hides its
// errors from go-redis; seeing them, it follows a moved slot to its node and waits for a server that is loading.
func (c *conn) again(ctx context.Context, to sender, args []any) (reply, error) {
	cmd := redis.NewCmd(ctx, args...)
	err := c.router(to).Process(ctx, cmd)
	return parsedReply(cmd, err, func(err error) error { return err })
}

// pipeline sends all commands in one round trip. The error is that of the connection; each reply carries its own.
func (c *conn) pipeline(ctx context.Context, commands [][]any) ([]reply, error) {
	return c.pipelineOn(ctx, c.client, commands)
}

func (c *conn) pipelineOn(ctx context.Context, to sender, commands [][]any) ([]reply, error) {
	raws, err := c.rawPipeline(ctx, to, commands)
	if err != nil {
		return nil, err
	}
	replies := make([]reply, len(raws))
	for i, raw := range raws {
		r, err := parseReply(raw)
		if refusedByNode(r) {
			r, err = c.again(ctx, to, commands[i])
		}
		if err != nil && r.kind != kindError {
			return nil, err
		}
		replies[i] = r
	}
	return replies, nil
}

// rawPipeline sends all commands in one round trip and returns their replies as they came.
func (c *conn) rawPipeline(ctx context.Context, to sender, commands [][]any) ([][]byte, error) {
	if err := needContext(ctx); err != nil {
		return nil, err
	}
	pipe := to.Pipeline()
	cmds := make([]*redis.RawCmd, len(commands))
	for i, args := range commands {
		cmds[i] = redis.NewRawCmd(ctx, args...)
		if err := pipe.Process(ctx, cmds[i]); err != nil {
			return nil, err
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		c.noticeLost(ctx, to, err)
		return nil, err
	}
	raws := make([][]byte, len(cmds))
	for i, cmd := range cmds {
		raws[i] = cmd.Val()
	}
	return raws, nil
}

// nodeRefusals are the first words of errors that speak of the node and not of the command: nothing was done, and
// go-redis knows where to go next.
var nodeRefusals = [...]string{"MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "READONLY", "MASTERDOWN"}

func refusedByNode(r reply) bool {
	if r.kind != kindError {
		return false
	}
	word, _, _ := strings.Cut(r.text, " ")
	for _, refusal := range nodeRefusals {
		if word == refusal {
			return true
		}
	}
	return false
}

// parsedReply turns what go-redis parsed into a reply, and what the server refused into a [replyError].
func parsedReply(cmd *redis.Cmd, err error, lost func(error) error) (reply, error) {
	var refused redis.Error
	switch {
	case errors.Is(err, redis.Nil):
		return reply{}, nil
	case errors.As(err, &refused):
		r := reply{kind: kindError, text: refused.Error()}
		return r, replyError(r.text)
	case err != nil:
		return reply{}, lost(err)
	}
	return replyOf(cmd.Val()), nil
}

// replyOf is what go-redis parsed, as a reply.
func replyOf(v any) reply {
	switch v := v.(type) {
	case string:
		return reply{kind: kindText, text: v}
	case int64:
		return reply{kind: kindInt, n: v}
	case bool:
		if v {
			return reply{kind: kindInt, n: 1}
		}
		return reply{kind: kindInt}
	case error:
		return reply{kind: kindError, text: v.Error()}
	case []any:
		r := reply{kind: kindArray, elems: make([]reply, len(v))}
		for i := range v {
			r.elems[i] = replyOf(v[i])
		}
		return r
	case map[any]any:
		r := reply{kind: kindArray, elems: make([]reply, 0, 2*len(v))}
		for key, value := range v {
			r.elems = append(r.elems, replyOf(key), replyOf(value))
		}
		return r
	case nil:
		return reply{}
	default:
		return reply{kind: kindText, text: fmt.Sprint(v)}
	}
}

// markUncertain wraps an error of the connection unless it shows that nothing was sent.
func markUncertain(err error) error {
	if unsent(err) || serverErrorWord(err) != "" {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUncertain, err)
}
