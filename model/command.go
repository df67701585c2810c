package model

import (
	"strings"
)

// Command is one Redis command as it is sent, name first. Every change that the bus makes for a person can be shown as
// commands beforehand (the request's Commands) and logged with its reply afterwards.
type Command []string

// String returns the command as typed into redis-cli. Arguments that hold anything but plain characters are quoted,
// with \n, \" and \xHH as redis-cli reads them.
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

// quoteArgument quotes an argument for redis-cli. It prefers single quotes, in which JSON stays readable, and uses
// double quotes where an escape is needed.
func quoteArgument(s string) string {
	single := !strings.HasSuffix(s, `\`) // it would escape the closing quote; elsewhere it is literal
	if _, obeyed := NextObeyed(s); obeyed > 0 || strings.ContainsAny(s, "'\t\n") {
		single = false
	}
	if single {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	next, size := NextObeyed(s) // written byte by byte as \xHH
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

// Args returns the name and the arguments in the form that a client accepts.
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
