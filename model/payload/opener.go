package payload

import (
	"streamdesk/model"
	"streamdesk/model/payload/decode"
)

// Opener decodes payloads that aren't plain JSON: compressed ones, msgpack, CBOR, base64, JSON in a string, and those
// that schemas describe. The zero Opener has no schemas and the default limits of package decode.
type Opener struct {
	// Limits returns the limits for one payload and is called when it is decoded; nil means the default limits.
	Limits func() decode.Limits
	// Schemas describe the payloads of some streams. The first that match a stream apply.
	Schemas []Schemas
}

// Schemas describe the payloads of some streams.
type Schemas struct {
	// Streams is a glob of stream keys; empty means all.
	Streams string
	// Forms are tried in order.
	Forms []decode.Schema
}

// of returns the opening that decodes and encodes the payloads of a stream; nil for a nil Opener.
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

// opening decodes the payloads of one stream.
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

// open returns a payload as JSON and how it was decoded, such as "gzip → msgpack", or empty texts.
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

// repack returns the payload with another value, in the same form.
func (p *opening) repack(payload, value string) (string, error) {
	if p == nil {
		return value, nil
	}
	return p.opener().Repack(payload, value)
}
