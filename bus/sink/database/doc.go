// Package database is the consumer group db_writers. It writes every event once to the table workflow_updates of a SQLite or
// PostgreSQL database, and keeps the current state of each workflow in the table workflows.
//
// The primary key of the table is an entry's stream and entry ID. An entry that is delivered again, after a crash between
// commit and ack or to another process, is already there and stays as it is. An entry is acknowledged after the commit, and a
// commit is on the disk. An event that the database refuses for its content, such as \u0000 in a PostgreSQL text, goes to the
// dead letters alone, with the reason. When the database is away or full, events stay pending for as long as that lasts.
//
// A row of workflows consists of maxima and minima over the workflow's events, in the order in which the desk shows them.
// Events that come late, again, in other batches or through another process lead to the same row. The package deletes no old
// rows; the owner of the database does. Start reading at [Open] and [Writer].
package database
