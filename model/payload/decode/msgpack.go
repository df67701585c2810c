package decode

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// msgpackForm is a whole map or array. A number or a string alone could be anything and needs no decoding.
var msgpackForm = form{
	name: "msgpack", value: true,
	fits: func(b []byte, _ Limits) bool {
		if len(b) == 0 {
			return false
		}
		c := b[0]
		return msgpcode.IsFixedMap(c) || msgpcode.IsFixedArray(c) ||
			c == msgpcode.Array16 || c == msgpcode.Array32 || c == msgpcode.Map16 || c == msgpcode.Map32
	},
	open: openMsgpack, pack: packMsgpack, exact: exactMsgpack,
}

func openMsgpack(b []byte, l Limits) ([]byte, error) {
	from := bytes.NewReader(b)
	m := msgpackReader{Decoder: msgpack.NewDecoder(from), limits: l, left: from}
	if err := m.value(0); err != nil {
		return nil, err
	}
	if from.Len() > 0 {
		return nil, errors.New("something follows the value")
	}
	return m.out, nil
}

// exactMsgpack returns the value with the distinctions that JSON doesn't make.
func exactMsgpack(b []byte) (any, error) {
	from := bytes.NewReader(b)
	m := msgpackReader{Decoder: msgpack.NewDecoder(from), limits: Limits{}.orDefault(), left: from, exact: true}
	err := m.value(0)
	return string(m.out), err
}

// msgpackReader writes values as JSON while it reads them, members in order.
type msgpackReader struct {
	*msgpack.Decoder
	limits Limits
	left   *bytes.Reader
	out    []byte
	// exact keeps bytes, extensions and non-text keys distinct from text, whatever they hold.
	exact bool
}

func (m *msgpackReader) value(depth int) error {
	if err := errors.Join(m.limits.CheckDepth(depth), m.limits.CheckSize(len(m.out))); err != nil {
		return err
	}
	code, err := m.PeekCode()
	if err != nil {
		return err
	}
	switch {
	case code == msgpcode.Nil:
		m.out = append(m.out, "null"...)
		return m.DecodeNil()
	case code == msgpcode.True || code == msgpcode.False:
		on, err := m.DecodeBool()
		m.out = strconv.AppendBool(m.out, on)
		return err
	case code == msgpcode.Float:
		f, err := m.DecodeFloat32()
		m.out = AppendFloat(m.out, float64(f), 32)
		return err
	case code == msgpcode.Double:
		f, err := m.DecodeFloat64()
		m.out = AppendFloat(m.out, f, 64)
		return err
	case code == msgpcode.Uint64:
		n, err := m.DecodeUint64()
		m.out = strconv.AppendUint(m.out, n, 10)
		return err
	case msgpcode.IsFixedNum(code) || code >= msgpcode.Uint8 && code <= msgpcode.Int64:
		n, err := m.DecodeInt64()
		m.out = strconv.AppendInt(m.out, n, 10)
		return err
	case msgpcode.IsString(code) || msgpcode.IsBin(code):
		b, err := m.bytes()
		if m.exact && msgpcode.IsBin(code) {
			m.out = append(m.out, "bytes "...)
		}
		m.out = AppendBytes(m.out, b)
		return err
	case msgpcode.IsFixedArray(code) || code == msgpcode.Array16 || code == msgpcode.Array32:
		return m.array(depth)
	case msgpcode.IsFixedMap(code) || code == msgpcode.Map16 || code == msgpcode.Map32:
		return m.object(depth)
	case msgpcode.IsExt(code):
		return m.extension()
	}
	return fmt.Errorf("the byte %#x begins no value", code)
}

// bytes reads a string or bytes. It checks their length before it allocates memory.
func (m *msgpackReader) bytes() ([]byte, error) {
	n, err := m.DecodeBytesLen()
	if err != nil {
		return nil, err
	}
	if n > m.left.Len() {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, max(n, 0))
	return b, m.ReadFull(b)
}

