// Command streamdesk shows and repairs an event bus on Redis Streams: a desk in the terminal shows it live, and
// commands serve scripts. Package ui/cli has the commands, package ui the desk, package bus the bus itself. Start
// reading at ui/cli.
package main

import (
	"os"

	"streamdesk/ui/cli"
	"streamdesk/ui/cli/program"
)

func main() {
	os.Exit(cli.Process(os.Args[1:], program.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.LookupEnv, Environ: os.Environ}))
}
