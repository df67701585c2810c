// Package wire is what the bus knows of the connection to a server. It bounds what replies may cost: a server that lies about
// a length, and one that isn't Redis, end with an error before anything is set aside for what they announce. Whoever
// looks has a [Look] of it, which sends a [Read] and nothing else. Start reading at [Conn], [Look], [Bound] and [Scanner].
package wire
