// Package program is what the commands of streamdesk share: the settings and flags of one run, its session on a server, its
// streams, which end with it, what it asks, says and writes down, and the exit codes. Each command is a function of a
// [Program]; which there are is said in package cli. Start reading at [Program.Run], then [Program.With].
package program
