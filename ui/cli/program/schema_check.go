package program

import (
	"errors"

	"streamdesk/model/config"
	"streamdesk/model/payload/schema/jsonschema"
)

// checkModes are the modes of the settings' words.
var checkModes = map[string]jsonschema.Mode{
	config.CheckOff: jsonschema.Off, config.CheckWarn: jsonschema.Warn, config.CheckRefuse: jsonschema.Refuse, "": jsonschema.Warn,
}

// SchemaCheck returns the checker of the settings' JSON Schemas, which finds nothing when they name none. Its errors are wrong
// use, and name the setting, its source and the file.
func (p *Program) SchemaCheck(settings *config.Settings) (*jsonschema.Checker, error) {
	var rules []jsonschema.Rule
	var places []int
	for i := range settings.Schemas {
		if s := &settings.Schemas[i]; s.Type != "" {
			rules, places = append(rules, jsonschema.Rule{Type: s.Type, File: s.File, Mode: checkModes[s.Check]}), append(places, i)
		}
	}
	check, err := jsonschema.Load(p.ReadFile, rules)
	if wrong, ok := errors.AsType[*jsonschema.Error](err); ok {
		return nil, p.WrongSetting(settings.Explain(config.SchemaName(places[wrong.Rule]), &config.KeyError{Key: "file", Err: wrong.Err}))
	}
	return check, err
}
