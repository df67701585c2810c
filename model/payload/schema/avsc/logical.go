package avsc

import (
	"math"
	"slices"
)

// meanings are the logical types by the kinds that they are for, but for decimals.
var meanings = map[Kind][]string{
	String: {"uuid"},
	Int:    {Date, "time-millis"},
	Long:   {"time-micros", TimestampMillis, TimestampMicros, LocalTimestampMillis, LocalTimestampMicros},
}

// meaning sets the logical type. One that isn't for this type, or is incomplete, doesn't count, as Avro wants it.
func (t *Type) meaning(o map[string]any) {
	logical, _ := o["logicalType"].(string)
	const durationBytes = 12
	switch {
	case slices.Contains(meanings[t.Kind], logical), t.Kind == Fixed && logical == "duration" && t.Size == durationBytes:
		t.Logical = logical
	case logical == Decimal && (t.Kind == Bytes || t.Kind == Fixed):
		precision, _ := whole(o["precision"])
		scale, ok := whole(o["scale"])
		if _, given := o["scale"]; given && !ok || precision < 1 || scale > precision {
			return
		}
		if t.Kind == Fixed && t.Size > 0 && precision > int(math.Floor(math.Log10(math.Pow(2, 8*float64(t.Size))-1))) {
			return
		}
		t.Logical, t.Precision, t.Scale = logical, precision, scale
	}
}
