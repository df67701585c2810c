package model

import (
	"encoding/json"
	"strconv"
)

// Count is a number that the server may not know. The zero Count is unknown.
type Count struct {
	// N is the number; meaningless unless Known.
	N int64
	// Known is true when the server reported N, or when N follows exactly from what it reported.
	Known bool
	// Estimated is true when N is a bounded estimate, shown with a "~".
	Estimated bool
}

// Exactly returns a known count.
func Exactly(n int64) Count { return Count{N: n, Known: true} }

// About returns an estimated count.
func About(n int64) Count { return Count{N: n, Known: true, Estimated: true} }

// Minus returns c-d. The result is unknown or estimated when either count is.
func (c Count) Minus(d Count) Count {
	if !c.Known || !d.Known {
		return Count{}
	}
	return Count{N: c.N - d.N, Known: true, Estimated: c.Estimated || d.Estimated}
}

// MayExceed reports whether c may be more than the earlier count told: it is more, or no longer known. Nothing exceeds
// an unknown earlier count.
func (c Count) MayExceed(told Count) bool {
	return told.Known && (!c.Known || c.N > told.N)
}

// String returns the number, "?" when it is unknown, and a leading "~" when it is an estimate.
func (c Count) String() string {
	switch {
	case !c.Known:
		return "?"
	case c.Estimated:
		return "~" + strconv.FormatInt(c.N, 10)
	default:
		return strconv.FormatInt(c.N, 10)
	}
}

// MarshalJSON writes the number, or null when it is unknown.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.Known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, c.N, 10), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Count) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*c = Count{}
		return nil
	}
	var n int64
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*c = Exactly(n)
	return nil
}
