package change

import (
	"strconv"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// idCommands returns one command per chunk of IDs: the head, the IDs, the tail. An ID that is given twice is sent once, so the
// counts in the replies are counts of entries.
func idCommands(head model.Command, ids []model.Position, tail ...string) []model.Command {
	ids = distinct(ids)
	var commands []model.Command
	for start := 0; start < len(ids); start += wire.IDsPerCommand {
		chunk := ids[start:min(start+wire.IDsPerCommand, len(ids))]
		c := make(model.Command, 0, len(head)+len(chunk)+len(tail))
		c = append(c, head...)
		for _, id := range chunk {
			c = append(c, id.String())
		}
		commands = append(commands, append(c, tail...))
	}
	return commands
}

// distinct returns the IDs in order, each once.
func distinct(ids []model.Position) []model.Position {
	seen := make(map[model.Position]struct{}, len(ids))
	kept := make([]model.Position, 0, len(ids))
	for _, id := range ids {
		if _, ok := seen[id]; !ok {
			seen[id] = struct{}{}
			kept = append(kept, id)
		}
	}
	return kept
}

func itoa(n int) string { return strconv.Itoa(n) }

// millisText formats d for a command, in whole milliseconds.
func millisText(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
