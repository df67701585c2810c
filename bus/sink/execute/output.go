package execute

import (
	"bytes"

	"streamdesk/bus/sink"
)

// keptOutput is how much of what a command writes is kept: its last lines say why it failed.
const keptOutput = 4 << 10

// lastWords keeps the end of what is written to it.
type lastWords struct{ kept []byte }

// Write keeps the end of p, and never fails: a command isn't to be kept from writing.
func (l *lastWords) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p[max(0, len(p)-keptOutput):]...)
	if over := len(l.kept) - keptOutput; over > 0 {
		l.kept = append(l.kept[:0], l.kept[over:]...)
	}
	return len(p), nil
}

// reason is the last line that says something, as [sink.Reason] has it.
func (l *lastWords) reason() string {
	text := bytes.TrimSpace(l.kept)
	return sink.Reason(text[bytes.LastIndexByte(text, '\n')+1:])
}
