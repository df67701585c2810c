package work

import (
	"log/slog"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

// keptHooks returns hooks that log what the rules of retention remove, and write it to the audit file under the name "retention".
// One process enforces the rules in one goroutine, so the file is written by one.
func keptHooks(audit *program.Audit, log *slog.Logger) bus.Hooks {
	return bus.Hooks{Trimmed: func(stream string, n int64, receipts []model.Receipt) {
		log.Info("entries beyond their retention were removed", "stream", stream, "entries", n)
		audit.Write(&trail.Change{At: time.Now(), Action: "retention", Stream: stream, Receipts: receipts})
	}}
}
