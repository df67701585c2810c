// Package wire handles the connection to a server. It limits what replies may cost: a server that sends wrong lengths or
// isn't Redis causes an error before memory is allocated for the announced size. Read-only code uses a [Look], which sends
// only a [Read]. Start reading at [Conn], [Look], [Bound] and [Scanner].
package wire
