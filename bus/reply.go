package bus

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"streamdesk/model"
)

// replyError is an error that the server answered, in its own words: the first word says of which kind it is.
type replyError string

// Error is the server's text.
func (e replyError) Error() string { return string(e) }

// RedisError marks it as go-redis marks the server's errors, so that callers tell both the same way.
func (replyError) RedisError() {}

type replyKind uint8

const (
	kindNil replyKind = iota
	kindText
	kindInt
	kindArray
	kindError
)

// reply is one RESP2 or RESP3 reply. Maps and sets are arrays (a map's keys and values take turns), so that both
// protocols read alike. Texts are cut out of the bytes that came in.
type reply struct {
	kind  replyKind
	text  string
	n     int64
	elems []reply
}

// parseReply reads a whole reply; an error reply is returned as the error too, a [replyError].
func parseReply(raw []byte) (reply, error) {
	p := respParser{s: textOf(raw)}
	r, err := p.reply(0)
	if err != nil {
		return r, err
	}
	if r.kind == kindError {
		return r, replyError(r.text)
	}
	return r, nil
}

// textOf is raw as text without a copy: a reply is as large as the entries in it, and nobody writes to it again.
func textOf(raw []byte) string {
	return unsafe.String(unsafe.SliceData(raw), len(raw)) //nolint:gosec // its length is raw's own
}

// respParser walks over the bytes of one reply.
type respParser struct {
	s string
	i int
}

// header reads the type and the text of the next line.
func (p *respParser) header() (kind byte, line string, err error) {
	end := strings.IndexByte(p.s[p.i:], '\r')
	if end < 1 || p.i+end+1 >= len(p.s) {
		return 0, "", fmt.Errorf("%w: no line at byte %d", ErrReply, p.i)
	}
	kind, line = p.s[p.i], p.s[p.i+1:p.i+end]
	p.i += end + 2
	return kind, line, nil
}

// length reads a header that must announce elements or bytes; -1 stands for nil.
func (p *respParser) length(kinds string) (int, error) {
	kind, line, err := p.header()
	if err != nil {
		return 0, err
	}
	if kind == '_' {
		return -1, nil
	}
	if kind == '-' || kind == '!' {
		return 0, replyError(line)
	}
	if strings.IndexByte(kinds, kind) < 0 {
		return 0, fmt.Errorf("%w: %q where one of %q is wanted", ErrReply, kind, kinds)
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return 0, fmt.Errorf("%w: length %q", ErrReply, line)
	}
	if n > len(p.s) { // and not so large that doubling it would overflow
		return 0, fmt.Errorf("%w: %d announced in %d bytes", ErrReply, n, len(p.s))
	}
	if kind == '%' {
		n *= 2
	}
	return n, nil
}

// bytes cuts n bytes and the line end after them.
func (p *respParser) bytes(n int) (string, error) {
	if n < 0 || n > len(p.s)-p.i-2 {
		return "", fmt.Errorf("%w: %d bytes announced, %d there", ErrReply, n, len(p.s)-p.i)
	}
	text := p.s[p.i : p.i+n]
	p.i += n + 2
	return text, nil
}

// bulk reads a string; nil reads as "".
func (p *respParser) bulk() (string, error) {
	n, err := p.length("$=")
	if err != nil || n < 0 {
		return "", err
	}
	return p.bytes(n)
}

// maxReplyDepth bounds nesting; XINFO STREAM FULL, the deepest reply there is, has six levels.
const maxReplyDepth = 32

// An array's length is the sender's claim. minElement is the size of the smallest element there is, "_" and a line end;
// maxElements bounds what is set aside before any of them was seen.
const (
	minElement  = 3
	maxElements = 1024
)

