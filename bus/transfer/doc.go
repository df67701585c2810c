// Package transfer copies the entries of streams: to lines of JSON and back, and to other streams at the pace they came in.
// It leaves choosing the streams, asking a person and telling how it goes to the programs on top, which it calls back. Start
// reading at [Export], [Import] and [Replay].
//
// An export is lines, each a JSON object. An entry's line is that of [model.Entry.AppendLine]. Behind the entries of a stream
// stands the line of its figures, and behind that one for each consumer group, each with a [PendingRow] for every entry that
// is pending in it:
//
//	{"stream":"events:a.b","id":"1-1","fields":[{"name":"data","value":"{}"}]}
//	{"stream":"events:a.b","exported":1,"whole":true,"length":1,"entries_added":1,"last_generated_id":"1-1","max_deleted_entry_id":"0-0"}
//	{"stream":"events:a.b","group":"g","last_delivered_id":"1-1","entries_read":1,"pending":1,"consumers":["c"]}
//	{"stream":"events:a.b","group":"g","consumer":"c","id":"1-1","idle_seconds":0.25,"deliveries":1}
package transfer
