// Package database is the consumer group db_writers: it writes every event to the table workflow_updates of a SQLite or a
// PostgreSQL database, once, and keeps in the table workflows where each workflow stands.
//
// An entry is identified by its stream and entry ID, which is the table's primary key: what is delivered again, after a
// crash between commit and ack or to another process, is already there and stays as it is. It is acknowledged after the
// commit, and a commit is on the disk. What the database refuses for what it holds, such as \u0000 in a PostgreSQL text,
// goes to the dead letters with the reason, alone. What fails because the database is away or full stays pending for as
// long as that lasts.
//
// A row of workflows is made of maxima and minima over the workflow's events, in the order in which the desk shows them:
// events that come late, again, in other batches or through another process lead to the same row. It leaves deleting
// old rows to whoever owns the database. Start reading at [Open] and [Writer].
package database
