// Package live is what the desk knows about the bus now: the newest snapshot, a series for each stream and group, and
// the newest entries, all built from the batches of a feed and bounded in size. It does no I/O and draws nothing; panes
// read it, and only the desk changes it. Start reading at [Data].
package live
