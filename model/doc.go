// Package model defines the things on an event bus: events and the entries that carry them, positions, snapshots of
// streams and groups. It is pure, as are the packages below it: it uses no Redis, no terminal, no goroutine and no
// clock. Callers pass in the values of those. Start reading at [Event] (the envelope), [Entry] (what Redis holds) and
// [Snapshot] (what an observer sees). The packages below work on them: filter, workflow, series, payload, config.
package model
