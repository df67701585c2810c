package wire

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// Learned is what was found out about the server, once.
type Learned struct {
	mu   sync.Mutex
	can  model.Capabilities
	done bool

	// NoFullInfo and noPendingIdle are set when the server did not understand a command; from then on it is done
	// without.
	NoFullInfo, NoPendingIdle atomic.Bool
	// NoTime is set when TIME was denied.
	NoTime atomic.Bool
	// lag, active and idempotent are set when an answer held what they stand for, which tells as much as a manual.
	lag, active, idempotent atomic.Bool
}

// See learns from an answer to XINFO STREAM or XINFO CONSUMERS what a user who may ask for nothing else can't be told.
func (l *Learned) See(r Reply) {
	for name, seen := range map[string]*atomic.Bool{"entries-added": &l.lag, "pids-tracked": &l.idempotent} {
		if !seen.Load() {
			if _, told := r.Get(name); told {
				seen.Store(true)
			}
		}
	}
}

// SeeConsumers is see for the time since a consumer last got an entry.
func (l *Learned) SeeConsumers(snap *model.Snapshot) {
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
func (l *Learned) with(can model.Capabilities) model.Capabilities {
	can.Lag = can.Lag || l.lag.Load()
	can.ActiveTime = can.ActiveTime || l.active.Load()
	can.Idempotent = can.Idempotent || l.idempotent.Load()
	return can
}

// probeKey doesn't exist: no producer makes a type of it. Nothing is written to it either.
const probeKey = "?"

// Capabilities finds out what the server can do, the first time it is asked.
func (c *Conn) Capabilities(ctx context.Context) (model.Capabilities, error) {
	c.Learned.mu.Lock()
	defer c.Learned.mu.Unlock()
	can, err := c.learn(ctx, c.Client)
	return c.Learned.with(can), err
}

// CapabilitiesFor is capabilities asked through a certain connection. It doesn't wait for somebody else who is asking, and
// says whether they are known.
func (c *Conn) CapabilitiesFor(ctx context.Context, to Sender) (can model.Capabilities, known bool) {
	if !c.Learned.mu.TryLock() {
		return can, false
	}
	defer c.Learned.mu.Unlock()
	can, err := c.learn(ctx, to)
	return c.Learned.with(can), err == nil
}

// learn asks, unless it is known already. The lock is held.
func (c *Conn) learn(ctx context.Context, to Sender) (model.Capabilities, error) {
	if c.Learned.done {
		return c.Learned.can, nil
	}
	can, err := c.probe(ctx, to)
	if err != nil {
		return can, err
	}
	c.Learned.can, c.Learned.done = can, true
	return can, nil
}

// probe asks in one round trip, and in a second one where the first was denied.
func (c *Conn) probe(ctx context.Context, to Sender) (model.Capabilities, error) {
	replies, err := c.PipelineOn(ctx, to, args(probes(c.Prefix+probeKey)))
	if err != nil {
		return model.Capabilities{}, err
	}
	infoHelp, idle, info, docs, full := replies[0], replies[1], replies[2], replies[3], replies[4]
	can := model.Capabilities{
		// Of a key that isn't there, Redis 5 says only that, whatever is asked of it; so the answer to the question itself
		// counts only where there is no help.
		FullInfo:    infoHelp.mentions("full") || (infoHelp.Kind == KindError && !UnknownSyntax(full)),
		PendingIdle: !UnknownSyntax(idle),
		AutoClaim:   info.At(0).Kind == KindArray,
		WaitAOF:     info.At(1).Kind == KindArray,
		// What came with entries-read is told by its argument in the server's own manuals. To try the argument would be to
		// send a command that changes something, if only of a group that isn't there.
		Lag:        docs.mentions("entriesread"),
		ActiveTime: docs.mentions("inactive"),
		Idempotent: docs.mentions("idmp"),

		DeleteReferences: info.At(2).Kind == KindArray,
		TrimAcked:        docs.Field("xtrim").has("acked"),
		ReadClaims:       docs.Field("xreadgroup").has("claim"),
	}
	can.Withheld = Denied(info) || Denied(docs)
	if info.Kind == KindError || docs.Kind == KindError && !UnknownSyntax(docs) { // before Redis 7 there is no manual to deny
		err = c.probeWithoutCommand(ctx, to, &can)
	}
	// MINID has no word in any answer of a server without a manual (before Redis 7). It came with XAUTOCLAIM.
	can.TrimMinID = can.AutoClaim || docs.Field("xtrim").has("minid")
	return can, err
}

// probeWithoutCommand asks servers that deny COMMAND.
func (c *Conn) probeWithoutCommand(ctx context.Context, to Sender, can *model.Capabilities) error {
	replies, err := c.PipelineOn(ctx, to, args(bareProbes(c.Prefix+probeKey)))
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

// Denied says whether the server refuses a command whatever its arguments: the user may not send it, or it was renamed away.
func Denied(r Reply) bool {
	return r.Kind == KindError && (strings.HasPrefix(r.Text, "NOPERM") || strings.Contains(strings.ToLower(r.Text), "unknown command"))
}

// RefusesCommand is denied, of an error that go-redis made of a reply.
func RefusesCommand(err error) bool {
	var answered redis.Error
	return errors.As(err, &answered) && Denied(Reply{Kind: KindError, Text: answered.Error()})
}

// wantsArguments says whether the server has a command that was sent without any.
func wantsArguments(r Reply) bool { return saysError(r, "wrong number of arguments") }

func saysError(r Reply, words string) bool {
	return r.Kind == KindError && strings.Contains(strings.ToLower(r.Text), words)
}

// mentions says whether a word stands anywhere in a reply.
func (r Reply) mentions(word string) bool {
	if r.Kind == KindText && strings.Contains(strings.ToLower(r.Text), word) {
		return true
	}
	for _, e := range r.Elems {
		if e.mentions(word) {
			return true
		}
	}
	return false
}

// has says whether a word stands by itself in a reply, as the words that a command takes do in the server's manual.
func (r Reply) has(word string) bool {
	if r.Kind == KindText && strings.EqualFold(r.Text, word) {
		return true
	}
	for _, e := range r.Elems {
		if e.has(word) {
			return true
		}
	}
	return false
}
