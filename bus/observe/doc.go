// Package observe looks at a bus: which streams there are, how their groups stand, what lies in them and what comes in. It can't
// write: all it has is a [wire.Look], which sends nothing but the reads that package wire has made. What follows from what it sees
// is package health's to say, and what to do about it package change's. Start reading at [Reader].
package observe
