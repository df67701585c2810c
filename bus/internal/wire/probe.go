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

// Learned is what is known about the server; it is asked once.
type Learned struct {
	mu   sync.Mutex
	can  model.Capabilities
	done bool

	// NoFullInfo and NoPendingIdle are set when the server did not understand a command; from then on it isn't used.
	NoFullInfo, NoPendingIdle atomic.Bool
	// NoTime is set when TIME was denied.
	NoTime atomic.Bool
	// NoControl is set when the keys of groups' settings may not be read; who looks doesn't ask again.
	NoControl atomic.Bool
	// lag, active and idempotent are set when an answer contained their fields, which proves the capability.
	lag, active, idempotent atomic.Bool
}

// See learns capabilities from an answer to XINFO STREAM or XINFO CONSUMERS, for users who may send no other commands.
func (l *Learned) See(r Reply) {
	for name, seen := range map[string]*atomic.Bool{"entries-added": &l.lag, "pids-tracked": &l.idempotent} {
		if !seen.Load() {
			if _, told := r.Get(name); told {
				seen.Store(true)
			}
		}
	}
}

// SeeConsumers is See for the time since a consumer last got an entry.
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

// with adds the capabilities that were seen to those that were asked for.
func (l *Learned) with(can model.Capabilities) model.Capabilities {
	can.Lag = can.Lag || l.lag.Load()
	can.ActiveTime = can.ActiveTime || l.active.Load()
	can.Idempotent = can.Idempotent || l.idempotent.Load()
	return can
}

// probeKey doesn't exist: no producer has such a type, and nothing writes to it.
const probeKey = "?"

// Capabilities returns the server's capabilities; the first call asks the server.
func (c *Conn) Capabilities(ctx context.Context) (model.Capabilities, error) {
	c.Learned.mu.Lock()
	defer c.Learned.mu.Unlock()
	can, err := c.learn(ctx, c.Client)
	return c.Learned.with(can), err
}

// CapabilitiesFor is Capabilities through a given connection. It doesn't wait for another caller that is asking, and reports
// whether they are known.
func (c *Conn) CapabilitiesFor(ctx context.Context, to Sender) (can model.Capabilities, known bool) {
	if !c.Learned.mu.TryLock() {
		return can, false
	}
	defer c.Learned.mu.Unlock()
	can, err := c.learn(ctx, to)
	return c.Learned.with(can), err == nil
}

// learn asks the server, unless its capabilities are known. The caller holds the lock.
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
		// Redis 5 answers any command about a missing key with that fact only; so the answer to the command itself counts
		// only where there is no help.
		FullInfo:    infoHelp.mentions("full") || (infoHelp.Kind == KindError && !UnknownSyntax(full)),
		PendingIdle: !UnknownSyntax(idle),
		AutoClaim:   info.At(0).Kind == KindArray,
		WaitAOF:     info.At(1).Kind == KindArray,
		// Features that came with entries-read are recognized by its argument in the server's own manual. Trying the argument
		// would mean sending a command that changes something, if only a missing group.
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
	// A server without a manual (before Redis 7) mentions MINID in no answer. It came with XAUTOCLAIM.
	can.TrimMinID = can.AutoClaim || docs.Field("xtrim").has("minid")
	return can, err
}

// probeWithoutCommand queries servers that deny COMMAND.
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

// Denied reports whether the server refuses a command whatever its arguments: the user may not send it, or it was renamed.
func Denied(r Reply) bool {
	return r.Kind == KindError && (strings.HasPrefix(r.Text, "NOPERM") || strings.Contains(strings.ToLower(r.Text), "unknown command"))
}

// RefusesCommand is Denied for an error that go-redis made of a reply.
func RefusesCommand(err error) bool {
	var answered redis.Error
	return errors.As(err, &answered) && Denied(Reply{Kind: KindError, Text: answered.Error()})
}

// wantsArguments reports whether the server has a command that was sent without arguments.
func wantsArguments(r Reply) bool { return saysError(r, "wrong number of arguments") }

func saysError(r Reply, words string) bool {
	return r.Kind == KindError && strings.Contains(strings.ToLower(r.Text), words)
}

// mentions reports whether a word occurs anywhere in a reply.
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

// has reports whether a word is a whole string in a reply, as a command's argument names are in the server's manual.
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
