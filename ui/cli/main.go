package cli

import (
	"context"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
)

// Main runs the command in args, which don't include the program's name, until it is done or ctx ends. Data goes to
// s.Out and the rest to s.Err. It returns the exit code: 0 done, 1 failed, 2 wrong use or a panic.
func Main(ctx context.Context, args []string, s program.Streams) int {
	return newProgram(s).Run(ctx, args)
}

// Process runs the command in args as [Main] does, as its own process, until it is done or a signal ends it. SIGINT,
// SIGTERM and SIGHUP stop it in order, within 200 ms unless groups at work must finish; a second one ends it at once.
// SIGHUP is ignored under nohup, and makes the work command reopen its files. The terminal is always restored.
func Process(args []string, s program.Streams) int { return newProgram(s).RunAsProcess(args) }

func newProgram(s program.Streams) *program.Program {
	return &program.Program{Streams: s, Commands: rootCommand, ShowDesk: desk.Run}
}
