package wire

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// Limits limits one reply. A zero field means that of [DefaultLimits].
type Limits struct {
	// Bytes is the max size of the whole reply, headers included, and so of each string in it.
	Bytes int64
	// Elements is the max number of elements announced but not received, over all open arrays: a client allocates memory for
	// them.
	Elements int64
	// Depth is the max nesting of arrays.
	Depth int
	// Line is the max size of items without a length that end with a line break: statuses, errors, numbers.
	Line int
}

// DefaultLimits are a server's own limits: 512 MB for a string, a million elements as in a command, and its longest inline
// command for lines. No reply of Redis is nested twenty deep.
var DefaultLimits = Limits{Bytes: 512 << 20, Elements: 1 << 20, Depth: 128, Line: 64 << 10}

// Scanner scans replies (RESP2 and RESP3) as they arrive, and refuses them at [Limits]. It stores none of them, and reads
// each byte once; reads may split replies anywhere.
type Scanner struct {
	limits Limits
	state  state
	kind   byte // of the item whose line is read
	line   int  // bytes of that line so far, its kind included
	header [headerSize]byte
	skip   int64 // bytes of a string that are still to come, its line break included

	size int64   // of the reply so far
	open []level // the arrays that are open, outermost first
	owed int64   // elements announced and not here, over all of them
}

// headerSize holds the longest number: the sign and digits of an int64.
const headerSize = 24

type state uint8

const (
	atKind    state = iota // the next byte begins an item
	inLine                 // the rest of a line is passed over
	inNumber               // the line is a length
	inPayload              // skip bytes are passed over
)

// level is an array that is open.
type level struct {
	left      int64 // elements to come; streamed is until an end mark
	attribute bool  // it stands before an item, and isn't one
	chunks    bool  // it is a streamed string
}

const streamed = math.MaxInt64

// NewScanner returns a new scanner.
func NewScanner(l Limits) *Scanner {
	d := DefaultLimits
	if l.Bytes > 0 {
		d.Bytes = l.Bytes
	}
	if l.Elements > 0 {
		d.Elements = l.Elements
	}
	if l.Depth > 0 {
		d.Depth = l.Depth
	}
	if l.Line > 0 {
		d.Line = l.Line
	}
	return &Scanner{limits: d}
}

// Scan scans the next bytes. The error is a [ReplyError]; nothing may be scanned after one.
func (s *Scanner) Scan(b []byte) error {
	for at := 0; at < len(b); {
		n, err := s.next(b[at:])
		if err != nil {
			return err
		}
		at += n
	}
	return nil
}

// next scans a part of b, min one byte, and returns its length.
func (s *Scanner) next(b []byte) (int, error) {
	switch s.state {
	case atKind:
		if n := s.whole(b); n > 0 {
			return n, nil
		}
		return s.begin(b)
	case inPayload:
		n := min(int64(len(b)), s.skip)
		if s.skip -= n; s.skip == 0 {
			s.state = atKind
			s.item()
		}
		return int(n), nil
	case inNumber, inLine:
	}
	end := bytes.IndexByte(b, '\n')
	n := end + 1
	if end < 0 {
		n = len(b)
	}
	if s.state == inNumber {
		if s.line+n > headerSize {
			return 0, s.refuseHeader(b[:n])
		}
		copy(s.header[s.line:], b[:n])
	}
	s.line += n
	s.size += int64(n)
	switch {
	case s.line > s.limits.Line:
		return 0, &ReplyError{Came: fmt.Sprintf("a line of more than %d bytes without an end", s.limits.Line), Limit: amount(int64(s.limits.Line))}
	case s.size > s.limits.Bytes:
		return 0, s.tooLarge(s.size)
	case end < 0:
		return n, nil
	case s.state == inLine:
		s.state = atKind
		s.item()
		return n, nil
	}
	number, ok := parseLength(s.header[1 : s.line-1])
	if !ok {
		return 0, s.refuseHeader(nil)
	}
	return n, s.length(number)
}

// whole is the fast path: strings and arrays within an array that are completely received, as nearly all are. It returns how
// many bytes it scanned, and leaves everything else, including the end of a reply, to the slow path.
func (s *Scanner) whole(b []byte) int {
	if len(s.open) == 0 {
		return 0
	}
	top := &s.open[len(s.open)-1]
	left, owed, at := top.left, s.owed, 0
	room := int(min(s.limits.Bytes-s.size, int64(len(b))))
	for left != streamed && at+4 <= room {
		kind := b[at]
		if kind != '$' && kind != '*' {
			break
		}
		n, i := 0, at+1
		for i < room && i < at+9 { // eight digits: 100 MB, more than is here
			d := b[i] - '0'
			if d > 9 {
				break
			}
			n = n*10 + int(d)
			i++
		}
		if i == at+1 || i+1 >= room || b[i] != '\r' || b[i+1] != '\n' {
			break
		}
		i += 2
		if kind == '$' {
			if i += n + 2; i > room {
				break
			}
			if left == 1 { // it ends its array, and perhaps those around it
				outer := s.unfinished()
				if outer < 0 {
					break
				}
				owed -= int64(len(s.open) - 1 - outer)
				s.open = s.open[:outer+1]
				top = &s.open[outer]
				left = top.left
			}
			left--
			owed--
			at = i
			continue
		}
		if n == 0 || owed+int64(n) > s.limits.Elements || len(s.open) >= s.limits.Depth {
			break
		}
		top.left = left
		owed += int64(n)
		s.open = append(s.open, level{left: int64(n)})
		top = &s.open[len(s.open)-1]
		left, at = top.left, i
	}
	top.left, s.owed = left, owed
	s.size += int64(at)
	return at
}

