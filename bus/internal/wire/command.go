package wire

import "streamdesk/model"

// IDsPerCommand bounds one command on a list of IDs: a long one would hold up every other client of the server.
const IDsPerCommand = 500

// FieldArgs appends the fields as XADD takes them.
func FieldArgs(c model.Command, fields []model.Field) model.Command {
	for _, f := range fields {
		c = append(c, f.Name, f.Value)
	}
	return c
}
