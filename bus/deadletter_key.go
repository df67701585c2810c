package bus

import (
	"fmt"
	"strings"

	"streamdesk/model"
)

// WithDeadLetterKey sets the function that names the dead-letter stream of a stream; default [model.DeadLetterKey]. Consumers
// write to that stream, and [observe.Reader.DeadLetters] and [change.Writer.DeadLetter] use it too. The name must differ for
// every stream, and must not start with the bus's prefix, where consumers would read dead letters as events: [Open] returns
// an error otherwise.
func WithDeadLetterKey(name func(stream string) string) Option {
	return func(b *Bus) { b.deadLetterKey = name }
}

// checkDeadLetterKey checks the names that deadLetterKey returns for two streams.
func (b *Bus) checkDeadLetterKey() error {
	if b.deadLetterKey == nil {
		return nil
	}
	of := b.StreamKey(model.WorkflowFailed)
	to, other := b.deadLetterKey(of), b.deadLetterKey(b.StreamKey(model.AuditFailed))
	switch {
	case to == "" || to == of || to == other:
		return fmt.Errorf("bus: open: the dead-letter stream of %s is called %q (want a name of its own, such as %s)", of, to, model.DeadLetterKey(of))
	case b.conn.Prefix != "" && strings.HasPrefix(to, b.conn.Prefix):
		return fmt.Errorf("bus: open: the dead-letter stream of %s, %s, would be consumed like the streams of events (want a name that doesn't begin with %s, such as %s)",
			of, to, b.conn.Prefix, model.DeadLetterKey(of))
	}
	return nil
}
