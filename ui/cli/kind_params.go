package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"strconv"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// addParams defines a flag for each param, and returns how their values are read; what is wrong with one is wrong use.
func (p *program) addParams(cmd *cobra.Command, kind *change.Kind) (values func() (change.Values, error)) {
	texts, switches := map[string]*string{}, map[string]*bool{}
	for i := range kind.Params {
		param := &kind.Params[i]
		if param.Type == change.Switch || param.Type == change.Holder {
			switches[param.Name] = cmd.Flags().Bool(param.Flag(), false, param.Help)
			continue
		}
		texts[param.Name] = cmd.Flags().String(param.Name, param.Default, param.Help)
		complete := cobra.NoFileCompletions
		switch {
		case param.Suggest == change.Consumers:
			complete = p.completeConsumers
		case param.Type == change.StreamKey:
			complete = p.completeFirst(p.streamNames)
		}
		completeFlag(cmd, param.Name, complete)
	}
	return func() (change.Values, error) {
		v := change.Values{}
		for i := range kind.Params {
			param := &kind.Params[i]
			text := texts[param.Name]
			if text == nil {
				if *switches[param.Name] != (param.Default == "true") {
					v[param.Name] = "true"
				}
				continue
			}
			if v[param.Name] = *text; *text == "" {
				if param.Needed != "" {
					return nil, wrongUse("--%s: %s", param.Name, param.Needed)
				}
				continue
			}
			switch param.Type {
			case change.Age:
				if _, err := model.ParseAge(*text); err != nil {
					return nil, wrongUse("--%s %q: %w", param.Name, *text, err)
				}
			case change.Number:
				if n, err := strconv.ParseInt(*text, 10, 64); err != nil || n < 0 {
					return nil, wrongUse("--%s %q: want a number, 0 or more", param.Name, *text)
				}
			case change.Text, change.Switch, change.StreamKey, change.JSON, change.Holder:
			}
		}
		return v, nil
	}
}

// readParams reads what params name rather than are, and refuses those that don't go with the selection.
func (p *program) readParams(cmd *cobra.Command, kind *change.Kind, values change.Values, sel *selection, flags changeFlags) (err error) {
	for i := range kind.Params {
		param := &kind.Params[i]
		switch given := values[param.Name]; {
		case param.Type == change.Holder && given != "" && sel.groupName == "":
			return wrongUse("--%s: %s", param.Name, param.Needed)
		case param.Type == change.JSON && cmd.Flags().Changed(param.Name):
			if values[param.Name], err = p.readPayload(param.Name, given, sel, flags); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPayload reads the payload that a single entry is to get.
func (p *program) readPayload(flag, from string, sel *selection, how changeFlags) (string, error) {
	if len(sel.ids) != 1 {
		return "", wrongUse("--%s: it is for one entry; name that one by its ID", flag)
	}
	if from == "-" && !how.yes && !how.dryRun {
		return "", wrongUse("--%s -: stdin can't be asked as well; add --yes", flag)
	}
	value, err := p.readData(flag, from)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, value); err != nil {
		return "", wrongUse("--%s: not JSON: %w", flag, err)
	}
	return text.String(), nil
}

// valuesOf are a kind's values for one target: streams by their keys, and the group that its entries are chosen in.
func valuesOf(kind *change.Kind, given change.Values, s *session, t *target) change.Values {
	values := maps.Clone(given)
	for i := range kind.Params {
		switch name := kind.Params[i].Name; {
		case given[name] == "":
		case kind.Params[i].Type == change.StreamKey:
			values[name] = s.stream(given[name])
		case kind.Params[i].Type == change.Holder:
			values[name] = t.group
		}
	}
	return values
}
