package model

import (
	"encoding/json"
	"strconv"
)

// Count is a number that the server may not be able to tell. The zero Count is unknown.
type Count struct {
	// N is the number; meaningless unless Known.
	N int64
	// Known says that the server told N, or that it follows exactly from what the server told.
	Known bool
	// Estimated says that N is a bounded guess: shown with a "~".
	Estimated bool
}

// Exactly is a known count.
func Exactly(n int64) Count { return Count{N: n, Known: true} }

// About is an estimated count.
func About(n int64) Count { return Count{N: n, Known: true, Estimated: true} }

// Minus is c-d, unknown when either is, estimated when either is.
func (c Count) Minus(d Count) Count {
	if !c.Known || !d.Known {
		return Count{}
	}
	return Count{N: c.N - d.N, Known: true, Estimated: c.Estimated || d.Estimated}
}

// MayExceed says whether c could be more than what was told before: it is more, or can't be told any more. What was unknown
// before is exceeded by nothing.
func (c Count) MayExceed(told Count) bool {
	return told.Known && (!c.Known || c.N > told.N)
}

// String writes the number, "?" when it is unknown, and a leading "~" when it is an estimate.
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
