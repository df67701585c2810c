// Package program holds what the commands of streamdesk share: the settings and flags of one run, the session on a
// server, the streams for input and output, questions, messages, the audit file and the exit codes. Each command is a
// function of a [Program]; package cli lists them. Start reading at [Program.Run], then [Program.With].
package program
