package payload

import (
	"encoding/json"
	"fmt"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// massTransit is MassTransit's JSON envelope, in any field.
var massTransit = kind{
	name:  "masstransit",
	marks: func(x *reading) bool { return isMassTransit(x.body().object) },
	read:  readMassTransit,
}

// urn is the prefix of MassTransit's message types.
const urn = "urn:message:"

func isMassTransit(o object) bool {
	return o.has("messageType", "message") && strings.Contains(o.raw("messageType"), urn)
}

func readMassTransit(x *reading) error {
	b := x.body()
	if !isMassTransit(b.object) {
		return fmt.Errorf("%w: no field holds a JSON object with messageType and message", model.ErrNotEvent)
	}
	x.keep(b)
	x.Event.ID, x.Event.Type = b.text("messageId"), model.Type(firstType(b.raw("messageType")))
	x.Event.Data = json.RawMessage(b.raw("message"))
	for _, id := range [...]string{"conversationId", "correlationId", "requestId"} {
		x.take(partWorkflow, b.text(id))
	}
	host := b.in("host")
	for _, name := range [...]string{host.text("assembly"), host.text("processName"), b.text("sourceAddress")} {
		x.take(partAgent, name)
	}
	if sent := b.text("sentTime"); sent != "" {
		x.take(partTime, sent)
	}
	x.Headers = b.in("headers").headers()
	x.fill(b.in("headers").plain())
	return nil
}

// firstType returns the first and most specific of a list of message types, without its prefix.
func firstType(list string) string {
	var types []string
	if json.Unmarshal([]byte(list), &types) != nil || len(types) == 0 {
		types = []string{strings.TrimSpace(list)}
		if strings.HasPrefix(list, `"`) {
			types[0] = jsontext.Unquote(list)
		}
	}
	return strings.TrimPrefix(types[0], urn)
}
