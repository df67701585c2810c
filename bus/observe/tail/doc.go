// Package tail follows streams: what was added, in order, with what had to be skipped counted. Where the streams come from is
// [Source]'s to say; the tail reads them. Start reading at [Follow].
package tail
