package wire

import "streamdesk/model"

// IDsPerCommand is the max number of IDs in one command: a long one would hold up every other client of the server.
const IDsPerCommand = 500

// FieldArgs appends the fields as arguments of XADD.
func FieldArgs(c model.Command, fields []model.Field) model.Command {
	for _, f := range fields {
		c = append(c, f.Name, f.Value)
	}
	return c
}
