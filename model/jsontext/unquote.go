package jsontext

import (
	"strings"
	"unicode/utf8"
)

// Unquote returns the text of a checked JSON string. Each byte that isn't UTF-8 and each lone surrogate becomes U+FFFD,
// as in encoding/json. Without those or an escape, the result is a substring.
func Unquote(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inner, '\\') < 0 && utf8.ValidString(inner) {
		return inner
	}
	var b strings.Builder
	b.Grow(len(inner))
	valid := utf8.ValidString(inner)
	for inner != "" {
		if plain := strings.IndexByte(inner, '\\'); valid && plain != 0 { // all up to the next escape stands for itself
			if plain < 0 {
				plain = len(inner)
			}
			b.WriteString(inner[:plain])
			inner = inner[plain:]
			continue
		}
		r, size := Rune(inner)
		b.WriteRune(r)
		inner = inner[size:]
	}
	return b.String()
}

// Rune reads the first character of the inside of a checked JSON string, written out or as an escape, and tells how many
// bytes it takes there. Bytes that are no UTF-8 and lone surrogates are U+FFFD.
func Rune(s string) (r rune, size int) {
	if s[0] != '\\' {
		return utf8.DecodeRuneInString(s)
	}
	switch c := s[1]; c {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
	default:
		return rune(c), 2
	}
	const unit = len(`\u0000`)
	r = hex4(s)
	if r < 0xD800 || r > 0xDFFF {
		return r, unit
	}
	if r < 0xDC00 && strings.HasPrefix(s[unit:], `\u`) {
		if low := hex4(s[unit:]); low >= 0xDC00 && low <= 0xDFFF {
			return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 2 * unit
		}
	}
	return utf8.RuneError, unit
}

// hex4 reads the four digits of a \u escape.
func hex4(s string) rune {
	var r rune
	for _, c := range []byte(s[2:6]) {
		r = r<<4 | hexDigit(c)
	}
	return r
}

// hexDigit is the value of a hexadecimal digit, -1 for any other byte.
func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	default:
		return -1
	}
}
