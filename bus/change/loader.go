package change

import (
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Loader adds entries as they are, many at a time: for imports and replays, where neither the fields nor the IDs are the
// bus's to choose. It has one connection of its own, on which what is sent keeps its order, and never sends anything
// twice. It isn't safe for concurrent use. Make one with [Writer.NewLoader] and close it.
type Loader struct {
	client redis.UniversalClient
	owned  bool
	args   [][]any
	stream string
	key    any // the stream, boxed
	cmds   []redis.Cmder
}

// NewLoader makes a loader on the bus's server.
func (w *Writer) NewLoader() *Loader {
	l := &Loader{}
	l.client, l.owned = w.conn.DeriveClient(wire.WriteTimeout, 1)
	return l
}

// Close closes the loader's connection.
func (l *Loader) Close() error {
	if l.owned {
		return l.client.Close()
	}
	return nil
}

// Loaded is what became of one entry.
type Loaded struct {
	// ID is the entry's; zero when it was not added.
	ID model.Position
	// Err is nil, or the server's refusal, or wraps [fault.ErrUncertain] when the reply was lost.
	Err error
}

// Refused says that the server answered, and said no: the entry was not added.
func (l Loaded) Refused() bool { return l.Err != nil && wire.ErrorWord(l.Err) != "" }

// BehindLast says that the server refused the ID because the stream's last one is not before it.
func (l Loaded) BehindLast() bool {
	word := wire.ErrorWord(l.Err)
	return word == "ERR" && strings.Contains(l.Err.Error(), "equal or smaller")
}

// Add adds the entries in their order, each to its own Stream: XADD with its ID, or with one that the server makes when
// that is zero. All go out in one pipeline, so that a call should have some hundred of them and a megabyte at most. The
// result has one element for each entry. Once the sending has begun it isn't called back: ctx counts before it.
func (l *Loader) Add(ctx context.Context, entries []model.Entry) ([]Loaded, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	results := make([]Loaded, len(entries))
	if len(entries) == 0 {
		return results, nil
	}
	ctx = context.WithoutCancel(ctx)
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
		// go-redis leaves the commands alone when the connection's handshake was refused: nothing was sent.
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

// xadd writes the i-th command of a batch. Argument lists are kept from batch to batch and point at the entry's own
// texts, so that hardly anything is allocated.
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

// LoadCommand is the command that [Loader.Add] sends for an entry.
func LoadCommand(e *model.Entry) model.Command {
	id := "*"
	if !e.ID.IsZero() {
		id = e.ID.String()
	}
	return wire.FieldArgs(model.Command{"XADD", e.Stream, id}, e.Fields)
}

// Replayed is the new entry that an entry becomes when it is replayed to a stream: without an ID, and with a field that
// says where it came from, in place of an earlier one, when that is asked for.
func Replayed(e *model.Entry, to string, provenance bool) model.Entry {
	r := RepublishRequest{Entry: *e, To: to, Provenance: provenance}
	return model.Entry{Stream: to, Fields: r.fields()}
}

// AboutEntry says whether an error of a [Loaded] is about the entry or its stream, so that others may well go through; it is
// not when the server as a whole takes nothing now, or the connection is lost.
func AboutEntry(err error) bool { return wire.ErrorWord(err) != "" && !wire.Passing(err) }
