// Package observe reads a bus: its streams, the state of their groups, their entries and new arrivals. It can't write: it has
// only a [wire.Look], which sends only the reads that package wire has built. Package health judges the results, and package
// change acts on them. Start reading at [Reader].
package observe
