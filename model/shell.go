package model

import "strings"

// ShellWords returns words as one line of a POSIX shell: names come from other programs and may hold any characters.
func ShellWords(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = ShellWord(arg)
	}
	return strings.Join(quoted, " ")
}

// ShellWord quotes text as one word of a POSIX shell. Control characters, which a terminal might obey, are written in bash's
// form $'…'.
func ShellWord(text string) string {
	plain := text != ""
	for _, r := range text {
		switch {
		case r < ' ' || r == 0x7F || (r >= 0x80 && r < 0xA0):
			return "$" + ansiQuoted(text)
		case !strings.ContainsRune("-_./:=@%+,", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z'):
			plain = false
		}
	}
	if plain {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func ansiQuoted(text string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	b.WriteByte('\'')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7F:
			b.WriteString(`\x`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&0xF])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}
