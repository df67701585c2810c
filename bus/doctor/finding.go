package doctor

import (
	"cmp"
	"slices"
	"strings"

	"streamdesk/model"
)

// Severity says how bad a finding is.
type Severity uint8

// The severities, the worst last.
const (
	// OK: it was looked at, and it is as it should be.
	OK Severity = iota
	// Info: worth knowing; nothing has to be done.
	Info
	// Warning: something is stuck, grows, or could be lost.
	Warning
	// Critical: entries were lost, or will be before long.
	Critical
)

// String is the severity in a word.
func (s Severity) String() string {
	switch s {
	case OK:
		return "ok"
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Critical:
		return "critical"
	default:
		return "unknown"
	}
}

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is one thing that was found.
type Finding struct {
	// Check names what was looked for, the same word in every version.
	Check    string
	Severity Severity
	// Stream, Group and Consumer say where it is; those that don't apply are empty.
	Stream, Group, Consumer string
	// Message says what was found, with its numbers.
	Message string
	// Why says in a sentence why it matters; empty when it is OK.
	Why string
	// Mend is what to do, with the exact command where there is one; empty when there is nothing to do.
	Mend string
}

// Worst is the greatest severity among findings.
func Worst(findings []Finding) Severity {
	worst := OK
	for i := range findings {
		worst = max(worst, findings[i].Severity)
	}
	return worst
}

// sortFindings puts the worst first, and otherwise keeps the order of the checks, with streams, groups and consumers by
// name.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(f, g Finding) int {
		if f.Check != g.Check || f.Severity != g.Severity {
			return cmp.Compare(g.Severity, f.Severity)
		}
		return cmp.Or(strings.Compare(f.Stream, g.Stream), strings.Compare(f.Group, g.Group),
			strings.Compare(f.Consumer, g.Consumer))
	})
}

// Programs are the commands that mends begin with, so that they reach the server that was examined.
type Programs struct {
	// RedisCLI is such as "redis-cli -h db -p 6380"; "redis-cli" when empty.
	RedisCLI string
	// Streamdesk is such as "streamdesk --profile staging"; "streamdesk" when empty.
	Streamdesk string
}

// redis is a command for redis-cli.
func (p Programs) redis(args ...string) string {
	return cmp.Or(p.RedisCLI, "redis-cli") + " " + shellWords(args)
}

// desk is a command of streamdesk.
func (p Programs) desk(args ...string) string {
	return cmp.Or(p.Streamdesk, "streamdesk") + " " + shellWords(args)
}

// shellWords writes words as a shell takes them: names come from other people's programs and may hold anything.
func shellWords(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = ShellWord(arg)
	}
	return strings.Join(quoted, " ")
}

// ShellWord writes text as one word of a POSIX shell. Control characters, which a terminal might obey, are written as
// bash's $'…' has them.
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

// isDeadLetter says whether a stream holds dead letters.
func isDeadLetter(stream string) bool { return strings.HasPrefix(stream, model.DeadLetterKey("")) }
