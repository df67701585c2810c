package model

import "time"

// AppendTimestamp appends a time to b in the wire format: RFC 3339 in UTC with exactly six fraction digits and
// "+00:00", such as 2026-01-02T03:04:05.678901+00:00. Every ISO 8601 parser accepts that form; Python's fromisoformat
// rejects nine digits and "Z" before 3.11. The time is truncated to the microsecond. The year is written with four
// digits.
func AppendTimestamp(b []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b = appendDigits(b, year, 4)
	b = appendDigits(append(b, '-'), int(month), 2)
	b = appendDigits(append(b, '-'), day, 2)
	b = appendDigits(append(b, 'T'), hour, 2)
	b = appendDigits(append(b, ':'), minute, 2)
	b = appendDigits(append(b, ':'), second, 2)
	b = appendDigits(append(b, '.'), t.Nanosecond()/int(time.Microsecond), 6)
	return append(b, "+00:00"...)
}

// appendDigits appends the last digits of n, padded with leading zeros.
func appendDigits(b []byte, n, digits int) []byte {
	start := len(b)
	b = append(b, "000000"[:digits]...)
	for i := len(b) - 1; i >= start && n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// Timestamp is a time whose JSON form is that of [AppendTimestamp].
type Timestamp time.Time

// MarshalJSON returns the timestamp in quotes.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return append(AppendTimestamp([]byte{'"'}, time.Time(t)), '"'), nil
}

// UnmarshalJSON parses any RFC 3339 time.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	return (*time.Time)(t).UnmarshalJSON(text)
}