func (p *respParser) reply(depth int) (reply, error) {
	if depth > maxReplyDepth {
		return reply{}, fmt.Errorf("%w: nested more than %d deep", ErrReply, maxReplyDepth)
	}
	kind, line, err := p.header()
	if err != nil {
		return reply{}, err
	}
	switch kind {
	case '+', ',', '(':
		return reply{kind: kindText, text: line}, nil
	case '-':
		return reply{kind: kindError, text: line}, nil
	case '_':
		return reply{}, nil
	case '#':
		n := int64(0)
		if line == "t" {
			n = 1
		}
		return reply{kind: kindInt, n: n}, nil
	case ':':
		n, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return reply{}, fmt.Errorf("%w: integer %q", ErrReply, line)
		}
		return reply{kind: kindInt, n: n}, nil
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return reply{}, fmt.Errorf("%w: length %q", ErrReply, line)
	}
	switch {
	case n < 0:
		return reply{}, nil
	case n > len(p.s):
		return reply{}, fmt.Errorf("%w: %d announced in %d bytes", ErrReply, n, len(p.s))
	}
	switch kind {
	case '$', '=', '!':
		text, err := p.bytes(n)
		if kind == '=' && len(text) > 4 {
			text = text[4:] // a verbatim string starts with its format: txt:
		}
		if kind == '!' {
			return reply{kind: kindError, text: text}, err
		}
		return reply{kind: kindText, text: text}, err
	case '%':
		n *= 2
	case '*', '~', '>':
	default:
		return reply{}, fmt.Errorf("%w: unknown type %q", ErrReply, kind)
	}
	r := reply{kind: kindArray, elems: make([]reply, 0, min(n, (len(p.s)-p.i)/minElement, maxElements))}
	for range n {
		elem, err := p.reply(depth + 1)
		if err != nil {
			return reply{}, err
		}
		r.elems = append(r.elems, elem)
	}
	return r, nil
}

// at is the i-th element, nil when there is none: replies have grown elements from version to version.
func (r reply) at(i int) reply {
	if i < len(r.elems) {
		return r.elems[i]
	}
	return reply{}
}

// get is the value of a key in a map reply, and whether it is there.
func (r reply) get(key string) (reply, bool) {
	for i := 0; i+1 < len(r.elems); i += 2 {
		if r.elems[i].text == key {
			return r.elems[i+1], true
		}
	}
	return reply{}, false
}

// field is get without the question.
func (r reply) field(key string) reply {
	v, _ := r.get(key)
	return v
}

// integer reads a number, sent as one or as text; 0 for anything else.
func (r reply) integer() int64 {
	if r.kind == kindText {
		n, err := strconv.ParseInt(r.text, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return r.n
}

// count reads a number that may be nil or absent: unknown then.
func (r reply) count() model.Count {
	if r.kind == kindNil {
		return model.Count{}
	}
	return model.Exactly(r.integer())
}

// position reads an entry ID; zero when it is none.
func (r reply) position() model.Position {
	p, err := model.ParsePosition(r.text)
	if err != nil {
		return model.Position{}
	}
	return p
}

// millis reads a number of milliseconds as a length of time.
func (r reply) millis() time.Duration { return time.Duration(r.integer()) * time.Millisecond }

// entries reads [[id, [field, value, …]], …], the reply of XRANGE; an entry that is nil there is passed over.
func (r reply) entries(stream string) []model.Entry {
	entries := make([]model.Entry, 0, len(r.elems))
	for _, e := range r.elems {
		if e.kind != kindArray {
			continue
		}
		entry := model.Entry{Stream: stream, ID: e.at(0).position()}
		if fields := e.at(1); fields.kind == kindArray {
			entry.Fields = make([]model.Field, 0, len(fields.elems)/2)
			for i := 0; i+1 < len(fields.elems); i += 2 {
				entry.Fields = append(entry.Fields, model.Field{Name: fields.elems[i].text, Value: fields.elems[i+1].text})
			}
		}
		entries = append(entries, entry)
	}
	return entries
}

// streams walks over the streams of XREADGROUP's reply: in RESP2 an array of pairs, in RESP3 a map.
func (r reply) streams() iter.Seq2[string, reply] {
	return func(yield func(string, reply) bool) {
		pairs := r.elems
		if r.at(0).kind == kindArray {
			pairs = make([]reply, 0, 2*len(r.elems))
			for _, pair := range r.elems {
				pairs = append(pairs, pair.at(0), pair.at(1))
			}
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if !yield(pairs[i].text, pairs[i+1]) {
				return
			}
		}
	}
}
