package wire

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// ServerError is an error that the server answered, in its own words: the first word is the kind of error.
type ServerError string

// Error returns the server's text.
func (e ServerError) Error() string { return string(e) }

// RedisError marks it like go-redis's own server errors, so that callers handle both the same way.
func (ServerError) RedisError() {}

type replyKind uint8

// Kinds of replies.
const (
	kindNil replyKind = iota
	KindText
	kindInt
	KindArray
	KindError
)

// Reply is one RESP2 or RESP3 reply. Maps and sets are arrays (a map's keys and values alternate), so that both protocols
// read alike. Strings are parts of the received bytes.
type Reply struct {
	Kind  replyKind
	Text  string
	n     int64
	Elems []Reply
}

// Parse parses a whole reply; an error reply is also returned as an error, a [ServerError].
func Parse(raw []byte) (Reply, error) {
	p := Parser{S: TextOf(raw)}
	r, err := p.reply(0)
	if err != nil {
		return r, err
	}
	if r.Kind == KindError {
		return r, ServerError(r.Text)
	}
	return r, nil
}

// TextOf returns raw as a string without a copy: a reply is as large as its entries, and nothing writes to it again.
func TextOf(raw []byte) string {
	return unsafe.String(unsafe.SliceData(raw), len(raw)) //nolint:gosec // its length is raw's own
}

// Parser steps through the bytes of one reply.
type Parser struct {
	S string
	i int
}

// header reads the type and the text of the next line.
func (p *Parser) header() (kind byte, line string, err error) {
	end := strings.IndexByte(p.S[p.i:], '\r')
	if end < 1 || p.i+end+1 >= len(p.S) {
		return 0, "", fmt.Errorf("%w: no line at byte %d", fault.ErrReply, p.i)
	}
	kind, line = p.S[p.i], p.S[p.i+1:p.i+end]
	p.i += end + 2
	return kind, line, nil
}

// length reads a header that must announce elements or bytes; -1 stands for nil.
func (p *Parser) length(kinds string) (int, error) {
	kind, line, err := p.header()
	if err != nil {
		return 0, err
	}
	if kind == '_' {
		return -1, nil
	}
	if kind == '-' || kind == '!' {
		return 0, ServerError(line)
	}
	if strings.IndexByte(kinds, kind) < 0 {
		return 0, fmt.Errorf("%w: %q where one of %q is wanted", fault.ErrReply, kind, kinds)
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return 0, fmt.Errorf("%w: length %q", fault.ErrReply, line)
	}
	if n > len(p.S) { // and not so large that doubling it would overflow
		return 0, fmt.Errorf("%w: %d announced in %d bytes", fault.ErrReply, n, len(p.S))
	}
	if kind == '%' {
		n *= 2
	}
	return n, nil
}

// bytes returns the next n bytes, and skips the line end after them.
func (p *Parser) bytes(n int) (string, error) {
	if n < 0 || n > len(p.S)-p.i-2 {
		return "", fmt.Errorf("%w: %d bytes announced, %d there", fault.ErrReply, n, len(p.S)-p.i)
	}
	text := p.S[p.i : p.i+n]
	p.i += n + 2
	return text, nil
}

// bulk reads a string; nil reads as "".
func (p *Parser) bulk() (string, error) {
	n, err := p.length("$=")
	if err != nil || n < 0 {
		return "", err
	}
	return p.bytes(n)
}

// maxReplyDepth bounds nesting; XINFO STREAM FULL, the deepest reply there is, has six levels.
const maxReplyDepth = 32

// An array's length is only the sender's claim. minElement is the size of the smallest element, "_" and a line end.
// maxElements is the max number of elements to allocate before any was seen.
const (
	minElement  = 3
	maxElements = 1024
)

