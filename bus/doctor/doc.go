// Package doctor examines an event bus and says what looks wrong with it, why that matters and which command mends it.
// It leaves showing the findings to the programs on top, and mends nothing: [Examine] sends only commands that read,
// and [Diagnose] is a pure function of what was read. Start reading at [Examination] and [Finding].
package doctor
