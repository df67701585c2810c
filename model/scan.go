package model

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds nesting, as encoding/json does, so that a hostile payload can't exhaust the stack.
const maxDepth = 10000

var (
	errJSON  = errors.New("broken JSON")
	errDepth = fmt.Errorf("%w: nested more than %d deep", errJSON, maxDepth)
)

// scanner walks over one JSON text and checks it as it goes. It allocates nothing: values are cut out of the text.
type scanner struct {
	s string
	i int
}

func (s *scanner) fail(want string) error {
	if s.i >= len(s.s) {
		return fmt.Errorf("%w: ends at byte %d, want %s", errJSON, s.i, want)
	}
	return fmt.Errorf("%w: %q at byte %d, want %s", errJSON, s.s[s.i], s.i, want)
}

func (s *scanner) space() {
	for s.i < len(s.s) {
		switch s.s[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.s) {
		return s.s[s.i]
	}
	return 0
}

// take steps over c, or fails.
func (s *scanner) take(c byte, want string) error {
	if s.peek() != c {
		return s.fail(want)
	}
	s.i++
	return nil
}

// value steps over one JSON value and returns its text.
func (s *scanner) value(depth int) (string, error) {
	start := s.i
	var err error
	switch c := s.peek(); {
	case c == '"':
		err = s.str()
	case c == '{':
		err = s.object(depth, nil)
	case c == '[':
		err = s.array(depth)
	case c == '-' || (c >= '0' && c <= '9'):
		err = s.number()
	case strings.HasPrefix(s.s[s.i:], "true"), strings.HasPrefix(s.s[s.i:], "null"):
		s.i += 4
	case strings.HasPrefix(s.s[s.i:], "false"):
		s.i += 5
	default:
		err = s.fail("a value")
	}
	return s.s[start:s.i], err
}

// object steps over an object and calls member, which may be nil, with each key and value as they stand in the text.
func (s *scanner) object(depth int, member func(key, value string)) error {
	if depth >= maxDepth {
		return errDepth
	}
	s.i++
	s.space()
	if s.peek() == '}' {
		s.i++
		return nil
	}
	for {
		start := s.i
		if err := s.str(); err != nil {
			return err
		}
		key := s.s[start:s.i]
		s.space()
		if err := s.take(':', "':'"); err != nil {
			return err
		}
		s.space()
		value, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		if member != nil {
			member(key, value)
		}
		s.space()
		if s.peek() == '}' {
			s.i++
			return nil
		}
		if err := s.take(',', "',' or '}'"); err != nil {
			return err
		}
		s.space()
	}
}

func (s *scanner) array(depth int) error {
	if depth >= maxDepth {
		return errDepth
	}
	s.i++
	s.space()
	if s.peek() == ']' {
		s.i++
		return nil
	}
	for {
		if _, err := s.value(depth + 1); err != nil {
			return err
		}
		s.space()
		if s.peek() == ']' {
			s.i++
			return nil
		}
		if err := s.take(',', "',' or ']'"); err != nil {
			return err
		}
		s.space()
	}
}

func (s *scanner) str() error {
	if err := s.take('"', "a string"); err != nil {
		return err
	}
	for s.i < len(s.s) {
		switch c := s.s[s.i]; {
		case c == '"':
			s.i++
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c < ' ':
			return s.fail("no control character in a string")
		default:
			s.i++
		}
	}
	return s.fail("'\"'")
}

func (s *scanner) escape() error {
	s.i++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
		return nil
	case 'u':
		s.i++
		for range 4 {
			if hexDigit(s.peek()) < 0 {
				return s.fail("four hexadecimal digits")
			}
			s.i++
		}
		return nil
	default:
		return s.fail("an escape")
	}
}

func (s *scanner) digits() error {
	if c := s.peek(); c < '0' || c > '9' {
		return s.fail("a digit")
	}
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.i++
	}
	return nil
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.i++
	}
	if s.peek() == '0' {
		s.i++
	} else if err := s.digits(); err != nil {
		return err
	}
	if s.peek() == '.' {
		s.i++
		if err := s.digits(); err != nil {
			return err
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.i++
		if c := s.peek(); c == '+' || c == '-' {
			s.i++
		}
		return s.digits()
	}
	return nil
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	default:
		return -1
	}
}

// scanObject checks that text is one JSON object and calls member with each of its members.
func scanObject(text string, member func(key, value string)) error {
	s := scanner{s: text}
	s.space()
	if s.peek() != '{' {
		return s.fail("an object")
	}
	if err := s.object(0, member); err != nil {
		return err
	}
	return s.end()
}

func (s *scanner) end() error {
	s.space()
	if s.i < len(s.s) {
		return s.fail("the end")
	}
	return nil
}

// unquote is the text that a checked JSON string stands for; bytes that are no UTF-8 and lone surrogates become
// U+FFFD, as in encoding/json. Without an escape it is cut out of the text.
func unquote(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return strings.ToValidUTF8(inner, "\uFFFD")
	}
	var b strings.Builder
	b.Grow(len(inner))
	for i := 0; i < len(inner); {
		c := inner[i]
		if c != '\\' {
			r, size := utf8.DecodeRuneInString(inner[i:])
			b.WriteRune(r)
			i += size
			continue
		}
		switch e := inner[i+1]; e {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			r, size := unicodeEscape(inner[i:])
			b.WriteRune(r)
			i += size
			continue
		default:
			b.WriteByte(e)
		}
		i += 2
	}
	return b.String()
}

// unicodeEscape reads \uXXXX, or a surrogate pair of two of them, at the start of s.
func unicodeEscape(s string) (r rune, size int) {
	const escapeLen = len(`\uXXXX`)
	r = hex4(s)
	if r < 0xD800 || r > 0xDFFF {
		return r, escapeLen
	}
	if r < 0xDC00 && len(s) >= 2*escapeLen && s[escapeLen] == '\\' && s[escapeLen+1] == 'u' {
		if low := hex4(s[escapeLen:]); low >= 0xDC00 && low <= 0xDFFF {
			return (r-0xD800)<<10 | (low - 0xDC00) + 0x10000, 2 * escapeLen
		}
	}
	return utf8.RuneError, escapeLen
}

func hex4(s string) rune {
	var r rune
	for _, c := range []byte(s[2:6]) {
		r = r<<4 | hexDigit(c)
	}
	return r
}
