package tty

import (
	"context"
	"io"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"
)

// Size is the size of a terminal in cells.
type Size struct{ Width, Height int }

// Resize tells a program of the terminal's sizes until ctx ends.
func Resize(ctx context.Context, sizes <-chan Size, tell func(tea.Msg)) {
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-sizes:
			tell(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
		}
	}
}

// Stream is like [Input], for a terminal that isn't the process's own.
type Stream struct {
	from    io.Reader
	replies replies
}

// NewStream returns a stream that calls told with each of the terminal's answers.
func NewStream(from io.Reader, told func(dark bool)) *Stream {
	return &Stream{from: from, replies: replies{told: told}}
}

// Expect tells the stream that an answer may come. Any goroutine may call it.
func (s *Stream) Expect() { s.replies.asked.Store(true) }

// Read reads keys.
func (s *Stream) Read(b []byte) (int, error) { return s.replies.read(s.from, b) }

// CopyTo returns a function that asks the terminal behind out to put text on the clipboard.
func CopyTo(out io.Writer) func(text string) {
	return func(text string) { _, _ = osc52.New(text).WriteTo(out) } // a terminal that can't be written to can't show the error either
}

// Colors returns how many colours the terminal with these environment variables shows (TERM, COLORTERM, NO_COLOR).
func Colors(env func(string) string) termenv.Profile {
	return termenv.NewOutput(io.Discard, termenv.WithTTY(true), termenv.WithEnvironment(environment(env))).EnvColorProfile()
}

// environment is the environment of another machine's terminal.
type environment func(string) string

// Environ returns nothing: termenv asks for single variables only.
func (environment) Environ() []string { return nil }

// Getenv returns a variable.
func (e environment) Getenv(name string) string { return e(name) }
