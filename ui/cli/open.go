package cli

import (
	"time"

	"streamdesk/model/payload/decode"
)

// openTime is how long one payload may take to be opened: far above what 64 MB take, and short enough to wait for.
const openTime = 2 * time.Second

// openWhole opens a payload as far as it goes.
func openWhole(payload string) decode.Value {
	until := time.Now().Add(openTime)
	opener := decode.Opener{Limits: decode.Limits{Expired: func() bool { return time.Now().After(until) }}}
	return opener.Open(payload)
}

// openPayload opens payloads that aren't JSON as they stand: compressed ones, msgpack, CBOR, base64, JSON in a string.
func openPayload(payload string) (json, way string) {
	if v := openWhole(payload); v.JSON != "" {
		return v.JSON, v.Way()
	}
	return "", ""
}
