package database

import "context"

// store is one kind of database.
type store interface {
	// migrate brings the schema up to date. Any number of processes may do it at once.
	migrate(ctx context.Context) error
	// write stores rows and workflows in one transaction. Rows that are there already stay as they are.
	write(ctx context.Context, rows []row, workflows []course) error
	// refused says whether an error of write is about what was to be written, which another attempt doesn't make better, as
	// opposed to the state of the database.
	refused(err error) bool
	// ping says whether the database is there.
	ping(ctx context.Context) error
	close() error
}
