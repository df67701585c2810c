// Package bus is an event bus on Redis Streams: it publishes events to streams, delivers them to consumer groups at least
// once, and lets an observer watch and repair them. [Bus.PublishSync] stores events before it returns; [Bus.Publish] accepts
// one, which is stored soon after, and [Bus.Flush] waits for all that were accepted.
//
// The meaning of events belongs to package model, display to the programs on top. Package observe reads ([Bus.Reader]) and
// never creates a key, a group or a consumer; package change makes the changes that a person asks for ([Bus.Writer]). Packages
// internal/publish and internal/consume send and handle events. Start reading at [Bus] and [Open], and at the examples.
package bus
