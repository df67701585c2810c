package decode

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"

	"streamdesk/model"
)

// BytesKey is the only key of the JSON object that represents bytes that aren't UTF-8, in forms that have bytes. Its
// value is their base64.
const BytesKey = "$bytes"

// AppendBytes appends bytes to out: as a JSON string when they are UTF-8, otherwise as {"$bytes": "base64"}.
func AppendBytes(out, b []byte) []byte {
	if utf8.Valid(b) {
		return appendString(out, string(b))
	}
	out = append(out, `{"`+BytesKey+`":"`...)
	out = base64.StdEncoding.AppendEncode(out, b)
	return append(out, `"}`...)
}

// AppendFloat appends a number of 32 or 64 bits to out. Values without a JSON number are written as a string.
func AppendFloat(out []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(out, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(out, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(out, `"-Infinity"`...)
	}
	start := len(out)
	out = strconv.AppendFloat(out, f, 'g', -1, bits)
	for _, c := range out[start:] {
		if c == '.' || c == 'e' {
			return out
		}
	}
	return append(out, ".0"...) // so that it is encoded as a float again
}

// appendString appends text as a JSON string.
func appendString(out []byte, text string) []byte { return model.AppendString(out, text) }
