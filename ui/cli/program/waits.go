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

// saidAfter is how long something is awaited before a message says so: a person reads it within a second.
const saidAfter = 500 * time.Millisecond

// Awaits writes to stderr what is awaited, if it takes long. done ends the wait.
func (p *Program) Awaits(what string) (done func()) {
	timer := time.AfterFunc(saidAfter, func() { p.sayWaiting(what) })
	return func() { timer.Stop() }
}

// Sending returns how an import or a replay sends: with a message when it waits for the server.
func (p *Program) Sending() transfer.Sending {
	return transfer.Sending{Awaits: func() func() { return p.Awaits("the server to take entries") }}
}

// sayWaiting writes what is awaited. It writes nothing while the desk is drawn, nor for groups at work, which have a
// log.
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

// waitHooks returns hooks that write what the bus waits for.
func (p *Program) waitHooks() bus.Hooks {
	return bus.Hooks{Waiting: func(w fault.Wait) {
		if w.Part == fault.WaitOpen || w.Part == fault.WaitTail && w.Attempts > 0 {
			return // patientHook or the tail says it
		}
		what := strings.TrimPrefix(w.String(), "waiting for ")
		if !w.Until.IsZero() {
			what += fmt.Sprintf("; giving up in %s", max(time.Until(w.Until), 0).Round(time.Second))
		}
		p.sayWaiting(what)
	}}
}

// patientHook is a hook for a client. It writes which command is waited for, and cancels the command after limit. It
// ignores commands that block on purpose.
type patientHook struct {
	*Program
	where string
	limit time.Duration // 0 means no limit
}

// DialHook changes nothing: connections are made for commands, and the command is what is waited for.
func (patientHook) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook handles one command.
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

// ProcessPipelineHook handles a pipeline.
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

// blocks reports whether a command blocks on the server on purpose.
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
