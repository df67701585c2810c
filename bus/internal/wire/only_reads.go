package wire

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"streamdesk/bus/fault"
)

// OnlyReads returns a dialer whose connections send only commands that change nothing: those of [Read], those that a connection
// begins with, and those by which go-redis finds the nodes of a cluster and the master that Sentinel names. Any other command is
// refused with [fault.ErrReadOnly] before its last byte is sent, and its connection is closed. Everything that is made of the
// client has the dialer, too: nodes of a cluster and the bus's own clients.
func OnlyReads(dial Dialer) Dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		c := &readOnlyConn{Conn: conn}
		if raw, ok := conn.(syscall.Conn); ok {
			return &readOnlyRaw{readOnlyConn: c, raw: raw}, nil
		}
		return c, nil
	}
}

// readOnlyConn looks at the commands that are written to a connection.
type readOnlyConn struct {
	net.Conn
	mu    sync.Mutex
	watch commandWatch
	err   error // the refusal, permanent
}

// Write writes to the connection, unless that would send a command that may change something.
func (c *readOnlyConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if c.err == nil {
		c.err = c.watch.scan(b)
	}
	err := c.err
	c.mu.Unlock()
	if err != nil {
		_ = c.Close() // what was sent of the command stays incomplete
		return 0, err
	}
	return c.Conn.Write(b)
}

// readOnlyRaw is a connection whose socket go-redis checks to see whether the other side has closed it.
type readOnlyRaw struct {
	*readOnlyConn
	raw syscall.Conn
}

// SyscallConn returns the connection's socket.
func (c *readOnlyRaw) SyscallConn() (syscall.RawConn, error) { return c.raw.SyscallConn() }

const (
	// headWords is how many words of a command decide whether it may be sent: CLAIM is the fifth of an XREADGROUP that only asks.
	headWords = 5
	// longestWord is the max number of bytes of a word that are looked at; no word that is allowed is as long.
	longestWord = 32
)

// commandWatch scans commands (RESP: an array of strings) as they are written; writes may split them anywhere.
type commandWatch struct {
	line []byte // the header that is read
	left int    // words of the command that are still to come; 0 before a command
	all  int    // its words
	skip int    // bytes of a word that are still to come, its line break included; 0 before a word
	take int    // how many of them belong to the word itself, and not to its line break
	head []string
	word []byte
}

// scan returns the refusal of a command that isn't allowed, or isn't one.
func (w *commandWatch) scan(b []byte) error {
	for len(b) > 0 {
		if w.skip > 0 {
			n := min(w.skip, len(b))
			w.keep(b[:min(n, w.take)])
			w.take -= min(n, w.take)
			w.skip -= n
			b = b[n:]
			if w.skip == 0 {
				if err := w.ended(); err != nil {
					return err
				}
			}
			continue
		}
		end := bytes.IndexByte(b, '\n')
		if w.line = append(w.line, b[:max(end, 0)]...); end < 0 {
			w.line = append(w.line, b...)
			b = nil
		} else {
			b = b[end+1:]
		}
		if len(w.line) > headerSize {
			return fmt.Errorf("%w: what was to be sent is no command", fault.ErrReadOnly)
		}
		if end >= 0 {
			if err := w.header(); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep adds to the word that is read, as far as it matters.
func (w *commandWatch) keep(b []byte) {
	if len(w.head) < headWords {
		w.word = append(w.word, b[:min(len(b), longestWord-len(w.word))]...)
	}
}

// header reads the line that begins a command or a word.
func (w *commandWatch) header() error {
	line := strings.TrimSuffix(string(w.line), "\r")
	w.line = w.line[:0]
	kind := byte('$')
	if w.left == 0 {
		kind = '*'
	}
	n := -1
	if len(line) > 1 && line[0] == kind {
		if number, err := strconv.ParseUint(line[1:], 10, 31); err == nil {
			n = int(number)
		}
	}
	switch {
	case n < 0, kind == '*' && n == 0:
		return fmt.Errorf("%w: what was to be sent is no command", fault.ErrReadOnly)
	case kind == '*':
		w.left, w.all, w.head = n, n, w.head[:0]
	default:
		w.take, w.skip = n, n+len("\r\n")
	}
	return nil
}

// ended is called at the end of a word.
func (w *commandWatch) ended() error {
	if len(w.head) < headWords {
		w.head = append(w.head, strings.ToLower(string(w.word)))
		w.word = w.word[:0]
		if len(w.head) == min(headWords, w.all) && !changesNothing(w.head, w.all) {
			return fmt.Errorf("%w: %s", fault.ErrReadOnly, strings.ToUpper(printable(w.head[0])))
		}
	}
	w.left--
	return nil
}

// printable returns a word of a command without what isn't ASCII text.
func printable(word string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, word)
}

// reading are the commands that change nothing. Those with words have several forms, and only these change nothing.
var reading = map[string][]string{
	"scan": nil, "xrange": nil, "xrevrange": nil, "xread": nil, "xpending": nil, "xlen": nil, "time": nil, "info": nil,
	"get": nil, "pttl": nil, "hget": nil, "zcard": nil, "zrange": nil, // what is set for groups, and what is scheduled
	"xinfo": nil, "command": nil, "config": {"get"}, "xgroup": {"help"},
	"client": {"list", "info", "id", "getname", "setname", "setinfo", "maint_notifications"},
	// What a connection begins with, and how nodes and masters are found.
	"ping": nil, "hello": nil, "auth": nil, "select": nil, "readonly": nil, "readwrite": nil, "asking": nil,
	"cluster":  {"slots", "shards", "nodes", "info", "myid"},
	"sentinel": {"get-master-addr-by-name", "masters", "master", "sentinels", "replicas", "slaves"},
	"role":     nil, "subscribe": nil, "psubscribe": nil, "unsubscribe": nil, "punsubscribe": nil,
}

// changesNothing reports whether a command with these first words, in lower case, and so many words in all changes nothing.
func changesNothing(head []string, all int) bool {
	switch head[0] {
	case "xautoclaim", "waitaof", "xdelex": // without what they would work on
		return all == 1
	case "xreadgroup": // without the ID for its stream; see bareProbes
		const probed = 8
		return all == probed && head[2] == probeKey && head[4] == "claim"
	}
	forms, known := reading[head[0]]
	return known && (forms == nil || all > 1 && slices.Contains(forms, head[1]))
}
