package database

import "context"

// store is one kind of database.
type store interface {
	// migrate brings the schema up to date. Any number of processes may do it at once.
	migrate(ctx context.Context) error
	// write stores a batch's rows and workflows in one transaction. Rows that are there already stay as they are.
	write(ctx context.Context, b *batch) error
	// refused reports whether an error of write concerns the values, so that another attempt doesn't help, and not the state
	// of the database.
	refused(err error) bool
	// ping returns an error when the database isn't there.
	ping(ctx context.Context) error
	close() error
}
