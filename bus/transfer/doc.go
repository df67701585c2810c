// Package transfer copies the entries of streams: to lines of JSON and back, and to other streams at their original pace. The
// calling programs choose the streams, ask the person and show progress; the package calls them back. Start reading at [Export],
// [Import] and [Replay].
//
// An export is lines, each a JSON object. An entry's line is written by [model.Entry.AppendLine]. After the entries of a stream
// comes a line with its figures. Then comes one line for each consumer group, followed by a [PendingRow] for every entry that is
// pending in it:
//
//	{"stream":"events:a.b","id":"1-1","fields":[{"name":"data","value":"{}"}]}
//	{"stream":"events:a.b","exported":1,"whole":true,"length":1,"entries_added":1,"last_generated_id":"1-1","max_deleted_entry_id":"0-0"}
//	{"stream":"events:a.b","group":"g","last_delivered_id":"1-1","entries_read":1,"pending":1,"consumers":["c"]}
//	{"stream":"events:a.b","group":"g","consumer":"c","id":"1-1","idle_seconds":0.25,"deliveries":1}
package transfer
