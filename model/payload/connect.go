package payload

import (
	"fmt"

	"streamdesk/model"
)

// connect is what Redpanda Connect (Benthos) writes: the message in "body", and its metadata as fields beside it. It
// has no mark, so an entry counts as this kind only when its body holds an object.
var connect = kind{
	name:  "connect",
	marks: func(*reading) bool { return false },
	read: func(x *reading) error {
		text, ok := x.Field(fieldBody)
		if !ok {
			return fmt.Errorf("%w %q", model.ErrNoPayload, fieldBody)
		}
		x.carry(fieldBody, text)
		x.fill(x.Fields)
		x.fill(parseObject(string(x.Event.Data)).plain())
		return nil
	},
}
