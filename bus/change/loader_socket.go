package change

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// socket is a loader's connection to a single server. Commands are written to it, and replies read from it, past go-redis, which
// makes a value for each.
type socket struct {
	lines *wire.Lines // nil when go-redis sends the batches
	conn  wire.Client // nil while there is none
	line  *wire.Line
	used  time.Time
	out   []byte
}

const (
	// askAfter is how long a connection may lie idle and still be used without asking whether it lives: a reply that is lost
	// leaves open whether entries were added.
	askAfter = time.Second
	// keptOut is the max size of the buffer for commands that is kept: one large entry shouldn't take up its memory for ever.
	keptOut = 4 << 20
)

// connect makes the connection if there is none that lives. When it fails, nothing was sent.
func (s *socket) connect(ctx context.Context, client wire.Client) (err error) {
	if s.conn != nil && time.Since(s.used) > askAfter {
		if err := s.conn.Process(ctx, redis.NewCmd(ctx, "ping")); err != nil && wire.ErrorWord(err) == "" {
			s.hangUp()
		}
	}
	if s.conn == nil {
		s.conn, s.line, _, err = s.lines.Open(ctx, client)
	}
	return err
}

// hangUp closes the connection.
func (s *socket) hangUp() {
	if s.conn != nil {
		_ = s.conn.Close() // no command is on its way, or it is broken
	}
	s.conn, s.line = nil, nil
}

// add adds the entries, all of them in one write, and records what became of each.
func (s *socket) add(ctx context.Context, client wire.Client, entries []model.Entry, results []Loaded) {
	if err := s.connect(ctx, client); err != nil {
		if wire.ErrorWord(err) != "" {
			err = &wire.HandshakeError{Err: err}
		}
		for i := range results {
			results[i].Err = err
		}
		return
	}
	s.out = s.out[:0]
	for i := range entries {
		s.out = appendXAdd(s.out, &entries[i])
	}
	broken := s.line.Write(ctx, s.out)
	if cap(s.out) > keptOut {
		s.out = nil
	}
	s.line.Await(ctx)
	part := broken != nil
	for i := range results {
		r := &results[i]
		if r.Err = broken; broken == nil {
			r.ID, r.Err = s.line.ID()
		}
		if r.Err != nil {
			r.Err = wire.MarkUncertain(r.Err)
			part = part || wire.ErrorWord(r.Err) == "" || wire.Passing(r.Err) // the next connection may be to a new master
		}
	}
	if s.used = time.Now(); part {
		s.hangUp()
	}
}

// appendXAdd appends the command that adds an entry.
func appendXAdd(out []byte, e *model.Entry) []byte {
	const fixed = 3 // the command, the key, the ID
	out = wire.AppendArray(out, fixed+2*len(e.Fields))
	out = wire.AppendString(out, "xadd")
	out = wire.AppendString(out, e.Stream)
	if e.ID.IsZero() {
		out = wire.AppendString(out, "*")
	} else {
		out = wire.AppendString(out, e.ID.String())
	}
	for i := range e.Fields {
		out = wire.AppendString(out, e.Fields[i].Name)
		out = wire.AppendString(out, e.Fields[i].Value)
	}
	return out
}
