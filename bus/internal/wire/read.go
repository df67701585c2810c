package wire

import (
	"streamdesk/model"
)

func RangeArgs(command, stream string, from, to model.Position, count int) []any {
	return []any{command, stream, RangeEnd(from), RangeEnd(to), "COUNT", count}
}

// RangeEnd writes a position as one end of a range.
func RangeEnd(p model.Position) string {
	switch p {
	case model.Position{}:
		return "-"
	case model.MaxPosition:
		return "+"
	default:
		return p.String()
	}
}
