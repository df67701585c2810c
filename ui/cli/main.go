package cli

import (
	"context"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
)

// Main runs the command that args name, without the program's own name, until it is done or ctx ends. Data goes to
// s.Out and the rest to s.Err. It returns the exit code: 0 done, 1 failed, 2 wrong use or broken down.
func Main(ctx context.Context, args []string, s program.Streams) int {
	return newProgram(s).Run(ctx, args)
}

// Process runs the command that args name as a process of its own, as [Main] does, until it is done or a signal ends it:
// SIGINT, SIGTERM and SIGHUP have it stop in order, within 200 ms unless groups at work have to finish; a second one ends
// it at once. SIGHUP is left to nohup, and to the work command, which opens its files anew. Whatever ends it, the terminal
// is given back.
func Process(args []string, s program.Streams) int { return newProgram(s).RunAsProcess(args) }

func newProgram(s program.Streams) *program.Program {
	return &program.Program{Streams: s, Commands: rootCommand, ShowDesk: desk.Run}
}
