package wire

import (
	"encoding"
	"fmt"
	"strconv"
)

// AppendCommand appends a command as RESP: an array of strings. Its arguments are strings and binary marshalers, as for
// go-redis.
func AppendCommand(to []byte, args []any) []byte {
	to = AppendArray(to, len(args))
	for _, arg := range args {
		switch arg := arg.(type) {
		case string:
			to = AppendString(to, arg)
		case encoding.BinaryMarshaler:
			text, _ := arg.MarshalBinary() // a value in memory has no error
			to = AppendString(to, text)
		default:
			to = AppendString(to, fmt.Sprint(arg))
		}
	}
	return to
}

// AppendArray appends the head of an array of n strings, such as a command; they follow.
func AppendArray(to []byte, n int) []byte { return appendHead(to, '*', n) }

// AppendString appends a string of a command.
func AppendString[T string | []byte](to []byte, text T) []byte {
	return append(append(appendHead(to, '$', len(text)), text...), '\r', '\n')
}

// appendHead appends the line that a value begins with.
func appendHead(to []byte, kind byte, n int) []byte {
	to = append(to, kind)
	if n < 10 {
		to = append(to, byte('0'+n))
	} else {
		to = strconv.AppendInt(to, int64(n), 10)
	}
	return append(to, '\r', '\n')
}
