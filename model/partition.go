package model

import "strings"

// partitionSeparator separates a type from the number of a partition in a stream's key.
const partitionSeparator = ':'

// cutPartition removes a partition's number (":" and digits) from the end of a name; false when there is none.
func cutPartition(name string) (rest string, ok bool) {
	if last := len(name) - 1; last < 0 || name[last] < '0' || name[last] > '9' {
		return name, false
	}
	rest = strings.TrimRight(name, "0123456789")
	if n := len(rest); n == 0 || n == len(name) || rest[n-1] != partitionSeparator {
		return name, false
	}
	return rest[:len(rest)-1], true
}

// TypeOf returns the event type that a stream's key names: the key without the prefix and without the number of a
// partition (events:workflow.started:3 carries workflow.started), or the whole key when it doesn't start with the
// prefix. A key that isn't a family.name without the number keeps it, since other programs may number streams
// differently.
func TypeOf(stream, prefix string) Type {
	name, ours := strings.CutPrefix(stream, prefix)
	if !ours || name == "" {
		return Type(stream)
	}
	if rest, ok := cutPartition(name); ok && strings.Contains(rest, ".") {
		return Type(rest)
	}
	return Type(name)
}
