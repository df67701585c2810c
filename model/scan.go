package model

import (
	"errors"
	"fmt"

	"streamdesk/model/jsontext"
)

// maxDepth bounds nesting, as encoding/json does, so that a hostile payload can't exhaust the stack.
const maxDepth = 10000

var (
	errJSON  = errors.New("broken JSON")
	errDepth = fmt.Errorf("nested more than %d deep", maxDepth)
)

// scanner scans and checks one JSON text. It allocates nothing: values are substrings of the text.
type scanner struct{ jsontext.Scanner }

// value scans one JSON value and returns its text.
func (s *scanner) value(depth int) (string, error) {
	start := s.At
	var err error
	switch c := s.Peek(); {
	case c == '"':
		err = s.Quoted()
	case c == '{':
		err = s.object(depth, nil)
	case c == '[':
		err = s.array(depth)
	case c == '-' || (c >= '0' && c <= '9'):
		err = s.Number()
	default:
		err = s.Word()
	}
	return s.Text[start:s.At], err
}

// object scans an object and calls member, which may be nil, with the raw text of each key and value.
func (s *scanner) object(depth int, member func(key, value string)) error {
	if depth >= maxDepth {
		return errDepth
	}
	s.At++
	s.Space()
	if s.Peek() == '}' {
		s.At++
		return nil
	}
	for {
		start := s.At
		if err := s.Quoted(); err != nil {
			return err
		}
		key := s.Text[start:s.At]
		s.Space()
		if err := s.Take(':', "':'"); err != nil {
			return err
		}
		s.Space()
		value, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		if member != nil {
			member(key, value)
		}
		s.Space()
		if s.Peek() == '}' {
			s.At++
			return nil
		}
		if err := s.Take(',', "',' or '}'"); err != nil {
			return err
		}
		s.Space()
	}
}

func (s *scanner) array(depth int) error {
	if depth >= maxDepth {
		return errDepth
	}
	s.At++
	s.Space()
	if s.Peek() == ']' {
		s.At++
		return nil
	}
	for {
		if _, err := s.value(depth + 1); err != nil {
			return err
		}
		s.Space()
		if s.Peek() == ']' {
			s.At++
			return nil
		}
		if err := s.Take(',', "',' or ']'"); err != nil {
			return err
		}
		s.Space()
	}
}

// ScanObject checks that text is one JSON object and calls member with each of its members. The error wraps errJSON.
func ScanObject(text string, member func(key, value string)) error {
	s := scanner{jsontext.Scanner{Text: text}}
	if err := s.document(member); err != nil {
		return fmt.Errorf("%w: %w", errJSON, err)
	}
	return nil
}

func (s *scanner) document(member func(key, value string)) error {
	s.Space()
	if s.Peek() != '{' {
		return s.Fail("an object")
	}
	if err := s.object(0, member); err != nil {
		return err
	}
	return s.End()
}
