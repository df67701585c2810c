package work

import (
	"log/slog"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// newLog returns a log as text, or as JSON with --output json. It writes to stderr, because log_aggregators may use
// stdout.
func newLog(p *program.Program) *slog.Logger {
	if p.JSON() {
		return slog.New(slog.NewJSONHandler(p.Err, nil))
	}
	return slog.New(slog.NewTextHandler(p.Err, nil))
}

// logHooks returns hooks that log what a person may have to act on.
func (w *Run) logHooks() bus.Hooks {
	return bus.Hooks{
		Disconnected: func(part string, err error) { w.log.Warn("connection to redis lost", "part", part, "error", err) },
		Reconnected: func(part string, after time.Duration) {
			w.log.Info("connection to redis is back", "part", part, "after", after.Round(time.Millisecond))
		},
		Waiting: func(wait fault.Wait) {
			w.log.Warn("waiting for redis", "part", wait.Part, "group", wait.Group, "since", wait.Since, "attempts", wait.Attempts, "error", wait.Err)
		},
		Lost: func(lost *bus.LostError) { w.log.Error("redis lost what it had acknowledged", "error", lost) },
		StreamError: func(group, stream string, err error, retryIn time.Duration) {
			w.log.Warn("stream can't be consumed", "group", group, "stream", stream, "error", err, "retry_in", retryIn)
		},
		Moved: func(stream string, ids []model.Position) {
			w.log.Info("scheduled events were due", "stream", stream, "entries", len(ids), "first", ids[0].String())
		},
		ChoreFailed: func(chore, stream string, err error, retryIn time.Duration) {
			w.log.Warn("periodic work failed", "work", chore, "stream", stream, "error", err, "retry_in", retryIn)
		},
		DeadLettered: func(m *bus.Message, to model.Key, reason error) {
			w.log.Warn("event dead-lettered", "group", m.Group, "entry", m.Key().String(), "to", to.String(), "reason", reason)
		},
		Claimed: func(group, stream string, n int) {
			w.log.Info("took over entries that another consumer has left", "group", group, "stream", stream, "entries", n)
		},
		Paused: func(group string, pause *model.Pause) {
			if pause == nil {
				w.log.Info("group goes on after a pause", "group", group)
				return
			}
			w.log.Info("group is paused: it reads nothing new", "group", group, "by", pause.By, "why", pause.Why, "until", pause.Until)
		},
		Gone: func(group string, keys []model.Key) {
			w.log.Warn("entries were trimmed or deleted while pending", "group", group, "entries", len(keys), "first", keys[0].String())
		},
	}
}
