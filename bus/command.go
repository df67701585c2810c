package bus

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
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
	single := !strings.HasSuffix(s, `\`) // it would take the closing quote with it; elsewhere it stands for itself
	if _, obeyed := model.NextObeyed(s); obeyed > 0 || strings.ContainsAny(s, "'\t\n") {
		single = false
	}
	if single {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	next, size := model.NextObeyed(s) // written byte for byte, as only \xHH says them
	for i := range len(s) {
		if i == next+size {
			at, more := model.NextObeyed(s[i:])
			next, size = i+at, more
		}
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
		case i >= next && i < next+size:
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

// ErrRequest is wrapped by the error about a request that lacks something or contradicts itself. Nothing was sent.
var ErrRequest = errors.New("invalid request")

// requestError says what is wrong with a request, and how to mend it.
func requestError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRequest, fmt.Sprintf(format, args...))
}

// needStream, needGroup and needConsumer refuse a name that is missing: Redis would take the empty string for a name.
func needStream(stream string) error {
	if stream == "" {
		return requestError("no stream named (give the stream's key, such as events:workflow.started)")
	}
	return nil
}

func needGroup(stream, group string) error {
	if err := needStream(stream); err != nil {
		return err
	}
	if group == "" {
		return requestError("no consumer group named on %s (give the group's name)", stream)
	}
	return nil
}

func needConsumer(stream, group, consumer string) error {
	if err := needGroup(stream, group); err != nil {
		return err
	}
	if consumer == "" {
		return requestError("no consumer named in group %s on %s (give the consumer's name)", group, stream)
	}
	return nil
}

func needIDs(stream string, ids []model.Position) error {
	if len(ids) == 0 {
		return requestError("no entry IDs on %s (give at least one)", stream)
	}
	return nil
}

// maxIDsPerCommand bounds one command on a list of IDs: a long one would hold up every other client of the server.
const maxIDsPerCommand = 500

// idCommands writes one command per chunk of IDs: the head, the IDs, the tail. An ID that is given twice is sent once,
// so that the counts that come back are counts of entries.
func idCommands(head Command, ids []model.Position, tail ...string) []Command {
	ids = distinct(ids)
	var commands []Command
	for start := 0; start < len(ids); start += maxIDsPerCommand {
		chunk := ids[start:min(start+maxIDsPerCommand, len(ids))]
		c := make(Command, 0, len(head)+len(chunk)+len(tail))
		c = append(c, head...)
		for _, id := range chunk {
			c = append(c, id.String())
		}
		commands = append(commands, append(c, tail...))
	}
	return commands
}

// distinct is the IDs in their order, each once.
func distinct(ids []model.Position) []model.Position {
	seen := make(map[model.Position]struct{}, len(ids))
	kept := make([]model.Position, 0, len(ids))
	for _, id := range ids {
		if _, ok := seen[id]; !ok {
			seen[id] = struct{}{}
			kept = append(kept, id)
		}
	}
	return kept
}

func itoa(n int) string { return strconv.Itoa(n) }

// millisText writes d for a command, in whole milliseconds.
func millisText(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// fieldArgs appends the fields as XADD takes them.
func fieldArgs(c Command, fields []model.Field) Command {
	for _, f := range fields {
		c = append(c, f.Name, f.Value)
	}
	return c
}
