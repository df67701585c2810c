// Package model says what the things on an event bus are: events and the entries that carry them, positions, snapshots of
// streams and groups. It is pure, as the packages below it are: it knows no Redis, no terminal, no goroutine and no clock of
// its own; whoever has those passes their values in. Start reading at [Event] (the envelope), [Entry] (what Redis holds) and
// [Snapshot] (what an observer sees). What is done with them is below: filter, workflow, series, payload, config.
package model
