package decode

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"streamdesk/model/jsontext"
)

// jsonString is a JSON string that holds a JSON object, an array, or another wrapping. Plain text in a string stays a
// string.
var jsonString = form{
	name: "JSON string", fits: isJSONString,
	open: func(b []byte, _ Limits) ([]byte, error) {
		return []byte(jsontext.Unquote(strings.TrimSpace(string(b)))), nil
	},
	pack: func(b []byte) ([]byte, error) {
		if !utf8.Valid(b) {
			return nil, errors.New("a JSON string can't hold bytes that are no UTF-8")
		}
		return appendString(nil, string(b)), nil
	},
}

func isJSONString(b []byte, l Limits) bool {
	text := strings.TrimSpace(string(b))
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || !isJSON(text) {
		return false
	}
	return opens([]byte(jsontext.Unquote(text)), l)
}

// opens reports whether bytes are worth unwrapping: a JSON object or array, a wrapping with a mark, or a whole map or
// array of msgpack or CBOR.
func opens(b []byte, l Limits) bool {
	trimmed := strings.TrimLeft(string(b), " \t\r\n")
	if trimmed != "" && strings.IndexByte(`{[`, trimmed[0]) >= 0 && isJSON(trimmed) || isJSONString(b, l) {
		return true
	}
	if isText(b) {
		return slices.ContainsFunc(base64Encodings[:], func(e base64Encoding) bool { return e.fits(b, l) })
	}
	if slices.ContainsFunc(compressions, func(f form) bool { return f.fits(b, l) }) {
		return true
	}
	for _, f := range [...]form{cborMarked, msgpackForm, cborForm, zlibForm} {
		if f.fits(b, l) {
			if _, err := f.open(b, l); err == nil {
				return true
			}
		}
	}
	return false
}

// base64Encoding is one of the four variants of base64.
type base64Encoding struct {
	name     string
	url      bool // with - and _; text without either is the same in both and called base64
	encoding *base64.Encoding
}

var base64Encodings = [...]base64Encoding{
	{"base64", false, base64.StdEncoding.Strict()},
	{"base64url", true, base64.URLEncoding.Strict()},
	{"base64 without padding", false, base64.RawStdEncoding.Strict()},
	{"base64url without padding", true, base64.RawURLEncoding.Strict()},
}

// fits accepts text as base64 only when its content can be decoded further: "order" could be base64 but isn't.
func (e base64Encoding) fits(b []byte, l Limits) bool {
	inner, ok := e.decode(b, l)
	return ok && opens(inner, l)
}

// decode returns the decoded text; false when it isn't base64.
func (e base64Encoding) decode(b []byte, l Limits) ([]byte, bool) {
	const least = 4
	b = bytes.TrimSpace(b)
	if len(b) < least || !base64Alphabet(b) || e.url != bytes.ContainsAny(b, "-_") || l.CheckSize(len(b)) != nil {
		return nil, false
	}
	inner, err := e.encoding.AppendDecode(nil, b)
	return inner, err == nil
}

var base64Forms = base64s()

func base64s() []form {
	forms := make([]form, len(base64Encodings))
	for i, e := range base64Encodings {
		forms[i] = form{
			name: e.name, fits: e.fits,
			open: func(b []byte, l Limits) ([]byte, error) {
				if err := l.CheckSize(e.encoding.DecodedLen(len(b))); err != nil {
					return nil, err
				}
				return e.encoding.AppendDecode(nil, bytes.TrimSpace(b))
			},
			pack: func(b []byte) ([]byte, error) { return e.encoding.AppendEncode(nil, b), nil },
		}
	}
	return forms
}

func base64Alphabet(b []byte) bool {
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("+/-_=\r\n", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// isText reports whether bytes are UTF-8 without control characters other than white space.
func isText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	return !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7F })
}
