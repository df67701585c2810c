// Package live is what the desk knows about the bus right now: the newest snapshot, a series a stream and a group,
// and the newest entries, all built from the batches that a feed delivers and bounded whatever comes in. It does no
// I/O and draws nothing; panes read it, the desk alone changes it. Start reading at [Data].
package live
