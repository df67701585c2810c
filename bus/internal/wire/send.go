package wire

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// onceCmd is a command that is never sent twice: go-redis repeats commands whose reply was lost, which for an XADD would add
// the entry again.
type onceCmd struct{ *redis.RawCmd }

// NoRetry tells go-redis to leave retries to the bus, which knows their effect.
func (onceCmd) NoRetry() bool { return true }

// onceParsedCmd is onceCmd for replies that go-redis parses.
type onceParsedCmd struct{ *redis.Cmd }

// NoRetry returns true, like onceCmd's.
func (onceParsedCmd) NoRetry() bool { return true }

// once sends a command at most once and returns the reply. An error that wraps [fault.ErrUncertain] means that it may have
// taken effect.
func (c *Conn) once(ctx context.Context, command model.Command) (Reply, error) {
	return c.OnceOn(ctx, c.Client, command.Args())
}

// OnceOn is [Conn.Once] on a given client or node.
func (c *Conn) OnceOn(ctx context.Context, to Sender, args []any) (Reply, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return Reply{}, err
	}
	raw := redis.NewRawCmd(ctx, args...)
	if err := to.Process(ctx, onceCmd{raw}); err != nil {
		c.noticeLost(ctx, to, err)
		return Reply{}, MarkUncertain(err)
	}
	r, err := Parse(raw.Val())
	if RefusedByNode(r) {
		parsed := redis.NewCmd(ctx, args...)
		err := c.router(to).Process(ctx, onceParsedCmd{parsed})
		return parsedReply(parsed, err, MarkUncertain)
	}
	return r, err
}

// DoOn sends a command that can be repeated safely to a client or a node, and returns the reply.
func (c *Conn) DoOn(ctx context.Context, to Sender, args ...any) (Reply, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return Reply{}, err
	}
	raw := redis.NewRawCmd(ctx, args...)
	if err := to.Process(ctx, raw); err != nil {
		c.noticeLost(ctx, to, err)
		return Reply{}, err
	}
	r, err := Parse(raw.Val())
	if RefusedByNode(r) {
		return c.again(ctx, to, args)
	}
	return r, err
}

// again resends a command that a node refused, with go-redis's own reply parser. go-redis doesn't see the errors in a raw
// reply; when it sees them, it follows a moved slot to its node and waits for a server that is loading.
func (c *Conn) again(ctx context.Context, to Sender, args []any) (Reply, error) {
	cmd := redis.NewCmd(ctx, args...)
	err := c.router(to).Process(ctx, cmd)
	return parsedReply(cmd, err, func(err error) error { return err })
}

// Pipeline sends all commands in one round trip. The error is one of the connection; each reply has its own.
func (c *Conn) Pipeline(ctx context.Context, commands [][]any) ([]Reply, error) {
	return c.PipelineOn(ctx, c.Client, commands)
}

// PipelineOn is [Conn.Pipeline] on a given client or node.
func (c *Conn) PipelineOn(ctx context.Context, to Sender, commands [][]any) ([]Reply, error) {
	raws, err := c.rawPipeline(ctx, to, commands)
	if err != nil {
		return nil, err
	}
	replies := make([]Reply, len(raws))
	for i, raw := range raws {
		r, err := Parse(raw)
		if RefusedByNode(r) {
			r, err = c.again(ctx, to, commands[i])
		}
		if err != nil && r.Kind != KindError {
			return nil, err
		}
		replies[i] = r
	}
	return replies, nil
}

// rawPipeline sends all commands in one round trip and returns their unparsed replies.
func (c *Conn) rawPipeline(ctx context.Context, to Sender, commands [][]any) ([][]byte, error) {
	if err := fault.NeedContext(ctx); err != nil {
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

// nodeRefusals are the first words of errors about the node rather than the command: nothing was done, and go-redis knows
// which node to ask next.
var nodeRefusals = [...]string{"MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "READONLY", "MASTERDOWN"}

// RefusedByNode reports whether a reply is about the node rather than the command: nothing was done.
func RefusedByNode(r Reply) bool {
	if r.Kind != KindError {
		return false
	}
	word, _, _ := strings.Cut(r.Text, " ")
	for _, refusal := range nodeRefusals {
		if word == refusal {
			return true
		}
	}
	return false
}

// parsedReply converts go-redis's result into a reply, and the server's refusal into a [ServerError].
func parsedReply(cmd *redis.Cmd, err error, lost func(error) error) (Reply, error) {
	var refused redis.Error
	switch {
	case errors.Is(err, redis.Nil):
		return Reply{}, nil
	case errors.As(err, &refused):
		r := Reply{Kind: KindError, Text: refused.Error()}
		return r, ServerError(r.Text)
	case err != nil:
		return Reply{}, lost(err)
	}
	return replyOf(cmd.Val()), nil
}

// replyOf converts a value that go-redis parsed into a reply.
func replyOf(v any) Reply {
	switch v := v.(type) {
	case string:
		return Reply{Kind: KindText, Text: v}
	case int64:
		return Reply{Kind: kindInt, n: v}
	case bool:
		if v {
			return Reply{Kind: kindInt, n: 1}
		}
		return Reply{Kind: kindInt}
	case error:
		return Reply{Kind: KindError, Text: v.Error()}
	case []any:
		r := Reply{Kind: KindArray, Elems: make([]Reply, len(v))}
		for i := range v {
			r.Elems[i] = replyOf(v[i])
		}
		return r
	case map[any]any:
		r := Reply{Kind: KindArray, Elems: make([]Reply, 0, 2*len(v))}
		for key, value := range v {
			r.Elems = append(r.Elems, replyOf(key), replyOf(value))
		}
		return r
	case nil:
		return Reply{}
	default:
		return Reply{Kind: KindText, Text: fmt.Sprint(v)}
	}
}

// MarkUncertain wraps an error of the connection unless it shows that nothing was sent.
func MarkUncertain(err error) error {
	if Unsent(err) || ErrorWord(err) != "" {
		return err
	}
	return fmt.Errorf("%w: %w", fault.ErrUncertain, err)
}
