package model

import "time"

// AppendTimestamp writes a time as the wire format has it to the end of b: RFC 3339 in UTC with exactly six digits and
// "+00:00", such as 2026-01-02T03:04:05.678901+00:00. That is what every ISO 8601 reader takes; Python's fromisoformat refuses
// nine digits and "Z" before 3.11. What is less than a microsecond is cut off. The year is written with four digits.
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

// appendDigits writes the last digits of n, with zeros before it.
func appendDigits(b []byte, n, digits int) []byte {
	start := len(b)
	b = append(b, "000000"[:digits]...)
	for i := len(b) - 1; i >= start && n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

// Timestamp is a time that is written in JSON as [AppendTimestamp] does.
type Timestamp time.Time

// MarshalJSON writes it in quotes.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return append(AppendTimestamp([]byte{'"'}, time.Time(t)), '"'), nil
}

// UnmarshalJSON reads what RFC 3339 allows.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	return (*time.Time)(t).UnmarshalJSON(text)
}
