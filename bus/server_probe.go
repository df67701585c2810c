package bus

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// learned is what was found out about the server, once.
type learned struct {
	mu   sync.Mutex
	can  model.Capabilities
	done bool

	// noFullInfo and noPendingIdle are set when the server did not understand a command; from then on it is done
	// without.
	noFullInfo, noPendingIdle atomic.Bool
	// noTime is set when TIME was denied.
	noTime atomic.Bool
	// lag, active and idempotent are set when an answer held what they stand for, which tells as much as a manual.
	lag, active, idempotent atomic.Bool
}

// see learns from an answer to XINFO STREAM or XINFO CONSUMERS what a user who may ask for nothing else can't be told.
func (l *learned) see(r reply) {
	for name, seen := range map[string]*atomic.Bool{"entries-added": &l.lag, "pids-tracked": &l.idempotent} {
		if !seen.Load() {
			if _, told := r.get(name); told {
				seen.Store(true)
			}
		}
	}
}

// seeConsumers is see for the time since a consumer last got an entry.
func (l *learned) seeConsumers(snap *model.Snapshot) {
	for i := 0; i < len(snap.Streams) && !l.active.Load(); i++ {
		for j := range snap.Streams[i].Groups {
			for k := range snap.Streams[i].Groups[j].Consumers {
				if snap.Streams[i].Groups[j].Consumers[k].Inactive.Known {
					l.active.Store(true)
				}
			}
		}
	}
}

// with adds what was seen to what was asked for.
func (l *learned) with(can model.Capabilities) model.Capabilities {
	can.Lag = can.Lag || l.lag.Load()
	can.ActiveTime = can.ActiveTime || l.active.Load()
	can.Idempotent = can.Idempotent || l.idempotent.Load()
	return can
}

// probeKey doesn't exist: no producer makes a type of it. Nothing is written to it either.
const probeKey = "?"

// capabilities finds out what the server can do, the first time it is asked.
func (c *conn) capabilities(ctx context.Context) (model.Capabilities, error) {
	c.learned.mu.Lock()
	defer c.learned.mu.Unlock()
	can, err := c.learn(ctx, c.client)
	return c.learned.with(can), err
}

// Can says what the server can do: COMMAND INFO, COMMAND DOCS, and questions about a stream that doesn't exist. It is asked
// once per [Bus], in a cluster of one node.
func (rd *Reader) Can(ctx context.Context) (model.Capabilities, error) {
	return rd.conn.capabilities(ctx)
}

// capabilitiesFor is capabilities asked through a certain connection. It doesn't wait for somebody else who is asking, and
// says whether they are known.
func (c *conn) capabilitiesFor(ctx context.Context, to sender) (can model.Capabilities, known bool) {
	if !c.learned.mu.TryLock() {
		return can, false
	}
	defer c.learned.mu.Unlock()
	can, err := c.learn(ctx, to)
	return c.learned.with(can), err == nil
}

// learn asks, unless it is known already. The lock is held.
func (c *conn) learn(ctx context.Context, to sender) (model.Capabilities, error) {
	if c.learned.done {
		return c.learned.can, nil
	}
	can, err := c.probe(ctx, to)
	if err != nil {
		return can, err
	}
	c.learned.can, c.learned.done = can, true
	return can, nil
}

