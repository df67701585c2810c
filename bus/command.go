package bus

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Command is one Redis command as it is sent, name first. Every change that the bus makes on a person's behalf can
// be shown as its commands before it is made (the request's Commands) and logged with its reply after.
type Command []string

// String writes the command as redis-cli takes it: arguments with anything but plain characters are quoted, with \n, \"
// and \xHH as redis-cli reads them.
func (c Command) String() string {
	var b strings.Builder
	for i, arg := range c {
		if i > 0 {
			b.WriteByte(' ')
		}
		if plainArgument(arg) {
			b.WriteString(arg)
		} else {
			b.WriteString(quoteArgument(arg))
		}
	}
	return b.String()
}

func plainArgument(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || c == '"' || c == '\'' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// quoteArgument quotes for redis-cli. JSON is the usual case, and full of double quotes: in single quotes it stays
// readable, as long as it holds nothing that only double quotes can say.
func quoteArgument(s string) string {
	single := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == 0x7F || c == '\'' || c == '\\' {
			single = false
			break
		}
	}
	if single {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7F:
			const hex = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&0xF])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (c Command) args() []any {
	args := make([]any, len(c))
	for i, arg := range c {
		args[i] = arg
	}
	return args
}

// onceCmd is a command that is never sent twice: go-redis repeats commands whose reply was lost, which for an XADD
// would add the entry again.
type onceCmd struct{ *redis.RawCmd }

// NoRetry tells go-redis to leave the repeating to the bus, which knows what repeating would do.
func (onceCmd) NoRetry() bool { return true }

// once sends c at most once and returns the reply.
func (b *Bus) once(ctx context.Context, c Command) (reply, error) {
	raw := redis.NewRawCmd(ctx, c.args()...)
	if err := b.client.Process(ctx, onceCmd{raw}); err != nil {
		return reply{}, err
	}
	return parseReply(raw.Val())
}

// do sends a command that may be repeated without harm and returns the reply.
func (b *Bus) do(ctx context.Context, args ...any) (reply, error) {
	raw := redis.NewRawCmd(ctx, args...)
	if err := b.client.Process(ctx, raw); err != nil {
		return reply{}, err
	}
	return parseReply(raw.Val())
}

// pipeline sends all commands in one round trip. The error is that of the connection; each reply carries its own.
func (b *Bus) pipeline(ctx context.Context, commands [][]any) ([]reply, error) {
	pipe := b.client.Pipeline()
	cmds := make([]*redis.RawCmd, len(commands))
	for i, args := range commands {
		cmds[i] = redis.NewRawCmd(ctx, args...)
		if err := pipe.Process(ctx, cmds[i]); err != nil {
			return nil, err
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	replies := make([]reply, len(cmds))
	for i, cmd := range cmds {
		r, err := parseReply(cmd.Val())
		if err != nil {
			if r.kind != kindError {
				return nil, err
			}
		}
		replies[i] = r
	}
	return replies, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
