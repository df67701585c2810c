package change

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Loader adds entries unchanged, many at a time. Imports and replays use it, since the bus chooses neither their fields nor their
// IDs. It has its own connection, on which commands keep their order, and never sends anything twice. It isn't safe for
// concurrent use. Create one with [Writer.NewLoader] and close it.
type Loader struct {
	client wire.Client
	owned  bool
	server *wire.Conn
	socket
	// Of the batch that is sent: where go-redis sends it, the commands with their arguments.
	args   [][]any
	stream string
	key    any // the stream, boxed
	cmds   []redis.Cmder
}

// NewLoader returns a new loader for the bus's server.
func (w *Writer) NewLoader() *Loader {
	l := &Loader{server: w.conn}
	l.client, l.lines, l.owned = w.conn.DeriveLines(wire.WriteTimeout, 1)
	return l
}

// Close closes the loader's connection.
func (l *Loader) Close() error {
	l.hangUp()
	if l.owned {
		return l.client.Close()
	}
	return nil
}

// Loaded is the result for one entry.
type Loaded struct {
	// ID is the entry's ID; zero when it was not added.
	ID model.Position
	// Err is nil, or the server's refusal, or wraps [fault.ErrUncertain] when the reply was lost.
	Err error
}

// Refused reports whether the server answered with an error: the entry was not added.
func (l Loaded) Refused() bool { return l.Err != nil && wire.ErrorWord(l.Err) != "" }

// BehindLast reports whether the server refused the ID because the stream's last ID is not before it.
func (l Loaded) BehindLast() bool {
	word := wire.ErrorWord(l.Err)
	return word == "ERR" && strings.Contains(l.Err.Error(), "equal or smaller")
}

// Add adds the entries in order, each to its own Stream: XADD with its ID, or with an ID from the server when that is zero. All
// go out in one pipeline, so a call should pass some hundred entries, and max one megabyte. The result has one element per entry.
// Sending can't be cancelled once it has begun: ctx counts only before.
func (l *Loader) Add(ctx context.Context, entries []model.Entry) ([]Loaded, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, err
	}
	if err := cmp.Or(ctx.Err(), l.server.NeedWrite()); err != nil {
		return nil, err
	}
	results := make([]Loaded, len(entries))
	if len(entries) == 0 {
		return results, nil
	}
	ctx = context.WithoutCancel(ctx)
	if l.lines != nil {
		l.add(ctx, l.client, entries, results)
		return results, nil
	}
	l.cmds = l.cmds[:0]
	for i := range entries {
		l.cmds = append(l.cmds, wire.XAdd{StringCmd: redis.NewStringCmd(ctx, l.xadd(i, &entries[i])...)})
	}
	pipe := l.client.Pipeline()
	if err := pipe.BatchProcess(ctx, l.cmds...); err != nil {
		return nil, fmt.Errorf("bus: load: %w", err)
	}
	_, execErr := pipe.Exec(ctx)
	for i, c := range l.cmds {
		cmd := c.(wire.XAdd) //nolint:forcetypeassert // nothing else was put in
		results[i] = loaded(cmd, execErr)
	}
	return results, nil
}

func loaded(cmd wire.XAdd, execErr error) Loaded {
	err := cmd.Err()
	if err == nil && cmd.Val() == "" {
		// go-redis doesn't touch the commands when the connection's handshake was refused: nothing was sent.
		return Loaded{Err: &wire.HandshakeError{Err: execErr}}
	}
	if err != nil {
		return Loaded{Err: wire.MarkUncertain(err)}
	}
	id, err := model.ParsePosition(cmd.Val())
	if err != nil {
		return Loaded{Err: wire.Uncertain(fmt.Errorf("%w: %w", fault.ErrReply, err))}
	}
	return Loaded{ID: id}
}

// xadd returns the i-th command of a batch. Argument lists are reused between batches and point at the entry's own strings, so
// that hardly anything is allocated.
func (l *Loader) xadd(i int, e *model.Entry) []any {
	if i == len(l.args) {
		l.args = append(l.args, make([]any, 0, 8))
	}
	if l.stream != e.Stream || l.key == nil {
		l.stream, l.key = e.Stream, e.Stream // as a string, not a pointer: a cluster's client looks at it
	}
	args := l.args[i][:0]
	args = append(args, wire.ArgXAdd, l.key)
	if e.ID.IsZero() {
		args = append(args, wire.ArgAutoID)
	} else {
		args = append(args, e.ID.String())
	}
	for k := range e.Fields {
		args = append(args, &e.Fields[k].Name, &e.Fields[k].Value)
	}
	l.args[i] = args
	return args
}

// LoadCommand returns the command that [Loader.Add] sends for an entry.
func LoadCommand(e *model.Entry) model.Command {
	id := "*"
	if !e.ID.IsZero() {
		id = e.ID.String()
	}
	return wire.FieldArgs(model.Command{"XADD", e.Stream, id}, e.Fields)
}

// Replayed returns the new entry for an entry that is replayed to a stream. It has no ID. With provenance it has a field that
// says where it came from, which replaces an earlier one.
func Replayed(e *model.Entry, to string, provenance bool) model.Entry {
	r := RepublishRequest{Entry: *e, To: to, Provenance: provenance}
	return model.Entry{Stream: to, Fields: r.fields()}
}

// AboutEntry reports whether an error of a [Loaded] is about the entry or its stream, so that others may still succeed. It
// returns false when the server accepts no writes at all now, or the connection is lost.
func AboutEntry(err error) bool { return wire.ErrorWord(err) != "" && !wire.Passing(err) }
