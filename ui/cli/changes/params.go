package changes

import (
	"bytes"
	"encoding/json"
	"maps"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/ui/cli/program"
)

// addParams defines a flag for each param that is no argument. It returns a function that reads the values of all
// params; an invalid value is wrong use.
func addParams(p *program.Program, cmd *cobra.Command, kind *change.Kind) (values func(args []string) (change.Values, error)) {
	texts, switches := map[string]*string{}, map[string]*bool{}
	for i := range kind.Params {
		switch param := &kind.Params[i]; {
		case param.Argument:
		case param.Type == change.Switch, param.Type == change.Holder:
			switches[param.Name] = cmd.Flags().Bool(param.Flag(), false, param.Help)
		default:
			texts[param.Name] = cmd.Flags().String(param.Name, param.Default, param.Help)
			program.CompleteFlag(cmd, param.Name, p.CompleteFirst(suggests(param)))
		}
	}
	return func(args []string) (change.Values, error) {
		v := change.Values{}
		for i := range kind.Params {
			param, where := &kind.Params[i], ""
			switch on := switches[param.Name]; {
			case on != nil:
				if *on != (param.Default == "true") {
					v[param.Name] = "true"
				}
				continue
			case param.Argument:
				v[param.Name], args = args[0], args[1:]
			default:
				v[param.Name], where = *texts[param.Name], "--"+param.Name+" "
			}
			text := v[param.Name]
			if text == "" && param.Only != nil && !param.Only(v, &change.Plan{}) {
				continue
			}
			switch _, err := param.Settle(text, time.Time{}); {
			case err != nil && text == "":
				return nil, program.WrongUse("--%s: %w", param.Name, err)
			case err != nil:
				return nil, program.WrongUse("%s%q: %w", where, text, err)
			}
		}
		return v, nil
	}
}

// suggests returns the suggester of a param; nil when there are no suggestions.
func suggests(param *change.Param) program.Suggester {
	switch {
	case param.Suggest == change.Consumers:
		return program.ConsumerNames
	case param.Type == change.Position:
		return program.Positions
	case param.Type == change.StreamKey:
		return program.StreamNames
	default:
		return nil
	}
}

// readParams reads the values that params refer to, such as files. It returns an error for params that don't fit the
// selection.
func readParams(p *program.Program, cmd *cobra.Command, kind *change.Kind, values change.Values, sel *selection, flags program.ChangeFlags) (err error) {
	for i := range kind.Params {
		param := &kind.Params[i]
		switch given := values[param.Name]; {
		case param.Type == change.Holder && given != "" && sel.groupName == "":
			return program.WrongUse("--%s: %s", param.Name, param.Needed)
		case param.Type == change.JSON && cmd.Flags().Changed(param.Name):
			if values[param.Name], err = readPayload(p, param.Name, given, sel, flags); err != nil {
				return err
			}
		}
	}
	return nil
}

// readPayload reads the new payload of a single entry.
func readPayload(p *program.Program, flag, from string, sel *selection, how program.ChangeFlags) (string, error) {
	if len(sel.ids) != 1 {
		return "", program.WrongUse("--%s: it is for one entry; name that one by its ID", flag)
	}
	if from == "-" && !how.Yes && !how.DryRun {
		return "", program.WrongUse("--%s -: stdin can't be asked as well; add --yes", flag)
	}
	value, err := program.ReadData(p, flag, from)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, value); err != nil {
		return "", program.WrongUse("--%s: not JSON: %w", flag, err)
	}
	return text.String(), nil
}

// forTarget returns a kind's values for one target: stream keys, and the group of the target.
func forTarget(kind *change.Kind, given change.Values, s *program.Session, t *target) change.Values {
	values := maps.Clone(given)
	for i := range kind.Params {
		switch name := kind.Params[i].Name; {
		case given[name] == "":
		case kind.Params[i].Type == change.StreamKey:
			values[name] = s.Stream(given[name])
		case kind.Params[i].Type == change.Holder:
			values[name] = t.group
		}
	}
	return values
}
