// Package doctor examines an event bus and reports what looks wrong with it, why that matters and which command repairs it.
// The programs on top show the findings. It changes nothing: [Examine] sends only commands that read, and [Diagnose] is a
// pure function of what was read. Start reading at [Examination] and [Finding].
package doctor
