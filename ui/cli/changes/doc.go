// Package changes holds the commands that change Redis as somebody asks for: one for each kind of change of [change.Kinds], of which it
// knows none by name, each with its flags, its dry run, its question, its report in text and JSON, and its lines in the audit file. What
// a change is and does stands in streamdesk/bus/change. Start reading at [Commands].
package changes
