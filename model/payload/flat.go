package payload

import (
	"strings"

	"streamdesk/model"
)

// flat is an entry whose fields are the event.
var flat = kind{
	name:  "flat",
	marks: func(*reading) bool { return false },
	read:  readFlat,
}

// readFlat makes the fields the data, as a JSON object. A repeated name gets a list. A value that is an object or a
// list, directly or decoded, is written as such; any other is a string. Parts with one of the usual names come from the
// fields, or else from the objects in them.
func readFlat(x *reading) error {
	x.PayloadField, x.Opened, x.Way = "", "", ""
	values := make([]string, len(x.Fields))
	var inner [][]model.Field
	for i, f := range x.Fields {
		value, _ := x.value(f.Value)
		switch {
		case startsObject(value):
			inner = append(inner, parseObject(value).plain())
		case !strings.HasPrefix(value, "["):
			value = string(model.AppendString(nil, f.Value))
		}
		values[i] = value
	}
	x.Event.Data = joinFields(x.Fields, values)
	x.fill(x.Fields)
	for _, fields := range inner {
		x.fill(fields)
	}
	return nil
}

// joinFields returns names and values as a JSON object.
func joinFields(fields []model.Field, values []string) []byte {
	at := make(map[string][]int, len(fields))
	for i, f := range fields {
		at[f.Name] = append(at[f.Name], i)
	}
	b := []byte{'{'}
	for i, f := range fields {
		same := at[f.Name]
		if same[0] != i {
			continue
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(model.AppendString(b, f.Name), ':')
		if len(same) == 1 {
			b = append(b, values[i]...)
			continue
		}
		for n, j := range same {
			b = append(append(b, "[,"[min(n, 1)]), values[j]...)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}
