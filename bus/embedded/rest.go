package embedded

import (
	"bufio"
	"bytes"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
)

// rest is miniredis, which holds all keys that are no streams. For each stream key it also holds a stand-in of type stream,
// so that TYPE, EXISTS, DEL, KEYS, EXPIRE and its other commands see the key, and a wrong command gets WRONGTYPE. The
// stand-in's content means nothing; the stream exists only while the stand-in does.
type rest struct {
	mini *miniredis.Miniredis
	idle []*relay       // relays to reuse
	busy []*server.Peer // peers of relays in use, which the pre-hook must let through
}

// relay carries one command to miniredis and its reply back.
type relay struct {
	peer *server.Peer
	buf  bytes.Buffer
}

// newRest starts miniredis without a listener. fromScript is called for every command of a script, and reports whether it has
// answered it.
func newRest(fromScript func(p *server.Peer, name string, args []string) bool) (*rest, error) {
	mini := miniredis.NewMiniRedis()
	// Dialing starts miniredis without a port of its own; the connection itself is not needed.
	conn, err := mini.Dial()
	if err != nil {
		return nil, err
	}
	if err := conn.Close(); err != nil {
		return nil, err
	}
	s := &rest{mini: mini}
	mini.Server().SetPreHook(func(p *server.Peer, name string, args ...string) bool {
		if n := len(s.busy); n > 0 && s.busy[n-1] == p {
			return false
		}
		return fromScript(p, name, args)
	})
	return s, nil
}

func (s *rest) close() { s.mini.Close() }

func (s *rest) knows(name string) bool { return s.mini.Server().IsRegisteredCommand(name) }

// call runs a command in miniredis and returns the reply in wire format, which is valid until the next call.
func (s *rest) call(context *any, resp3 bool, args ...string) []byte {
	var l *relay
	if n := len(s.idle); n > 0 {
		l, s.idle = s.idle[n-1], s.idle[:n-1]
	} else {
		l = &relay{}
		l.peer = server.NewPeer(bufio.NewWriter(&l.buf))
	}
	l.buf.Reset()
	l.peer.Ctx, l.peer.Resp3, l.peer.SwitchResp3 = *context, resp3, nil
	s.busy = append(s.busy, l.peer)
	s.mini.Server().Dispatch(l.peer, args)
	s.busy = s.busy[:len(s.busy)-1]
	l.peer.Flush()
	*context = l.peer.Ctx
	s.idle = append(s.idle, l)
	return l.buf.Bytes()
}

// forward lets miniredis answer the request.
func (r *request) forward() []byte {
	said := r.srv.rest.call(r.context, r.out.resp3, r.args...)
	r.out.buf = append(r.out.buf, said...)
	return said
}

// callFromScript is the pre-hook: it answers a script's command when this package has it in its table.
func (s *Server) callFromScript(p *server.Peer, name string, args []string) bool {
	cmd, ok := s.commands[name]
	if !ok {
		return false
	}
	out := reply{resp3: p.Resp3}
	r := &request{
		srv: s, context: &p.Ctx, args: append([]string{name}, args...), out: &out, now: s.clock().UnixMilli(), inTx: true,
	}
	switch {
	case strings.Contains(cmd.flags, "noscript"):
		out.fail(failure("ERR This Redis command is not allowed from script"))
	default:
		r.run(name)
	}
	p.WriteRaw(string(out.buf))
	return true
}

// tickEvery is the precision of key expiry.
const tickEvery = 20 * time.Millisecond

// expire advances miniredis's clock, which does not run by itself.
func (s *Server) expire(now time.Time) {
	elapsed := now.Sub(s.lastTick)
	if elapsed < tickEvery {
		return
	}
	s.lastTick = now
	s.rest.mini.FastForward(elapsed)
	s.checkAllKeys()
}
