// Package model says what the things on an event bus are: events and the entries that carry them, positions,
// filters, snapshots of streams and groups, and the rings and series a screen keeps of them. It is pure: it knows
// no Redis, no terminal, no goroutine and no clock of its own; whoever has those passes their values in. Start
// reading at [Event] (the envelope), [Entry] (what Redis holds) and [Snapshot] (what an observer sees).
package model
