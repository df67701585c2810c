package wire

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Lines finds the sockets below a client's connections. go-redis makes the connections and logs in on them, but writes the
// commands of a pipeline one by one and reads all their replies before it writes again. The owner of a connection of its own
// ([Connect]) takes the socket as a [Line] instead, and writes the next commands while replies to the last ones are out.
type Lines struct {
	used          atomic.Pointer[lineConn]
	writing, wait time.Duration // the client's timeouts for a write and for a reply; 0 for none
}

// DeriveLines is [Conn.DeriveClient] with the sockets of the client's connections; lines is nil for a client that has more
// than one server.
func (c *Conn) DeriveLines(readTimeout time.Duration, pool int) (client Client, lines *Lines, owned bool) {
	given, single := c.Client.(*redis.Client)
	if !single {
		client, owned = c.DeriveClient(readTimeout, pool)
		return client, nil, owned
	}
	opt := singleOptions(c, given, readTimeout, pool)
	lines = &Lines{}
	opt.Dialer = lines.follow(opt.Dialer)
	made := redis.NewClient(opt)
	lines.writing, lines.wait = max(made.Options().WriteTimeout, 0), max(made.Options().ReadTimeout, 0)
	return made, lines, true
}

// Open returns a connection of its own to the client's server ([Connect]) with its socket, and what the server says of the
// connection (CLIENT INFO), which is empty when the user may not ask, and before Redis 6.2. The connection is nil when the
// client isn't one of a single server, the line is nil when s is. On an error nothing else was sent.
func (s *Lines) Open(ctx context.Context, client Client) (conn Client, line *Line, info string, err error) {
	if conn = Connect(client); conn == nil {
		return nil, nil, "", nil
	}
	ask := redis.NewCmd(ctx, clientInfo...)
	_ = conn.Process(ctx, ask) // Text has the error
	info, err = ask.Text()
	switch word := ErrorWord(err); {
	case err == nil:
	case word == "NOPERM" || word == "ERR":
		info = ""
	default:
		_ = conn.Close() // it is unusable, so Close's error doesn't matter
		return nil, nil, "", err
	}
	return conn, s.take(), info, nil
}

// clientInfo is the command that marks the socket of a connection: [Lines.take] returns the one that it was written to. lineMark is
// it as go-redis writes it.
var (
	clientInfo = []any{"client", "info"}
	lineMark   = AppendCommand(nil, clientInfo)
)

// follow returns a dialer whose connections notice the mark.
func (s *Lines) follow(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		marked := &lineConn{Conn: conn, of: s}
		if raw, ok := conn.(syscall.Conn); ok {
			return lineSocket{marked, raw}, nil
		}
		return marked, nil
	}
}

// take returns the socket of the connection on which clientInfo was just sent: the connection is made and logged in. It
// returns nil when none was. The connection's owner uses the line while no command of go-redis's is on its way, and no
// longer than the connection is open.
func (s *Lines) take() *Line {
	if s == nil {
		return nil
	}
	conn := s.used.Swap(nil)
	if conn == nil {
		return nil
	}
	return &Line{conn: conn.Conn, of: s, in: make([]byte, lineBuffer)}
}

// lineConn is a connection that notices the mark.
type lineConn struct {
	net.Conn
	of *Lines
}

// Write writes to the connection.
func (c *lineConn) Write(b []byte) (int, error) {
	if bytes.HasPrefix(b, lineMark) {
		c.of.used.Store(c)
	}
	return c.Conn.Write(b)
}

// lineSocket is a lineConn whose socket go-redis can check before it uses it again.
type lineSocket struct {
	*lineConn
	raw syscall.Conn
}

// SyscallConn returns the connection's socket.
func (s lineSocket) SyscallConn() (syscall.RawConn, error) { return s.raw.SyscallConn() }

// Line is the socket of a connection. After an error nothing more is written, or read.
type Line struct {
	conn    net.Conn
	of      *Lines
	in      []byte
	at, end int   // what was read and not used yet
	err     error // of reading
	broken  error // of writing
}

// lineBuffer is the size of the buffer for replies: what a server answers to the commands it reads at a time.
const lineBuffer = 16 << 10

// Write writes commands. After an error it isn't known how much of them was written; the replies to what was written before may
// still come.
func (l *Line) Write(ctx context.Context, commands []byte) error {
	if l.broken == nil {
		l.broken = l.conn.SetWriteDeadline(deadline(ctx, l.of.writing))
	}
	if l.broken == nil {
		_, l.broken = l.conn.Write(commands)
	}
	return l.broken
}

// Await begins the time for the replies to what was written at a time: they must have come when ctx's deadline or the
// client's timeout is over.
func (l *Line) Await(ctx context.Context) {
	if l.err == nil {
		l.err = l.conn.SetReadDeadline(deadline(ctx, l.of.wait))
	}
}

// deadline returns the earlier of ctx's deadline and the time after a timeout; zero for neither.
func deadline(ctx context.Context, timeout time.Duration) time.Time {
	until, limited := ctx.Deadline()
	if timeout <= 0 {
		return until
	}
	if own := time.Now().Add(timeout); !limited || own.Before(until) {
		return own
	}
	return until
}

// ID reads the reply to an XADD, which is the entry's ID. A refusal is a [ServerError]; any other error is the connection's.
func (l *Line) ID() (model.Position, error) {
	head, err := l.next(0)
	if err != nil {
		return model.Position{}, err
	}
	if head[0] == '-' {
		return model.Position{}, ServerError(head[1:])
	}
	size, err := strconv.ParseUint(string(head[1:]), 10, 8)
	if head[0] != '$' || err != nil || size == 0 || size > maxID {
		return model.Position{}, l.garbled(head)
	}
	text, err := l.next(int(size))
	if err != nil {
		return model.Position{}, err
	}
	id, rest, known := model.CutPosition(text)
	if !known || len(rest) > 0 || len(text) != int(size) {
		return model.Position{}, l.garbled(text)
	}
	return id, nil
}

// maxID is the size of the longest ID: two numbers of 64 bits.
const maxID = 20 + 1 + 20

// garbled records that the server's answer isn't one to an XADD: the replies no longer match the commands.
func (l *Line) garbled(line []byte) error {
	l.err = fmt.Errorf("%w: %.40q where an entry's ID is wanted", fault.ErrReply, line)
	return l.err
}

// next returns the next line, of at least size bytes, without its end. It is valid until the next call.
func (l *Line) next(size int) ([]byte, error) {
	for l.err == nil {
		if have := l.in[l.at:l.end]; len(have) > size {
			if n := bytes.IndexByte(have[size:], '\n'); n >= 0 {
				line := have[:size+n]
				l.at += size + n + 1
				if last := len(line) - 1; last > 0 && line[last] == '\r' {
					return line[:last], nil
				}
				return nil, l.garbled(line)
			}
		}
		l.fill()
	}
	return nil, l.err
}

// fill reads what has come.
func (l *Line) fill() {
	if l.at > 0 {
		l.end = copy(l.in, l.in[l.at:l.end])
		l.at = 0
	}
	if l.end == len(l.in) {
		_ = l.garbled(l.in)
		return
	}
	n, err := l.conn.Read(l.in[l.end:])
	l.end += n
	if n == 0 {
		l.err = err
	}
}
