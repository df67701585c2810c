// Package bus is an event bus on Redis Streams: it publishes events to streams, delivers them to consumer groups at
// least once, and lets an observer watch and repair what flows. It leaves the meaning of events to package model and
// every pixel to the programs on top. Looking is package observe's ([Bus.Reader]), which never creates a key, a group or a
// consumer; the changes that a person asks for are package change's ([Bus.Writer]). How events are sent and handled is in
// internal/publish and internal/consume. Start reading at [Bus] and [Open].
package bus
