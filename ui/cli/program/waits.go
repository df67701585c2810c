package program

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/transfer"
	"streamdesk/ui/widget"
)

// saidAfter is how long something is waited for before that is said: a person reads of it within a second.
const saidAfter = 500 * time.Millisecond

// Awaits says on stderr what is waited for, if that lasts. done ends it.
func (p *Program) Awaits(what string) (done func()) {
	timer := time.AfterFunc(saidAfter, func() { p.sayWaiting(what) })
	return func() { timer.Stop() }
}

// Sending is how an import or a replay sends: it says what it waits for.
func (p *Program) Sending() transfer.Sending {
	return transfer.Sending{Awaits: func() func() { return p.Awaits("the server to take entries") }}
}

// sayWaiting says what is waited for; not on a screen that the desk draws, nor of groups at work, which have a log.
func (p *Program) sayWaiting(what string) {
	if p.terminal.Load() != nil || p.Heeding.Finishes.Load() {
		return
	}
	text := "waiting for " + widget.Clean(what) + "\n"
	if p.ErrIsTerminal() {
		Rewrite(p.Err, text)
		return
	}
	fmt.Fprint(p.Err, text)
}

// waitHooks say what the bus waits for.
func (p *Program) waitHooks() bus.Hooks {
	return bus.Hooks{Waiting: func(w fault.Wait) {
		if w.Part == fault.WaitOpen || w.Part == fault.WaitTail && w.Attempts > 0 {
			return // patientHook says it, or the tail
		}
		what := strings.TrimPrefix(w.String(), "waiting for ")
		if !w.Until.IsZero() {
			what += fmt.Sprintf("; giving up in %s", max(time.Until(w.Until), 0).Round(time.Second))
		}
		p.sayWaiting(what)
	}}
}

// patientHook is a hook for a client on which commands ask and wait: it says what they wait for, and gives up after a while.
// It leaves alone what blocks on purpose.
type patientHook struct {
	*Program
	where string
	limit time.Duration // 0 for none
}

// DialHook changes nothing: a connection is made for a command, which is what is waited for.
func (patientHook) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook waits for one command.
func (w patientHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if blocks(cmd) {
			return next(ctx, cmd)
		}
		ctx, done := w.begin(ctx, cmd)
		defer done()
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook waits for several.
func (w patientHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if len(cmds) == 0 {
			return next(ctx, cmds)
		}
		ctx, done := w.begin(ctx, cmds[0])
		defer done()
		return next(ctx, cmds)
	}
}

func (w patientHook) begin(ctx context.Context, cmd redis.Cmder) (limited context.Context, done func()) {
	said := w.Awaits(fmt.Sprintf("%s to answer %s", w.where, strings.ToUpper(cmd.Name())))
	if w.limit <= 0 {
		return ctx, said
	}
	limited, cancel := context.WithTimeout(ctx, w.limit)
	return limited, func() { said(); cancel() }
}

// blocks says whether a command waits on the server because it was asked to.
func blocks(cmd redis.Cmder) bool {
	switch strings.ToLower(cmd.Name()) {
	case "wait", "waitaof":
		return true
	case "xread", "xreadgroup":
		for _, arg := range cmd.Args() {
			if word, ok := arg.(string); ok && strings.EqualFold(word, "block") {
				return true
			}
		}
	}
	return false
}
