package model

import (
	"strings"
)

// Command is one Redis command as it is sent, name first. Every change that the bus makes on a person's behalf can
// be shown as its commands before it is made (the request's Commands) and logged with its reply after.
type Command []string

// String writes the command as redis-cli takes it: arguments with anything but plain characters are quoted, with \n, \"
// and \xHH as redis-cli reads them.
func (c Command) String() string {
	var b strings.Builder
	for i, arg := range c {
		if i > 0 {
			b.WriteByte(' ')
		}
		if plainArgument(arg) {
			b.WriteString(arg)
		} else {
			b.WriteString(quoteArgument(arg))
		}
	}
	return b.String()
}

func plainArgument(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7F || c == '"' || c == '\'' || c == '\\' {
			return false
		}
	}
	return s != ""
}

// quoteArgument quotes for redis-cli. JSON is the usual case, and full of double quotes: in single quotes it stays
// readable, as long as it holds nothing that only double quotes can say.
func quoteArgument(s string) string {
	single := !strings.HasSuffix(s, `\`) // it would take the closing quote with it; elsewhere it stands for itself
	if _, obeyed := NextObeyed(s); obeyed > 0 || strings.ContainsAny(s, "'\t\n") {
		single = false
	}
	if single {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	next, size := NextObeyed(s) // written byte for byte, as only \xHH says them
	for i := range len(s) {
		if i == next+size {
			at, more := NextObeyed(s[i:])
			next, size = i+at, more
		}
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case i >= next && i < next+size:
			const hex = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&0xF])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Args are the name and the arguments as a client takes them.
func (c Command) Args() []any {
	args := make([]any, len(c))
	for i, arg := range c {
		args[i] = arg
	}
	return args
}

// Receipt is one change as it was sent, with what the server answered.
type Receipt struct {
	Command Command
	// Reply is the server's reply in short, as redis-cli would print it: "(integer) 3", an entry ID, "OK", or
	// "(error) …" in the server's words; "(no reply) …" when none came.
	Reply string
}