func (m *msgpackReader) array(depth int) error {
	n, err := m.DecodeArrayLen()
	if err != nil {
		return err
	}
	m.out = append(m.out, '[')
	for i := range n {
		if i > 0 {
			m.out = append(m.out, ',')
		}
		if err := m.value(depth + 1); err != nil {
			return err
		}
	}
	m.out = append(m.out, ']')
	return nil
}

func (m *msgpackReader) object(depth int) error {
	n, err := m.DecodeMapLen()
	if err != nil {
		return err
	}
	m.out = append(m.out, '{')
	for i := range n {
		if i > 0 {
			m.out = append(m.out, ',')
		}
		start := len(m.out)
		if err := m.value(depth + 1); err != nil {
			return err
		}
		if !m.exact {
			m.out = quoteKey(m.out, start)
		}
		m.out = append(m.out, ':')
		if err := m.value(depth + 1); err != nil {
			return err
		}
	}
	m.out = append(m.out, '}')
	return nil
}

// quoteKey turns the key that begins at start, which may be a number or bytes, into a JSON string.
func quoteKey(out []byte, start int) []byte {
	if out[start] == '"' {
		return out
	}
	key := string(out[start:])
	return appendString(out[:start], key)
}

// extension writes a time as RFC 3339, and any other extension as {"$ext": its number, "$bytes": …}.
func (m *msgpackReader) extension() error {
	id, n, err := m.DecodeExtHeader()
	if err != nil {
		return err
	}
	if n < 0 || n > m.left.Len() {
		return io.ErrUnexpectedEOF
	}
	b := make([]byte, n)
	if err := m.ReadFull(b); err != nil {
		return err
	}
	const timestamp = -1
	if at, ok := msgpackTime(b); ok && id == timestamp && !m.exact {
		m.out = append(at.AppendFormat(append(m.out, '"'), time.RFC3339Nano), '"')
		return nil
	}
	m.out = strconv.AppendInt(append(m.out, `{"$ext":`...), int64(id), 10)
	m.out = base64.StdEncoding.AppendEncode(append(m.out, `,"`+BytesKey+`":"`...), b)
	m.out = append(m.out, `"}`...)
	return nil
}

// msgpackTime decodes a timestamp of any of the three lengths: seconds; nanoseconds and seconds in 30 and 34 bits; both
// at full length.
func msgpackTime(b []byte) (time.Time, bool) {
	number := func(b []byte) (n uint64) {
		for _, c := range b {
			n = n<<8 | uint64(c)
		}
		return n
	}
	var at time.Time
	switch len(b) {
	case 4:
		at = time.Unix(int64(number(b)), 0)
	case 8:
		const secondBits = 34
		n := number(b)
		at = time.Unix(int64(n&(1<<secondBits-1)), int64(n>>secondBits))
	case 12:
		at = time.Unix(int64(number(b[4:])), int64(number(b[:4])))
	default:
		return at, false
	}
	at = at.UTC()
	return at, at.Year() >= 0 && at.Year() <= 9999
}

func packMsgpack(value []byte) ([]byte, error) {
	n, err := parse(value)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := msgpack.NewEncoder(&out)
	e.UseCompactInts(true)
	err = writeMsgpack(e, &n)
	return out.Bytes(), err
}

func writeMsgpack(e *msgpack.Encoder, n *node) error {
	switch n.kind {
	case '"':
		return e.EncodeString(n.text)
	case 't':
		return e.EncodeBool(n.on)
	case '0':
		number, err := n.number()
		if err != nil {
			return err
		}
		return e.Encode(number)
	case '[':
		if err := e.EncodeArrayLen(len(n.values)); err != nil {
			return err
		}
	case '{':
		if b, ok := n.bytes(); ok {
			return e.EncodeBytes(b)
		}
		if err := e.EncodeMapLen(len(n.values)); err != nil {
			return err
		}
	default:
		return e.EncodeNil()
	}
	for i := range n.values {
		if n.kind == '{' {
			if err := e.EncodeString(n.keys[i]); err != nil {
				return err
			}
		}
		if err := writeMsgpack(e, &n.values[i]); err != nil {
			return err
		}
	}
	return nil
}
