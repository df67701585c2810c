package publish

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// A batch is full at 500 events or 128 KiB, whichever comes first. At that size the round trip is a few per cent of the
// batch's cost, and the replies still fit the socket buffers, so that neither side waits for the other. Where two batches are
// on their way at a time ([lane.flow]), each is half of that: what a cut leaves open stays the same.
const (
	maxBatchEvents = 500
	maxBatchBytes  = 128 << 10
)

// keptArena is the max size of an arena that is kept for the next batch; one large event must not hold its megabyte.
const keptArena = 2 * maxBatchBytes

// outgoing is one event to be sent.
type outgoing struct {
	stream     any // the key, a string
	eventID    string
	wait       *syncWait // nil for a buffered event
	index      int       // in wait
	traced     *traced   // nil outside of a trace
	start, end int       // the payload, in the batch's arena
	serial     uint64    // its number in XADD … IDMP; 0 until it is sent with one
	producer   uint8     // whose number it is
	idempotent bool      // it was last sent with IDMP
	done       bool
	unsure     error // how the reply was lost, while it isn't known whether the entry is there
	short      error // too few replicas have it
}

func (o *outgoing) key() string {
	key, _ := o.stream.(string)
	return key
}

// batch is a group of events that are sent together.
type batch struct {
	half  bool // it is full at half the size
	odd   bool // every second one of a lane
	items []outgoing
	arena []byte // all payloads, one after the other
	// For each item, where go-redis sends it, reused from one use of the batch to the next: the argument list of its XADD and
	// the payload in it.
	args     [][]any
	payloads []argument
	serials  []argument // the numbers for XADD … IDMP, as text
	begun    time.Time  // when its first event was sent with a number
	cmds     []redis.Cmder
	sent     []int    // the items of the current attempt, parallel to cmds
	answers  []answer // to the current attempt, parallel to sent
	broken   error    // why the commands of the current attempt couldn't be written
}

// answer is the server's answer to the XADD of an item: its ID, or why there is none.
type answer struct {
	id  model.Position
	err error
}

// argument is a value that go-redis writes without a copy. It is a pointer, so it needs no boxing.
type argument struct{ bytes []byte }

// MarshalBinary returns the bytes to go-redis.
func (a *argument) MarshalBinary() ([]byte, error) { return a.bytes, nil }

// takes reports whether another n bytes fit into the batch.
func (b *batch) takes(n int) bool {
	events, bytes := maxBatchEvents, maxBatchBytes
	if b.half {
		events, bytes = events/2, bytes/2
	}
	return len(b.items) == 0 || (len(b.items) < events && len(b.arena)+n <= bytes)
}

// join adds the events of the batch that was sent after this one, and empties that.
func (b *batch) join(next *batch) {
	shift := len(b.arena)
	b.arena = append(b.arena, next.arena...)
	for i := range next.items {
		item := next.items[i]
		item.start, item.end = item.start+shift, item.end+shift
		b.items = append(b.items, item)
	}
	next.reset()
}

func (b *batch) put(item outgoing, payload []byte) {
	item.start = len(b.arena)
	b.arena = append(b.arena, payload...)
	item.end = len(b.arena)
	b.items = append(b.items, item)
}

// left returns the number of events that are not done.
func (b *batch) left() int {
	n := 0
	for i := range b.items {
		if !b.items[i].done {
			n++
		}
	}
	return n
}

// answered reports whether the answers to all of the current attempt are there.
func (b *batch) answered() bool { return len(b.answers) == len(b.sent) }

// maxXAddArgs: XADD key IDMP producer number MAXLEN ~ n * data payload, and the trace.
const maxXAddArgs = 11 + maxTraceArgs

// reset empties the batch for the next use. It returns false when the batch has grown too large to keep.
func (b *batch) reset() bool {
	clear(b.items) // releases event IDs and waiters
	b.items, b.arena = b.items[:0], b.arena[:0]
	clear(b.cmds)
	clear(b.answers)
	b.cmds, b.sent, b.answers, b.broken = b.cmds[:0], b.sent[:0], b.answers[:0], nil
	b.begun = time.Time{}
	return cap(b.arena) <= keptArena
}

// pick selects the items of an attempt: the first that are not done, max most of them.
func (b *batch) pick(idem *idempotence, most int) {
	b.sent, b.answers = b.sent[:0], b.answers[:0]
	if idem.on && b.begun.IsZero() {
		b.begun = time.Now()
	}
	for i := range b.items {
		item := &b.items[i]
		if item.done {
			continue
		}
		if len(b.sent) == most {
			return
		}
		if item.wait != nil && !item.wait.sending(item.index) {
			item.done = true
			item.traced.ended(model.Position{}, item.wait.why())
			continue
		}
		if item.idempotent = idem.on; idem.on {
			idem.number(item, i, b.odd)
		}
		b.sent = append(b.sent, i)
	}
}

// appendXAdd appends the arguments of an item's XADD. payload and serial become what they are named after.
func (b *batch) appendXAdd(args []any, i int, how *Config, idem *idempotence, payload, serial *argument) []any {
	item := &b.items[i]
	payload.bytes = b.arena[item.start:item.end]
	args = append(args, wire.ArgXAdd, item.stream)
	if item.idempotent {
		serial.bytes = strconv.AppendUint(serial.bytes[:0], item.serial, 10)
		args = append(args, argIdempotent, idem.producers[item.producer], serial)
	}
	return item.traced.append(appendEntry(args, how, payload))
}

// commands builds the commands of the items that were picked, for go-redis.
func (b *batch) commands(ctx context.Context, how *Config, idem *idempotence) {
	b.cmds = b.cmds[:0]
	for len(b.args) < len(b.items) {
		b.args = append(b.args, make([]any, 0, maxXAddArgs))
		b.payloads = append(b.payloads, argument{})
		b.serials = append(b.serials, argument{})
	}
	for _, i := range b.sent {
		b.args[i] = b.appendXAdd(b.args[i][:0], i, how, idem, &b.payloads[i], &b.serials[i])
		b.cmds = append(b.cmds, wire.XAdd{StringCmd: redis.NewStringCmd(ctx, b.args[i]...)})
	}
}

// Arguments that every XADD shares, boxed once.
var (
	argIdempotent any = "idmp"
	argMaxLen     any = "maxlen"
	argApprox     any = "~"

	argData any = "data"
)

// appendEntry appends the arguments after XADD key [IDMP producer number]: [MAXLEN [~] n] * data payload.
func appendEntry(args []any, how *Config, data any) []any {
	if how.MaxLen > 0 {
		args = append(args, argMaxLen)
		if how.Approx {
			args = append(args, argApprox)
		}
		args = append(args, strconv.FormatInt(how.MaxLen, 10))
	}
	return append(args, wire.ArgAutoID, argData, data)
}
