// Package jsontext scans the tokens of a JSON text and reports where it stops being valid. Nesting (objects, arrays,
// depth) is up to the callers, whose needs differ: events are substrings of a text, trees index all of it. Start
// reading at [Scanner].
package jsontext

import (
	"fmt"
	"strings"
)

// Scanner stands at the byte At of Text. It allocates nothing but its errors, which are all a *[SyntaxError]; after one
// it stands at the byte that is wrong.
type Scanner struct {
	Text string
	At   int
}

// SyntaxError says where a text stops being JSON, and why.
type SyntaxError struct {
	// Offset is the byte, from 0.
	Offset int
	// Found is the byte that stands there; meaningless when Ended.
	Found byte
	// Ended says that the text ends there.
	Ended bool
	// Want is what should stand there, in words.
	Want string
}

// Error says what is wrong, with the place.
func (e *SyntaxError) Error() string {
	if e.Ended {
		return fmt.Sprintf("ends at byte %d, want %s", e.Offset, e.Want)
	}
	return fmt.Sprintf("%q at byte %d, want %s", e.Found, e.Offset, e.Want)
}

// Fail returns the error that something else should be here.
func (s *Scanner) Fail(want string) error {
	if s.At >= len(s.Text) {
		return &SyntaxError{Offset: s.At, Ended: true, Want: want}
	}
	return &SyntaxError{Offset: s.At, Found: s.Text[s.At], Want: want}
}

// Peek returns the next byte, 0 at the end.
func (s *Scanner) Peek() byte {
	if s.At < len(s.Text) {
		return s.Text[s.At]
	}
	return 0
}

// Space steps over white space.
func (s *Scanner) Space() {
	for s.At < len(s.Text) {
		switch s.Text[s.At] {
		case ' ', '\t', '\n', '\r':
			s.At++
		default:
			return
		}
	}
}

// Take steps over c.
func (s *Scanner) Take(c byte, want string) error {
	if s.Peek() != c {
		return s.Fail(want)
	}
	s.At++
	return nil
}

// End steps over white space to the end of the text.
func (s *Scanner) End() error {
	s.Space()
	if s.At < len(s.Text) {
		return s.Fail("the end")
	}
	return nil
}

// Quoted steps over a string with its quotes.
func (s *Scanner) Quoted() error {
	if err := s.Take('"', "a string"); err != nil {
		return err
	}
	for s.At < len(s.Text) {
		switch c := s.Text[s.At]; {
		case c == '"':
			s.At++
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c < ' ':
			return s.Fail("no control character in a string")
		default:
			s.At++
		}
	}
	return s.Fail("'\"'")
}

func (s *Scanner) escape() error {
	s.At++
	switch s.Peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.At++
		return nil
	case 'u':
		s.At++
		for range 4 {
			if hexDigit(s.Peek()) < 0 {
				return s.Fail("four hexadecimal digits")
			}
			s.At++
		}
		return nil
	default:
		return s.Fail("an escape")
	}
}

// Number steps over a number.
func (s *Scanner) Number() error {
	if s.Peek() == '-' {
		s.At++
	}
	if s.Peek() == '0' {
		s.At++
	} else if err := s.digits(); err != nil {
		return err
	}
	if s.Peek() == '.' {
		s.At++
		if err := s.digits(); err != nil {
			return err
		}
	}
	if c := s.Peek(); c == 'e' || c == 'E' {
		s.At++
		if c := s.Peek(); c == '+' || c == '-' {
			s.At++
		}
		return s.digits()
	}
	return nil
}

func (s *Scanner) digits() error {
	if c := s.Peek(); c < '0' || c > '9' {
		return s.Fail("a digit")
	}
	for c := s.Peek(); c >= '0' && c <= '9'; c = s.Peek() {
		s.At++
	}
	return nil
}

// Word steps over true, false or null; it is asked last, and anything else fails as no value at all.
func (s *Scanner) Word() error {
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(s.Text[s.At:], word) {
			s.At += len(word)
			return nil
		}
	}
	return s.Fail("a value")
}
