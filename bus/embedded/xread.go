package embedded

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// blockedCount is the default COUNT of a reader that has blocked, as in Redis.
const blockedCount = 1000

// reading is a parsed XREAD or XREADGROUP.
type reading struct {
	keys            []string
	ids             []string
	count           int64 // 0 means all
	block           time.Duration
	blocks          bool
	grouped         bool // XREADGROUP
	hasGroup        bool
	group, consumer string
	noAck           bool
}

// xread runs XREAD [COUNT count] [BLOCK ms] STREAMS key … id ….
func xread(r *request) error { return r.read("xread") }

// xreadgroup runs XREADGROUP GROUP group consumer [COUNT count] [BLOCK ms] [NOACK] STREAMS key … id ….
func xreadgroup(r *request) error { return r.read("xreadgroup") }

func (r *request) read(name string) error {
	q, err := r.parseReading(name)
	if err != nil {
		return err
	}
	sources, err := r.resolve(q)
	if err != nil {
		return err
	}
	served := 0
	body := &request{srv: r.srv, out: &reply{resp3: r.out.resp3}, now: r.now}
	for i := range sources {
		if sources[i].stream != nil && sources[i].isReady(q) {
			served++
			sources[i].reply(body, q)
		}
	}
	if served > 0 {
		r.out.streams(served)
		r.out.buf = append(r.out.buf, body.out.buf...)
		return nil
	}
	if !q.blocks || r.inTx || r.conn == nil {
		r.out.nullArray()
		return nil
	}
	r.wait(q, sources)
	return nil
}

// streams starts the reply of a read of n streams.
func (r *reply) streams(n int) {
	if r.resp3 {
		r.fields(n)
		return
	}
	r.array(n)
}

func (r *reply) streamName(key string) {
	if !r.resp3 {
		r.array(2)
	}
	r.bulk(key)
}

func (r *request) parseReading(name string) (*reading, error) {
	q := &reading{grouped: name == "xreadgroup"}
	for i := 1; i < len(r.args); i++ {
		left := len(r.args) - 1 - i
		switch option := strings.ToUpper(r.args[i]); {
		case option == "BLOCK" && left > 0:
			if r.conn == nil {
				return nil, failf("ERR %s command is not allowed with BLOCK option from scripts", name)
			}
			i++
			if err := q.parseBlock(r.args[i]); err != nil {
				return nil, err
			}
		case option == "COUNT" && left > 0:
			i++
			count, err := parseInt(r.args[i])
			if err != nil {
				return nil, err
			}
			q.count = max(count, 0)
		case option == "STREAMS" && left > 0:
			err := q.parseStreams(r.args[i+1:])
			return q, err
		case option == "GROUP" && left > 1:
			if !q.grouped {
				return nil, failure("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
			}
			q.hasGroup, q.group, q.consumer = true, r.args[i+1], r.args[i+2]
			i += 2
		case option == "NOACK":
			if !q.grouped {
				return nil, failure("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
			}
			q.noAck = true
		default:
			return nil, errSyntax
		}
	}
	return nil, errSyntax
}

func (q *reading) parseBlock(text string) error {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ms > math.MaxInt64/int64(time.Millisecond) {
		return failure("ERR timeout is not an integer or out of range")
	}
	if ms < 0 {
		return failure("ERR timeout is negative")
	}
	q.blocks, q.block = true, time.Duration(ms)*time.Millisecond
	return nil
}

func (q *reading) parseStreams(args []string) error {
	if len(args)%2 != 0 {
		return failure("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
	}
	if q.grouped && !q.hasGroup {
		return failure("ERR Missing GROUP option for XREADGROUP")
	}
	q.keys, q.ids = args[:len(args)/2], args[len(args)/2:]
	return nil
}

// source is one stream of a read, with the ID to read after.
type source struct {
	key     string
	stream  *stream // nil when the key does not exist
	group   *group
	after   id
	history bool // XREADGROUP of the consumer's own pending entries
}

// resolve looks up the streams and groups, and resolves special IDs.
func (r *request) resolve(q *reading) ([]source, error) {
	sources := make([]source, len(q.keys))
	for i, key := range q.keys {
		src := &sources[i]
		src.key = key
		var err error
		if src.stream, err = r.stream(key); err != nil {
			return nil, err
		}
		if q.grouped {
			var ok bool
			if src.stream != nil {
				src.group, ok = src.stream.groups.find(q.group)
			}
			if !ok {
				return nil, failf("NOGROUP No such key '%s' or consumer group '%s' in XREADGROUP with GROUP option", key, q.group)
			}
		}
		if err := src.parseAfter(q, q.ids[i]); err != nil {
			return nil, err
		}
	}
	return sources, nil
}

func (src *source) parseAfter(q *reading, text string) (err error) {
	switch {
	case text == "$" && q.grouped:
		return failure("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this " +
			"consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty " +
			"result set.")
	case text == "$":
		if src.stream != nil {
			src.after = src.stream.last
		}
		return nil
	case text == ">" && !q.grouped:
		return failure("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.")
	case text == ">":
		src.after = maxID
		return nil
	}
	src.after, err = parseID(text, 0)
	src.history = q.grouped && src.after != maxID
	return err
}

// isReady reports whether the stream has entries for the reader now.
func (src *source) isReady(q *reading) bool {
	hasEntries := src.stream.entries.len() > 0
	if !q.grouped {
		return hasEntries && src.after.less(src.stream.lastValid())
	}
	if src.history {
		return true
	}
	if hasEntries && src.group.last.less(src.stream.lastValid()) {
		src.after = src.group.last
		return true
	}
	return false
}

// reply writes the stream's entries for the reader, and moves the group on. As in Redis 7.0, a consumer that finds nothing is
// neither created nor seen.
func (src *source) reply(r *request, q *reading) {
	r.out.streamName(src.key)
	start, ok := src.after.next()
	switch {
	case src.history:
		src.replyHistory(r, q, start, ok)
	case !ok:
		r.out.array(0)
	case !q.grouped:
		r.out.entries(src.stream.between(start, maxID, q.count))
	default:
		found := src.stream.between(start, maxID, q.count)
		c := src.group.visit(q.consumer, r.now)
		for _, e := range found {
			src.stream.advance(src.group, e.id)
			if !q.noAck {
				src.group.deliver(e.id, c, r.now)
			}
		}
		src.stream.version++
		r.out.entries(found)
	}
}

// replyHistory writes the consumer's own pending entries. A deleted one is shown without fields.
func (src *source) replyHistory(r *request, q *reading, start id, ok bool) {
	c := src.group.visit(q.consumer, r.now)
	rows := c.pending.live()
	if ok {
		rows = rows[c.pending.search(start):]
	}
	if q.count > 0 && int64(len(rows)) > q.count {
		rows = rows[:q.count]
	}
	r.out.array(len(rows))
	for _, p := range rows {
		e, exists := src.stream.get(p.id)
		if !exists {
			r.out.array(2)
			r.out.id(p.id)
			r.out.nullArray()
			continue
		}
		r.out.entry(e)
		p.delivered = r.now
		p.count++
	}
	src.stream.version++
}
