package pane

import (
	"context"

	"streamdesk/bus/observe"
)

// Asker is a pane that has things read for it. The desk reads beside its loop, one question of a pane at a time.
type Asker interface {
	// Ask is what has to be read now, nil when nothing has. What is read has a bound, and so has how often.
	Ask(k Known) Question
	// Take takes in an answer.
	Take(answer any)
	// Again says that something was changed: what was read is out of date.
	Again()
}

// Question reads from the server, and returns the answer, which holds the error, too. It runs beside the loop, and may
// touch nothing of the pane.
type Question func(ctx context.Context, r *observe.Reader) any

// Walker is a pane that has streams read on and on, until all of them are read or it has seen enough. The desk reads beside
// its loop, one walk of a pane at a time.
type Walker interface {
	// Walk is the walk that is wanted, nil for none: the desk ends any other, and begins this one.
	Walk() *Walk
	// Step takes in what the walk has brought; nil says that it has come to its end.
	Step(found any, k Known) Effect
}

// Walk reads step by step. It runs beside the loop, and may touch nothing of the pane.
type Walk struct {
	// Read hands over each step, until it has read everything or step says that nobody wants more.
	Read func(ctx context.Context, r *observe.Reader, step func(any) bool)
}
