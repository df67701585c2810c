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
// Position is 0-0, which no entry can have: Redis reads it as "before everything".
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

// ParsePosition reads "ms-seq", "ms" (sequence 0), "-" (0-0) and "+" (the greatest ID). It returns an error that
// wraps [ErrPosition] for anything else.
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

// parseDigits is ParseUint without its tolerance for a leading plus sign.
func parseDigits(s string) (uint64, error) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(s, 10, 64)
}

// PositionAt is the first ID that an entry made at t could have.
func PositionAt(t time.Time) Position {
	ms := t.UnixMilli()
	if ms < 0 {
		return Position{}
	}
	return Position{Ms: uint64(ms)}
}

// String writes the ID as Redis does: ms-seq.
func (p Position) String() string {
	return string(p.Append(make([]byte, 0, 24)))
}

// Append writes the ID as [Position.String] does to the end of b.
func (p Position) Append(b []byte) []byte {
	b = strconv.AppendUint(b, p.Ms, 10)
	b = append(b, '-')
	return strconv.AppendUint(b, p.Seq, 10)
}

// IsZero says whether p is 0-0, the position before every entry.
func (p Position) IsZero() bool { return p == Position{} }

// Compare is negative when p comes before q, zero when they are equal, positive when p comes after q.
func (p Position) Compare(q Position) int {
	if c := cmp.Compare(p.Ms, q.Ms); c != 0 {
		return c
	}
	return cmp.Compare(p.Seq, q.Seq)
}

// Before says whether p comes before q.
func (p Position) Before(q Position) bool { return p.Compare(q) < 0 }

// After says whether p comes after q.
func (p Position) After(q Position) bool { return p.Compare(q) > 0 }

// Next is the smallest ID after p; the greatest ID is its own next.
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

// Prev is the greatest ID before p; 0-0 is its own previous.
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

// latest is the last millisecond of the year 9999: what RFC 3339 can write.
const latest = 253402300799999

// Dated says whether the ID has a time that can be written. One that was chosen by hand may carry any number.
func (p Position) Dated() bool { return p.Ms <= latest }

// Time is when the entry was added, by the server's clock, to the millisecond; the latest time there is for an ID that isn't
// [Position.Dated]. An ID that was chosen by hand may lie ahead of the clock: for how long ago, see [Position.Age].
func (p Position) Time() time.Time { return time.UnixMilli(int64(min(p.Ms, latest))) }

// clockSkew is how far ahead of a clock an ID may lie and still count as of now: clocks that are kept in step differ by less.
const clockSkew = 5 * time.Second

// Age is how long ago the entry was added, now by the server's clock; false when that can't be known, since the ID lies ahead of
// the clock, or beyond any date.
func (p Position) Age(now time.Time) (age time.Duration, known bool) {
	age = now.Sub(p.Time())
	return max(age, 0), p.Dated() && age >= -clockSkew
}

// Clock writes the time of the ID in a zone and a layout; "?" when it has none that can be written.
func (p Position) Clock(zone *time.Location, layout string) string {
	if !p.Dated() {
		return "?"
	}
	return p.Time().In(zone).Format(layout)
}

// MarshalText writes the ID as a string, so that JSON keeps its precision.
func (p Position) MarshalText() ([]byte, error) { return p.Append(nil), nil }

// UnmarshalText reads what [ParsePosition] reads.
func (p *Position) UnmarshalText(text []byte) error {
	q, err := ParsePosition(string(text))
	if err != nil {
		return err
	}
	*p = q
	return nil
}
