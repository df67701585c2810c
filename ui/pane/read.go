package pane

import (
	"context"

	"streamdesk/bus/observe"
)

// Asker is a pane that needs data read. The desk reads outside its loop, one question of a pane at a time.
type Asker interface {
	// Ask returns what must be read now, nil when nothing must. Both the amount and the frequency of reading are limited.
	Ask(k Known) Question
	// Take stores an answer.
	Take(answer any)
	// Again marks what was read as out of date, because something was changed.
	Again()
}

// Question reads from the server and returns the answer, which also holds the error. It runs outside the loop, and must not
// touch the pane.
type Question func(ctx context.Context, r *observe.Reader) any

// Walker is a pane that needs streams read step by step, until they end or the pane has seen enough. The desk reads outside
// its loop, one walk of a pane at a time.
type Walker interface {
	// Walk returns the wanted walk, nil when there is none: the desk ends any other, and starts this one.
	Walk() *Walk
	// Step stores what the walk has found; nil means that the walk has ended.
	Step(found any, k Known) Effect
}

// Walk reads step by step. It runs outside the loop, and must not touch the pane.
type Walk struct {
	// Read passes each step to step, until everything is read or step reports that no more is wanted.
	Read func(ctx context.Context, r *observe.Reader, step func(any) bool)
}
