// Package changes holds the commands that change Redis on request: one for each kind of change in [change.Kinds], none
// of which it knows by name. Each has its flags, dry run, question, report in text and JSON, and lines in the audit
// file. Package streamdesk/bus/change defines what a change is and does. Start reading at [Commands].
package changes
