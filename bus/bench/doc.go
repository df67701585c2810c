// Package bench measures the bus beside a plain go-redis loop that does the same work on the same server in the same
// run, so that their ratio means something on any machine. It leaves showing the figures to the programs on top, and
// every judgement of them to the reader; all it writes goes to keys of its own, which are gone when Run returns. Start
// reading at [Run] and [Options].
package bench
