// Package bench measures the bus and a plain go-redis loop that does the same work on the same server in the same run, so
// that their ratio means something on any machine. The programs on top show the figures, and the reader judges them. All
// writes go to keys of its own, which are deleted when Run returns. Start reading at [Run] and [Options].
package bench
