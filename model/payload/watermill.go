package payload

import (
	"fmt"

	"streamdesk/model"
	"streamdesk/model/payload/decode"
)

// Fields that watermill-redisstream writes.
const (
	watermillID       = "_watermill_message_uuid"
	watermillMetadata = "metadata"
	watermillPayload  = "payload"
)

// watermill is what watermill-redisstream writes: the message's UUID, its metadata as a msgpack map or empty, and its
// payload.
var watermill = kind{
	name:  "watermill",
	own:   []string{watermillID, watermillMetadata},
	marks: func(x *reading) bool { _, ok := x.Field(watermillID); return ok },
	read:  readWatermill,
}

// maxMetadata is the max size of decoded metadata, which are usually a few words.
const maxMetadata = 1 << 20

func readWatermill(x *reading) error {
	id, ok := x.Field(watermillID)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, watermillID)
	}
	x.Event.ID = id
	payload, ok := x.Field(watermillPayload)
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, watermillPayload)
	}
	x.PayloadField = watermillPayload
	if packed, _ := x.Field(watermillMetadata); packed != "" {
		opener := decode.Opener{Limits: decode.Limits{Bytes: maxMetadata}}
		metadata := parseObject(opener.Open(packed).JSON)
		if metadata == nil {
			return fmt.Errorf("%w: %s is no msgpack map", model.ErrNotEvent, watermillMetadata)
		}
		x.Headers = metadata.headers()
		x.fill(metadata.plain())
		x.take(partType, metadata.text("name")) // watermill's own CQRS component
	}
	x.carry(watermillPayload, payload)
	x.fill(parseObject(string(x.Event.Data)).plain())
	return nil
}
