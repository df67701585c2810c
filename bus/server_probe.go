package bus

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

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
}

// probeKey doesn't exist: no producer makes a type of it. Nothing is written to it either.
const probeKey = "?"

// capabilities finds out what the server can do, the first time it is asked.
func (b *Bus) capabilities(ctx context.Context) (model.Capabilities, error) {
	b.learned.mu.Lock()
	defer b.learned.mu.Unlock()
	return b.learn(ctx, b.client)
}

// capabilitiesFor is capabilities asked through a certain connection. It doesn't wait for somebody else who is asking, and
// says whether they are known.
func (b *Bus) capabilitiesFor(ctx context.Context, to sender) (can model.Capabilities, known bool) {
	if !b.learned.mu.TryLock() {
		return can, false
	}
	defer b.learned.mu.Unlock()
	can, err := b.learn(ctx, to)
	return can, err == nil
}

// learn asks, unless it is known already. The lock is held.
func (b *Bus) learn(ctx context.Context, to sender) (model.Capabilities, error) {
	if b.learned.done {
		return b.learned.can, nil
	}
	can, err := b.probe(ctx, to)
	if err != nil {
		return can, err
	}
	b.learned.can, b.learned.done = can, true
	return can, nil
}

// probe asks in one round trip, and in a second one where the first was denied. Each question only reads; of a key that
// doesn't exist the server's objection tells whether it understood.
func (b *Bus) probe(ctx context.Context, to sender) (model.Capabilities, error) {
	key := b.prefix + probeKey
	replies, err := b.pipelineOn(ctx, to, [][]any{
		{"XINFO", "HELP"},
		{"XPENDING", key, "?", "IDLE", 1, "-", "+", 1},
		{"COMMAND", "INFO", "XAUTOCLAIM", "WAITAOF"},
		{"COMMAND", "DOCS", "XINFO", "XADD", "XGROUP"},
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
	}
	if info.kind == kindError || docs.kind == kindError {
		err = b.probeWithoutCommand(ctx, to, &can)
	}
	return can, err
}

// probeWithoutCommand asks servers that deny COMMAND, as managed ones do, by other means: of a command without its
// arguments the server says how many it wants if it has such a command, before it looks at what the user may do.
func (b *Bus) probeWithoutCommand(ctx context.Context, to sender, can *model.Capabilities) error {
	replies, err := b.pipelineOn(ctx, to, [][]any{{"XAUTOCLAIM"}, {"WAITAOF"}, {"XGROUP", "HELP"}})
	if err != nil {
		return err
	}
	can.AutoClaim = can.AutoClaim || wantsArguments(replies[0])
	can.WaitAOF = can.WaitAOF || wantsArguments(replies[1])
	can.Lag = can.Lag || replies[2].mentions("entriesread")
	return nil
}

// wantsArguments says whether the server has a command that was sent without any.
func wantsArguments(r reply) bool {
	return r.kind == kindError && strings.Contains(strings.ToLower(r.text), "wrong number of arguments")
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
