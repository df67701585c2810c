package wire

import (
	"encoding"
	"fmt"
	"strconv"
)

// AppendCommand appends a command as RESP: an array of strings. Its arguments are strings and binary marshalers, as for
// go-redis.
func AppendCommand(to []byte, args []any) []byte {
	to = appendHead(to, '*', len(args))
	for _, arg := range args {
		switch arg := arg.(type) {
		case string:
			to = append(appendHead(to, '$', len(arg)), arg...)
		case encoding.BinaryMarshaler:
			text, _ := arg.MarshalBinary() // a value in memory has no error
			to = append(appendHead(to, '$', len(text)), text...)
		default:
			text := fmt.Sprint(arg)
			to = append(appendHead(to, '$', len(text)), text...)
		}
		to = append(to, '\r', '\n')
	}
	return to
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