// unfinished returns the innermost array around the open one that still has elements to come when that one ends. It returns
// -1 when the reply ends with it, or when anything but plain arrays is in between.
func (s *Scanner) unfinished() int {
	if s.open[len(s.open)-1].attribute {
		return -1
	}
	outer := len(s.open) - 2
	for outer >= 0 && s.open[outer].left == 1 && !s.open[outer].attribute {
		outer--
	}
	if outer >= 0 && (s.open[outer].left == streamed || s.open[outer].left == 1) {
		return -1
	}
	return outer
}

// begin scans the kind of an item.
func (s *Scanner) begin(b []byte) (int, error) {
	s.kind, s.line = b[0], 1
	s.size++
	switch s.kind {
	case '+', '-', ':', ',', '#', '_', '(', '.':
		s.state = inLine
	case '$', '=', '!', '*', '~', '>', '%', '|', ';':
		s.state, s.header[0] = inNumber, s.kind
	default:
		return 0, &ReplyError{Came: "it begins with " + excerpt(b)}
	}
	return 1, nil
}

// nullLength and streamedLength are the two possible lengths that aren't a number from 0 on.
const (
	nullLength     = -1
	streamedLength = -2
)

func parseLength(digits []byte) (int64, bool) {
	digits = bytes.TrimSuffix(digits, []byte("\r"))
	switch string(digits) {
	case "-1":
		return nullLength, true
	case "?":
		return streamedLength, true
	}
	n, err := strconv.ParseUint(string(digits), 10, 63)
	return int64(n), err == nil
}

// length handles the length of an item.
func (s *Scanner) length(n int64) error {
	s.state = atKind
	switch s.kind {
	case '$', '=', '!', ';':
		switch {
		case n == streamedLength:
			return s.push(level{left: streamed, chunks: true})
		case n == nullLength:
			s.item()
			return nil
		case s.kind == ';' && n == 0:
			s.endStreamed()
			return nil
		case n > s.limits.Bytes-s.size:
			return s.tooLarge(n)
		}
		s.size += n + 2
		s.skip, s.state = n+2, inPayload
		return nil
	case '%', '|':
		if n > s.limits.Elements {
			return s.tooMany(n)
		}
		if n > 0 {
			n *= 2
		}
	}
	switch {
	case n == streamedLength:
		return s.push(level{left: streamed, attribute: s.kind == '|'})
	case n > 0:
		if s.owed+n > s.limits.Elements {
			return s.tooMany(n)
		}
		s.owed += n
		return s.push(level{left: n, attribute: s.kind == '|'})
	case s.kind != '|': // empty, or null
		s.item()
	}
	return nil
}

func (s *Scanner) push(l level) error {
	if len(s.open) >= s.limits.Depth {
		return &ReplyError{Came: fmt.Sprintf("arrays in arrays, %d deep", len(s.open)+1), Limit: strconv.Itoa(s.limits.Depth)}
	}
	s.open = append(s.open, l)
	return nil
}

// item ends an item: its array waits for one element less, and may end too.
func (s *Scanner) item() {
	if s.kind == '.' {
		s.endStreamed()
		return
	}
	for {
		if len(s.open) == 0 {
			s.size = 0
			return
		}
		top := &s.open[len(s.open)-1]
		if top.left == streamed {
			return
		}
		top.left--
		s.owed--
		if top.left > 0 {
			return
		}
		attribute := top.attribute
		s.open = s.open[:len(s.open)-1]
		if attribute {
			return // what it is about comes next
		}
	}
}

// endStreamed ends the innermost streamed array or string.
func (s *Scanner) endStreamed() {
	if len(s.open) == 0 || s.open[len(s.open)-1].left != streamed {
		s.kind = 0
		s.item() // an end of nothing is an item that a reader will refuse
		return
	}
	top := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if !top.attribute {
		s.kind = 0
		s.item()
	}
}

func (s *Scanner) tooLarge(n int64) error {
	came := "a reply of " + amount(n)
	if s.kind == '$' || s.kind == '=' || s.kind == '!' {
		came = "a string of " + amount(n)
	}
	return &ReplyError{Came: came, Limit: amount(s.limits.Bytes)}
}

func (s *Scanner) tooMany(n int64) error {
	return &ReplyError{Came: fmt.Sprintf("an array of %d elements", n), Limit: strconv.FormatInt(s.limits.Elements, 10)}
}

func (s *Scanner) refuseHeader(more []byte) error {
	line := append(bytes.Clone(s.header[:min(s.line, headerSize)]), more...)
	return &ReplyError{Came: "a length that is none: " + excerpt(line)}
}
