package jsontext

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// AppendLine writes v as JSON on one line, with its end, as [Marshal] does: texts that are no UTF-8 stand in base64 beside.
// Nothing but control characters is escaped, so that it stays readable; those that JSON would allow as they are (DEL and
// the C1 set) are too, because a terminal may obey them.
func AppendLine(b *bytes.Buffer, v any) error {
	text, err := Marshal(v)
	if err != nil {
		return err
	}
	for len(text) > 0 {
		i := bytes.IndexFunc(text, func(r rune) bool { return r >= 0x7F && r < 0xA0 })
		if i < 0 {
			break
		}
		r, size := utf8.DecodeRune(text[i:])
		b.Write(text[:i])
		fmt.Fprintf(b, `\u%04x`, r)
		text = text[i+size:]
	}
	b.Write(text)
	b.WriteByte('\n')
	return nil
}
