package model

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Position is an entry ID: milliseconds since the epoch and a sequence number within that millisecond. The zero
// Position is 0-0, which no entry can have. Redis treats it as "before everything".
type Position struct {
	// Ms is the time part, milliseconds since the Unix epoch on the server that made the entry.
	Ms uint64
	// Seq orders entries of the same millisecond.
	Seq uint64
}

// MaxPosition is the greatest ID there can be; Redis writes it as "+" in ranges.
var MaxPosition = Position{Ms: math.MaxUint64, Seq: math.MaxUint64}

// ErrPosition is wrapped by every error of [ParsePosition].
var ErrPosition = errors.New("not an entry ID")

// ParsePosition parses "ms-seq", "ms" (sequence 0), "-" (0-0) and "+" (the greatest ID). It returns an error that wraps
// [ErrPosition] for anything else.
func ParsePosition(s string) (Position, error) {
	switch s {
	case "-":
		return Position{}, nil
	case "+":
		return MaxPosition, nil
	}
	msText, seqText, hasSeq := strings.Cut(s, "-")
	ms, err := parseDigits(msText)
	if err != nil {
		return Position{}, fmt.Errorf("%w: %q (want milliseconds-sequence, such as 1700000000000-0)", ErrPosition, s)
	}
	var seq uint64
	if hasSeq {
		if seq, err = parseDigits(seqText); err != nil {
			return Position{}, fmt.Errorf("%w: %q (want milliseconds-sequence, such as 1700000000000-0)", ErrPosition, s)
		}
	}
	return Position{Ms: ms, Seq: seq}, nil
}

// CutPosition cuts the ID off that a text begins with: milliseconds, a dash and a sequence, in decimal digits. rest is what follows
// it. ok is false when there is none, or a number of more than 64 bits. It takes no memory.
func CutPosition(text []byte) (p Position, rest []byte, ok bool) {
	p.Ms, rest, ok = cutDigits(text)
	if !ok || len(rest) == 0 || rest[0] != '-' {
		return Position{}, text, false
	}
	if p.Seq, rest, ok = cutDigits(rest[1:]); !ok {
		return Position{}, text, false
	}
	return p, rest, true
}

func cutDigits(text []byte) (n uint64, rest []byte, ok bool) {
	const most = math.MaxUint64 / 10
	at := 0
	for ; at < len(text); at++ {
		digit := uint64(text[at] - '0')
		if digit > 9 {
			break
		}
		if n > most || n == most && digit > math.MaxUint64%10 {
			return 0, text, false
		}
		n = n*10 + digit
	}
	return n, text[at:], at > 0
}

// parseDigits is ParseUint without its tolerance for a leading plus sign.
func parseDigits(s string) (uint64, error) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(s, 10, 64)
}

// PositionAt returns the smallest ID that an entry added at t can have.
func PositionAt(t time.Time) Position {
	ms := t.UnixMilli()
	if ms < 0 {
		return Position{}
	}
	return Position{Ms: uint64(ms)}
}

// String returns the ID as Redis writes it: ms-seq.
func (p Position) String() string {
	return string(p.Append(make([]byte, 0, 24)))
}

// Append appends the ID to b in the form of [Position.String].
func (p Position) Append(b []byte) []byte {
	b = strconv.AppendUint(b, p.Ms, 10)
	b = append(b, '-')
	return strconv.AppendUint(b, p.Seq, 10)
}

// IsZero reports whether p is 0-0, the position before every entry.
func (p Position) IsZero() bool { return p == Position{} }

// Compare returns a negative number when p comes before q, zero when they are equal, and a positive number when p comes
// after q.
func (p Position) Compare(q Position) int {
	if c := cmp.Compare(p.Ms, q.Ms); c != 0 {
		return c
	}
	return cmp.Compare(p.Seq, q.Seq)
}

// Before reports whether p comes before q.
func (p Position) Before(q Position) bool { return p.Compare(q) < 0 }

// After reports whether p comes after q.
func (p Position) After(q Position) bool { return p.Compare(q) > 0 }

// Next returns the smallest ID after p, or p itself when it is the greatest ID.
func (p Position) Next() Position {
	switch {
	case p.Seq < math.MaxUint64:
		return Position{Ms: p.Ms, Seq: p.Seq + 1}
	case p.Ms < math.MaxUint64:
		return Position{Ms: p.Ms + 1}
	default:
		return p
	}
}

// Prev returns the greatest ID before p, or p itself when it is 0-0.
func (p Position) Prev() Position {
	switch {
	case p.Seq > 0:
		return Position{Ms: p.Ms, Seq: p.Seq - 1}
	case p.Ms > 0:
		return Position{Ms: p.Ms - 1, Seq: math.MaxUint64}
	default:
		return p
	}
}

// latest is the last millisecond of the year 9999, the max that RFC 3339 can express.
const latest = 253402300799999

// Dated reports whether the ID's time can be written as a date. An ID chosen by hand may hold any number.
func (p Position) Dated() bool { return p.Ms <= latest }

// Time returns when the entry was added, by the server's clock, to the millisecond. For an ID that isn't
// [Position.Dated], it returns the last millisecond of the year 9999. An ID chosen by hand may be ahead of the clock;
// see [Position.Age].
func (p Position) Time() time.Time { return time.UnixMilli(int64(min(p.Ms, latest))) }

// clockSkew is how far ahead of the clock an ID may be and still count as now. Synchronized clocks differ by less.
const clockSkew = 5 * time.Second

// Age returns how long before now, by the server's clock, the entry was added. It is unknown (false) when the ID is
// ahead of the clock or beyond any date.
func (p Position) Age(now time.Time) (age time.Duration, known bool) {
	age = now.Sub(p.Time())
	return max(age, 0), p.Dated() && age >= -clockSkew
}

// Clock formats the time of the ID in a zone and a layout. It returns "?" when the time can't be written as a date.
func (p Position) Clock(zone *time.Location, layout string) string {
	if !p.Dated() {
		return "?"
	}
	return p.Time().In(zone).Format(layout)
}

// MarshalText returns the ID as text, so that JSON keeps its precision.
func (p Position) MarshalText() ([]byte, error) { return p.Append(nil), nil }

// UnmarshalText parses what [ParsePosition] parses.
func (p *Position) UnmarshalText(text []byte) error {
	q, err := ParsePosition(string(text))
	if err != nil {
		return err
	}
	*p = q
	return nil
}