// probe asks in one round trip, and in a second one where the first was denied. Each question only reads; of a key that
// doesn't exist the server's objection tells whether it understood.
func (c *conn) probe(ctx context.Context, to sender) (model.Capabilities, error) {
	key := c.prefix + probeKey
	replies, err := c.pipelineOn(ctx, to, [][]any{
		{"XINFO", "HELP"},
		{"XPENDING", key, "?", "IDLE", 1, "-", "+", 1},
		{"COMMAND", "INFO", "XAUTOCLAIM", "WAITAOF", "XDELEX"},
		{"COMMAND", "DOCS", "XINFO", "XADD", "XGROUP", "XTRIM", "XREADGROUP"},
		{"XINFO", "STREAM", key, "FULL", "COUNT", 1},
	})
	if err != nil {
		return model.Capabilities{}, err
	}
	infoHelp, idle, info, docs, full := replies[0], replies[1], replies[2], replies[3], replies[4]
	can := model.Capabilities{
		// Of a key that isn't there, Redis 5 says only that, whatever is asked of it; so the answer to the question itself
		// counts only where there is no help.
		FullInfo:    infoHelp.mentions("full") || (infoHelp.kind == kindError && !unknownSyntax(full)),
		PendingIdle: !unknownSyntax(idle),
		AutoClaim:   info.at(0).kind == kindArray,
		WaitAOF:     info.at(1).kind == kindArray,
		// What came with entries-read is told by its argument in the server's own manuals. To try the argument would be to
		// send a command that changes something, if only of a group that isn't there.
		Lag:        docs.mentions("entriesread"),
		ActiveTime: docs.mentions("inactive"),
		Idempotent: docs.mentions("idmp"),

		DeleteReferences: info.at(2).kind == kindArray,
		TrimAcked:        docs.field("xtrim").has("acked"),
		ReadClaims:       docs.field("xreadgroup").has("claim"),
	}
	can.Withheld = denied(info) || denied(docs)
	if info.kind == kindError || docs.kind == kindError && !unknownSyntax(docs) { // before Redis 7 there is no manual to deny
		err = c.probeWithoutCommand(ctx, to, &can)
	}
	// MINID has no word in any answer of a server without a manual (before Redis 7). It came with XAUTOCLAIM.
	can.TrimMinID = can.AutoClaim || docs.field("xtrim").has("minid")
	return can, err
}

// probeWithoutCommand asks servers that deny COMMAND, as managed ones do, by other means: of a command without its
// arguments the server says how many it wants if it has such a command, before it looks at what the user may do.
func (c *conn) probeWithoutCommand(ctx context.Context, to sender, can *model.Capabilities) error {
	replies, err := c.pipelineOn(ctx, to, [][]any{
		{"XAUTOCLAIM"},
		{"WAITAOF"},
		{"XGROUP", "HELP"},
		{"XDELEX"},
		// It lacks the ID for its stream: whoever knows CLAIM counts them before it looks for the stream.
		{"XREADGROUP", "GROUP", probeKey, probeKey, "CLAIM", 1, "STREAMS", c.prefix + probeKey},
	})
	if err != nil {
		return err
	}
	can.AutoClaim = can.AutoClaim || wantsArguments(replies[0])
	can.WaitAOF = can.WaitAOF || wantsArguments(replies[1])
	can.Lag = can.Lag || replies[2].mentions("entriesread")
	can.DeleteReferences = can.DeleteReferences || wantsArguments(replies[3])
	can.ReadClaims = can.ReadClaims || saysError(replies[4], "unbalanced")
	return nil
}

// denied says whether the server refuses a command whatever its arguments: the user may not send it, or it was renamed away.
func denied(r reply) bool {
	return r.kind == kindError && (strings.HasPrefix(r.text, "NOPERM") || strings.Contains(strings.ToLower(r.text), "unknown command"))
}

// refusesCommand is denied, of an error that go-redis made of a reply.
func refusesCommand(err error) bool {
	var answered redis.Error
	return errors.As(err, &answered) && denied(reply{kind: kindError, text: answered.Error()})
}

// wantsArguments says whether the server has a command that was sent without any.
func wantsArguments(r reply) bool { return saysError(r, "wrong number of arguments") }

func saysError(r reply, words string) bool {
	return r.kind == kindError && strings.Contains(strings.ToLower(r.text), words)
}

// mentions says whether a word stands anywhere in a reply.
func (r reply) mentions(word string) bool {
	if r.kind == kindText && strings.Contains(strings.ToLower(r.text), word) {
		return true
	}
	for _, e := range r.elems {
		if e.mentions(word) {
			return true
		}
	}
	return false
}

// has says whether a word stands by itself in a reply, as the words that a command takes do in the server's manual.
func (r reply) has(word string) bool {
	if r.kind == kindText && strings.EqualFold(r.text, word) {
		return true
	}
	for _, e := range r.elems {
		if e.has(word) {
			return true
		}
	}
	return false
}
