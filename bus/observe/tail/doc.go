// Package tail follows streams: it reads added entries in order, and counts those it had to skip. A [Source] supplies the
// streams; the tail reads them. Start reading at [Follow].
package tail