func (p *Parser) reply(depth int) (Reply, error) {
	if depth > maxReplyDepth {
		return Reply{}, fmt.Errorf("%w: nested more than %d deep", fault.ErrReply, maxReplyDepth)
	}
	kind, line, err := p.header()
	if err != nil {
		return Reply{}, err
	}
	switch kind {
	case '+', ',', '(':
		return Reply{Kind: KindText, Text: line}, nil
	case '-':
		return Reply{Kind: KindError, Text: line}, nil
	case '_':
		return Reply{}, nil
	case '#':
		n := int64(0)
		if line == "t" {
			n = 1
		}
		return Reply{Kind: kindInt, n: n}, nil
	case ':':
		n, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return Reply{}, fmt.Errorf("%w: integer %q", fault.ErrReply, line)
		}
		return Reply{Kind: kindInt, n: n}, nil
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return Reply{}, fmt.Errorf("%w: length %q", fault.ErrReply, line)
	}
	switch {
	case n < 0:
		return Reply{}, nil
	case n > len(p.S):
		return Reply{}, fmt.Errorf("%w: %d announced in %d bytes", fault.ErrReply, n, len(p.S))
	}
	switch kind {
	case '$', '=', '!':
		text, err := p.bytes(n)
		if kind == '=' && len(text) > 4 {
			text = text[4:] // a verbatim string starts with its format: txt:
		}
		if kind == '!' {
			return Reply{Kind: KindError, Text: text}, err
		}
		return Reply{Kind: KindText, Text: text}, err
	case '%':
		n *= 2
	case '*', '~', '>':
	default:
		return Reply{}, fmt.Errorf("%w: unknown type %q", fault.ErrReply, kind)
	}
	r := Reply{Kind: KindArray, Elems: make([]Reply, 0, min(n, (len(p.S)-p.i)/minElement, maxElements))}
	for range n {
		elem, err := p.reply(depth + 1)
		if err != nil {
			return Reply{}, err
		}
		r.Elems = append(r.Elems, elem)
	}
	return r, nil
}

// At returns the i-th element, nil when there is none: newer versions have more elements in their replies.
func (r Reply) At(i int) Reply {
	if i < len(r.Elems) {
		return r.Elems[i]
	}
	return Reply{}
}

// Get returns the value of a key in a map reply, and whether it is there.
func (r Reply) Get(key string) (Reply, bool) {
	for i := 0; i+1 < len(r.Elems); i += 2 {
		if r.Elems[i].Text == key {
			return r.Elems[i+1], true
		}
	}
	return Reply{}, false
}

// Field is Get without the second result.
func (r Reply) Field(key string) Reply {
	v, _ := r.Get(key)
	return v
}

// Integer returns a number, sent as one or as text; 0 for anything else.
func (r Reply) Integer() int64 {
	if r.Kind == KindText {
		n, err := strconv.ParseInt(r.Text, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return r.n
}

// Count returns a number that may be nil or absent, and is then unknown.
func (r Reply) Count() model.Count {
	if r.Kind == kindNil {
		return model.Count{}
	}
	return model.Exactly(r.Integer())
}

// Position returns an entry ID; zero when it isn't one.
func (r Reply) Position() model.Position {
	p, err := model.ParsePosition(r.Text)
	if err != nil {
		return model.Position{}
	}
	return p
}

// Millis returns a number of milliseconds as a duration.
func (r Reply) Millis() time.Duration { return time.Duration(r.Integer()) * time.Millisecond }

// Entries parses [[id, [field, value, …]], …], the reply of XRANGE; nil entries are skipped.
func (r Reply) Entries(stream string) []model.Entry {
	entries := make([]model.Entry, 0, len(r.Elems))
	for _, e := range r.Elems {
		if e.Kind != KindArray {
			continue
		}
		entry := model.Entry{Stream: stream, ID: e.At(0).Position()}
		if fields := e.At(1); fields.Kind == KindArray {
			entry.Fields = make([]model.Field, 0, len(fields.Elems)/2)
			for i := 0; i+1 < len(fields.Elems); i += 2 {
				entry.Fields = append(entry.Fields, model.Field{Name: fields.Elems[i].Text, Value: fields.Elems[i+1].Text})
			}
		}
		entries = append(entries, entry)
	}
	return entries
}

// Streams yields the streams of XREADGROUP's reply: in RESP2 an array of pairs, in RESP3 a map.
func (r Reply) Streams() iter.Seq2[string, Reply] {
	return func(yield func(string, Reply) bool) {
		pairs := r.Elems
		if r.At(0).Kind == KindArray {
			pairs = make([]Reply, 0, 2*len(r.Elems))
			for _, pair := range r.Elems {
				pairs = append(pairs, pair.At(0), pair.At(1))
			}
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if !yield(pairs[i].Text, pairs[i+1]) {
				return
			}
		}
	}
}

// Scheduled returns the entries in the reply to a [ScheduledRange]: members and scores that alternate, or pairs of them (RESP3). A
// member that is no entry has no ID and no fields.
func (r Reply) Scheduled(stream string) []model.Scheduled {
	flat := r.Elems
	if len(flat) > 0 && flat[0].Kind == KindArray {
		flat = nil
		for _, pair := range r.Elems {
			flat = append(flat, pair.At(0), pair.At(1))
		}
	}
	entries := make([]model.Scheduled, 0, len(flat)/2)
	for i := 0; i+1 < len(flat); i += 2 {
		due, _ := strconv.ParseFloat(flat[i+1].Text, 64)
		entry, err := model.ReadScheduled(stream, strings.Clone(flat[i].Text), due)
		if err != nil {
			entry.ID, entry.Fields = "", nil
		}
		entries = append(entries, entry)
	}
	return entries
}
