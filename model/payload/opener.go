package payload

import (
	"streamdesk/model"
	"streamdesk/model/payload/decode"
)

// Opener opens payloads that aren't JSON as they stand: compressed ones, msgpack, CBOR, base64, JSON in a string, and those that
// schemas describe. The zero Opener knows no schemas, and has the limits of package decode.
type Opener struct {
	// Limits are those for one payload, asked for when it is opened; nil means the default's.
	Limits func() decode.Limits
	// Schemas describe the payloads of some streams; the first that fit a stream hold.
	Schemas []Schemas
}

// Schemas describe the payloads of some streams.
type Schemas struct {
	// Streams is a glob of stream keys; empty means all.
	Streams string
	// Forms are tried in their order.
	Forms []decode.Schema
}

// of is what opens the payloads of a stream, and packs them again; nil for a nil Opener.
func (o *Opener) of(stream string) *opening {
	if o == nil {
		return nil
	}
	p := &opening{limits: o.Limits}
	for _, s := range o.Schemas {
		if s.Streams == "" || model.MatchGlob(s.Streams, stream) {
			p.forms = s.Forms
			break
		}
	}
	return p
}

// opening opens the payloads of one stream.
type opening struct {
	limits func() decode.Limits
	forms  []decode.Schema
}

func (p *opening) opener() decode.Opener {
	o := decode.Opener{Schemas: p.forms}
	if p.limits != nil {
		o.Limits = p.limits()
	}
	return o
}

// open returns a payload as JSON with how it was opened, such as "gzip → msgpack"; or no JSON.
func (p *opening) open(payload string) (json, way string) {
	if p == nil {
		return "", ""
	}
	v := p.opener().Open(payload)
	if v.JSON == "" {
		return "", ""
	}
	return v.JSON, v.Way()
}

// repack is a payload with another value, in the form that it has.
func (p *opening) repack(payload, value string) (string, error) {
	if p == nil {
		return value, nil
	}
	return p.opener().Repack(payload, value)
}
