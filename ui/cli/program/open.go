package program

import (
	"errors"
	"time"

	"streamdesk/model/config"
	"streamdesk/model/payload"
	"streamdesk/model/payload/decode"
	"streamdesk/model/payload/schema"
)

// openTime is the max time to open one payload: far above what 64 MB need, and short enough to wait for.
const openTime = 2 * time.Second

// openLimits returns the limits for a payload that is opened now.
func openLimits() decode.Limits {
	until := time.Now().Add(openTime)
	return decode.Limits{Expired: func() bool { return time.Now().After(until) }}
}

// openWhole opens a payload as far as possible.
func openWhole(text string) decode.Value {
	return decode.Opener{Limits: openLimits()}.Open(text)
}

// newOpener returns an opener of payloads with the schemas of the settings. Its errors are wrong use, and name the
// setting and its source.
func (p *Program) newOpener(settings *config.Settings) (*payload.Opener, error) {
	opener := &payload.Opener{Limits: openLimits}
	for i := range settings.Schemas {
		s := &settings.Schemas[i]
		if s.Type != "" {
			continue // it checks events, see [Program.SchemaCheck]
		}
		forms, err := schema.Load(p.ReadFile, schema.Files{
			Proto: s.Proto, Import: s.Import, Message: s.Message, Avro: s.Avro, Confluent: s.Confluent,
		})
		if wrong, ok := errors.AsType[*schema.Error](err); ok {
			err = &config.KeyError{Key: wrong.Key, Err: wrong.Err}
		}
		if err != nil {
			return nil, p.WrongSetting(settings.Explain(config.SchemaName(i), err))
		}
		opener.Schemas = append(opener.Schemas, payload.Schemas{Streams: s.Streams, Forms: forms})
	}
	return opener, nil
}
