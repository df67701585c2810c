// Package recording keeps what the server forgets: how streams, groups and consumers were, moment by moment, in one SQLite file.
//
// A moment is a [model.Snapshot], and the file keeps every field of it, so that rates, verdicts and alerts that are computed from a
// recording are those that were computed at the time: what was unknown stays unknown, times are kept to the nanosecond, idle times
// to the millisecond, as the server tells them. Beside the moments it keeps every [ServerStep] how the server was ([model.Server]),
// and the changes that people made ([Action]). Older moments are thinned, and the oldest are deleted when the file reaches its max
// size. Entries and their values are never in the file, nor are addresses and passwords.
//
// Moments are told by the clock of the server, actions by that of the machine that made them.
//
// The package sends nothing to Redis: whoever records passes a function that looks. Start reading at [Recorder] and [Store].
package recording
