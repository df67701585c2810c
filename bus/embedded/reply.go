package embedded

import (
	"strconv"
	"strings"
)

// reply collects the bytes sent to a client. What RESP2 lacks (maps, a null of its own, verbatim text) is written in the form
// that Redis gives a RESP2 client.
type reply struct {
	buf   []byte
	resp3 bool
}

func (r *reply) clear() {
	if cap(r.buf) > 4*flushSize {
		r.buf = nil // one big reply must not keep its memory for as long as the connection lives
	}
	r.buf = r.buf[:0]
}

func (r *reply) header(kind byte, n int64) {
	r.buf = append(r.buf, kind)
	r.buf = strconv.AppendInt(r.buf, n, 10)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) ok() { r.simple("OK") }

func (r *reply) simple(s string) {
	r.buf = append(r.buf, '+')
	r.buf = append(r.buf, s...)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) fail(err error) {
	r.buf = append(r.buf, '-')
	r.buf = append(r.buf, strings.NewReplacer("\r", " ", "\n", " ").Replace(err.Error())...)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) int(n int64) { r.header(':', n) }

func (r *reply) bulk(s string) {
	r.header('$', int64(len(s)))
	r.buf = append(r.buf, s...)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) bulkInt(n int64) { r.bulk(strconv.FormatInt(n, 10)) }

func (r *reply) id(v id) {
	var text [2*maxDigits + 1]byte
	b := v.append(text[:0])
	r.header('$', int64(len(b)))
	r.buf = append(r.buf, b...)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) array(n int) { r.header('*', int64(n)) }

func (r *reply) strings(values ...string) {
	r.array(len(values))
	r.words(values...)
}

// words writes the strings of an array or map that has already begun.
func (r *reply) words(values ...string) {
	for _, v := range values {
		r.bulk(v)
	}
}

// fields starts a map of n pairs.
func (r *reply) fields(n int) {
	if r.resp3 {
		r.header('%', int64(n))
		return
	}
	r.array(2 * n)
}

func (r *reply) null() {
	if r.resp3 {
		r.buf = append(r.buf, "_\r\n"...)
		return
	}
	r.buf = append(r.buf, "$-1\r\n"...)
}

func (r *reply) nullArray() {
	if r.resp3 {
		r.null()
		return
	}
	r.buf = append(r.buf, "*-1\r\n"...)
}

// text writes a human-readable text, the reply of INFO and CLIENT LIST.
func (r *reply) text(s string) {
	if !r.resp3 {
		r.bulk(s)
		return
	}
	const format = "txt:"
	r.header('=', int64(len(format)+len(s)))
	r.buf = append(r.buf, format...)
	r.buf = append(r.buf, s...)
	r.buf = append(r.buf, '\r', '\n')
}

func (r *reply) entry(e entry) {
	r.array(2)
	r.id(e.id)
	r.strings(e.fields...)
}

func (r *reply) entries(list []entry) {
	r.array(len(list))
	for _, e := range list {
		r.entry(e)
	}
}
