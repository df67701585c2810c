package model

import "unicode/utf8"

// Obeyed reports whether a terminal may obey a character rather than show it: control characters including the C1 set,
// and characters that change the writing direction or end a line invisibly. A tab and a line feed don't count: they are
// part of plain text.
func Obeyed(r rune) bool {
	switch {
	case r < ' ':
		return r != '\t' && r != '\n'
	case r < 0x7F:
		return false
	case r < 0xA0:
		return true
	case r == 0x061C, r == 0x200E, r == 0x200F, r == 0x2028, r == 0x2029:
		return true
	default:
		return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x206F
	}
}

// NextObeyed returns the index and the length in bytes of the first character in text that a terminal may obey, or of
// the first byte that isn't valid UTF-8. It returns len(text) and 0 when there is none.
func NextObeyed[T []byte | string](text T) (at, size int) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' || c == 0x7F {
				return i, 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		if r == utf8.RuneError && n == 1 || Obeyed(r) {
			return i, n
		}
		i += n
	}
	return len(text), 0
}

// AppendVisible appends text to b so that no terminal obeys anything in it. It writes \x1b for an escape, and \x9b for
// a byte that isn't valid UTF-8. For characters that a JSON string may hold unescaped it writes \u007f, \u009b or
// \u202e, which mean the same in JSON.
func AppendVisible[T []byte | string](b []byte, text T) []byte {
	const hex = "0123456789abcdef"
	for {
		at, size := NextObeyed(text)
		b = append(b, text[:at]...)
		if size == 0 {
			return b
		}
		if c := text[at]; size == 1 && c != 0x7F {
			b = append(b, '\\', 'x', hex[c>>4], hex[c&0xF])
		} else {
			r, _ := utf8.DecodeRuneInString(string(text[at : at+size]))
			b = append(b, '\\', 'u', hex[r>>12&0xF], hex[r>>8&0xF], hex[r>>4&0xF], hex[r&0xF])
		}
		text = text[at+size:]
	}
}
