package doctor

import (
	"cmp"
	"strings"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
)

// Severity is how bad a finding is: that of the group's state, where it is about one.
type Severity = health.Severity

// The severities, the worst last; see [health.Severity].
const (
	OK       = health.OK
	Info     = health.Info
	Warning  = health.Warning
	Critical = health.Critical
)

// Finding is one thing that was found.
type Finding struct {
	// Check names the check, with the same word in every version.
	Check    string
	Severity Severity
	// Stream, Group and Consumer say where it is; empty when they don't apply.
	Stream, Group, Consumer string
	// IDs are the pending entries that it is about, as far as they were read; empty when it is about no entries.
	IDs []model.Position
	// Message says what was found, with its numbers.
	Message string
	// Why says in a sentence why it matters; empty when the finding is OK.
	Why string
	// Mend is what to do, with the exact command if there is one; empty when nothing has to be done.
	Mend string
}

// Worst returns the highest severity among findings.
func Worst(findings []Finding) Severity {
	worst := OK
	for i := range findings {
		worst = max(worst, findings[i].Severity)
	}
	return worst
}

// sortFindings sorts by severity, the worst first, then by the order of the checks, then by stream, group and consumer name.
func sortFindings(findings []Finding) {
	sorting.By(findings, func(f, g *Finding) int {
		if f.Check != g.Check || f.Severity != g.Severity {
			return cmp.Compare(g.Severity, f.Severity)
		}
		return cmp.Or(strings.Compare(f.Stream, g.Stream), strings.Compare(f.Group, g.Group),
			strings.Compare(f.Consumer, g.Consumer))
	})
}

// Programs are the commands that mends begin with, so that they reach the server that was examined.
type Programs struct {
	// RedisCLI is a command such as "redis-cli -h db -p 6380"; "redis-cli" when empty.
	RedisCLI string
	// Streamdesk is a command such as "streamdesk --profile staging"; "streamdesk" when empty.
	Streamdesk string
	// Bastion is the SSH bastion that the server is reached through, such as "ann@bastion", and OnBastion the command that
	// runs another one there, such as "ssh ann@bastion"; empty when it is reached directly.
	Bastion, OnBastion string
}

// redis returns a command of redis-cli.
func (p Programs) redis(args ...string) string {
	command := cmp.Or(p.RedisCLI, "redis-cli") + " " + model.ShellWords(args)
	if p.OnBastion != "" {
		return p.OnBastion + " " + model.ShellWord(command) // the shell there reads it once more
	}
	return command
}

// desk returns a command of streamdesk.
func (p Programs) desk(args ...string) string {
	return cmp.Or(p.Streamdesk, "streamdesk") + " " + model.ShellWords(args)
}

// isDeadLetter reports whether a stream holds dead letters.
func isDeadLetter(stream string) bool { return strings.HasPrefix(stream, model.DeadLetterKey("")) }
