// Package bus is an event bus on Redis Streams: it publishes events to streams, delivers them to consumer groups at
// least once, and lets an observer watch and repair what flows. It leaves the meaning of events to package model and
// every pixel to the programs on top; observation (package observe, by [Bus.Reader]) never creates a key, a group or a
// consumer. Start reading at [Bus] and [Open].
package bus
