package execute

import (
	"bytes"

	"streamdesk/bus/sink"
)

// keptOutput is how many bytes of a command's output are kept: the last lines say why it failed.
const keptOutput = 4 << 10

// lastWords is a writer that keeps the end of the output.
type lastWords struct{ kept []byte }

// Write keeps the end of p. It never fails, so that the command can always write.
func (l *lastWords) Write(p []byte) (int, error) {
	l.kept = append(l.kept, p[max(0, len(p)-keptOutput):]...)
	if over := len(l.kept) - keptOutput; over > 0 {
		l.kept = append(l.kept[:0], l.kept[over:]...)
	}
	return len(p), nil
}

// reason returns the last line of the output, formatted by [sink.Reason].
func (l *lastWords) reason() string {
	text := bytes.TrimSpace(l.kept)
	return sink.Reason(text[bytes.LastIndexByte(text, '\n')+1:])
}
