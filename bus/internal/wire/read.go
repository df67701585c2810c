package wire

import (
	"streamdesk/model"
)

// Read is a command that changes nothing, wherever it is sent. The functions of this file make all of them, and a [Look]
// sends no others:
//
//	streams    SCAN, XINFO STREAM, XINFO GROUPS, XINFO CONSUMERS
//	entries    XRANGE, XREVRANGE, XREAD, XPENDING
//	scheduled  ZCARD, ZRANGE
//	the server TIME, INFO, CONFIG GET, CLIENT LIST
//	settings   GET, PTTL, HGET of a group's pause and limit
//	once       COMMAND INFO, COMMAND DOCS, XINFO HELP, XGROUP HELP; and XAUTOCLAIM, WAITAOF, XDELEX and XREADGROUP without
//	           what they would work on, which tell whether the server knows them
//
// What a connection begins with (PING, HELLO, SELECT, CLIENT) is go-redis's.
type Read struct{ args []any }

// scan asks for a page of about count keys that match a pattern, from a cursor on.
func scan(cursor, pattern string, count int) Read {
	return Read{[]any{"SCAN", cursor, "MATCH", pattern, "COUNT", count}}
}

// InfoStream asks for a stream's figures.
func InfoStream(key string) Read { return Read{[]any{"XINFO", "STREAM", key}} }

// InfoStreamFull asks for a stream's figures, its groups and their consumers, each group's oldest pending entry, and the
// stream's first entry (Redis 6).
func InfoStreamFull(key string) Read { return Read{[]any{"XINFO", "STREAM", key, "FULL", "COUNT", 1}} }

// InfoGroups asks for a stream's groups.
func InfoGroups(key string) Read { return Read{[]any{"XINFO", "GROUPS", key}} }

// InfoConsumers asks for a group's consumers.
func InfoConsumers(key, group string) Read { return Read{[]any{"XINFO", "CONSUMERS", key, group}} }

// Range asks for max count entries of a stream, oldest first, both ends included.
func Range(stream string, from, to model.Position, count int) Read {
	return Read{[]any{"XRANGE", stream, RangeEnd(from), RangeEnd(to), "COUNT", count}}
}

// RangeBack asks for max count entries of a stream, newest first, both ends included; from is the newer one.
func RangeBack(stream string, from, to model.Position, count int) Read {
	return Read{[]any{"XREVRANGE", stream, RangeEnd(from), RangeEnd(to), "COUNT", count}}
}

// After asks n streams for the entries after a position in each, max count per stream.
func After(n, count int, stream func(i int) (key string, at model.Position)) Read {
	head := []any{"XREAD", "COUNT", count, "STREAMS"}
	args := append(make([]any, 0, len(head)+2*n), head...)
	for i := range n {
		key, _ := stream(i)
		args = append(args, key)
	}
	for i := range n {
		_, at := stream(i)
		args = append(args, at.String())
	}
	return Read{args}
}

// Rows selects rows of a group's pending entries list.
type Rows struct {
	Stream, Group string
	Consumer      string         // "" for all
	MinIdle       int64          // milliseconds; 0 for all (Redis 6.2)
	From, To      model.Position // both included
	Count         int
}

// Pending asks for rows of a group's pending entries list.
func Pending(r Rows) Read {
	args := []any{"XPENDING", r.Stream, r.Group}
	if r.MinIdle > 0 {
		args = append(args, "IDLE", r.MinIdle)
	}
	args = append(args, RangeEnd(r.From), RangeEnd(r.To), r.Count)
	if r.Consumer != "" {
		args = append(args, r.Consumer)
	}
	return Read{args}
}

// PendingOne asks for the row of one entry.
func PendingOne(stream, group string, id model.Position) Read {
	return Pending(Rows{Stream: stream, Group: group, From: id, To: id, Count: 1})
}

// ScheduledCount asks for the number of entries that are scheduled for a stream.
func ScheduledCount(stream string) Read { return Read{[]any{"ZCARD", model.ScheduledKey(stream)}} }

// ScheduledRange asks for count of the entries that are scheduled for a stream with when they are due, the first due first, after
// skip others.
func ScheduledRange(stream string, skip, count int) Read {
	return Read{[]any{"ZRANGE", model.ScheduledKey(stream), skip, skip + count - 1, "WITHSCORES"}}
}

// Time asks for the server's clock.
func Time() Read { return Read{[]any{"TIME"}} }

// Info asks for the server's figures.
func Info() Read { return Read{[]any{"INFO"}} }

// ClientList asks for the connections to the server.
func ClientList() Read { return Read{[]any{"CLIENT", "LIST"}} }

// ConfigGet asks for one setting of the server.
func ConfigGet(name string) Read { return Read{[]any{"CONFIG", "GET", name}} }

// Control asks what people have set for a group: its pause, the milliseconds until that expires, and its limit. [ReadControl]
// parses the three replies.
func Control(prefix, group string) []Read {
	pause := model.PauseKey(prefix, group)
	return []Read{
		{[]any{"GET", pause}},
		{[]any{"PTTL", pause}},
		{[]any{"HGET", model.LimitKey(prefix, group), model.FieldPerSecond}},
	}
}

// probes find out the server's capabilities. Each only reads; for a missing key the server's error shows whether it
// understood.
func probes(key string) []Read {
	return []Read{
		{[]any{"XINFO", "HELP"}},
		Pending(Rows{Stream: key, Group: probeKey, MinIdle: 1, To: model.MaxPosition, Count: 1}),
		{[]any{"COMMAND", "INFO", "XAUTOCLAIM", "WAITAOF", "XDELEX"}},
		{[]any{"COMMAND", "DOCS", "XINFO", "XADD", "XGROUP", "XTRIM", "XREADGROUP"}},
		InfoStreamFull(key),
	}
}

// bareProbes query servers that deny COMMAND, such as managed ones, in other ways. None can change anything, as each lacks
// its target. For a command without arguments the server first says how many it wants, if it has the command, before it
// checks what the user may do.
func bareProbes(key string) []Read {
	return []Read{
		{[]any{"XAUTOCLAIM"}},
		{[]any{"WAITAOF"}},
		{[]any{"XGROUP", "HELP"}},
		{[]any{"XDELEX"}},
		// It lacks the ID for its stream: a server that knows CLAIM counts the arguments before it looks for the stream.
		{[]any{"XREADGROUP", "GROUP", probeKey, probeKey, "CLAIM", 1, "STREAMS", key}},
	}
}

// RangeEnd writes a position as one end of a range.
func RangeEnd(p model.Position) string {
	switch p {
	case model.Position{}:
		return "-"
	case model.MaxPosition:
		return "+"
	default:
		return p.String()
	}
}

// args returns the arguments of each read.
func args(reads []Read) [][]any {
	all := make([][]any, len(reads))
	for i, r := range reads {
		all[i] = r.args
	}
	return all
}
