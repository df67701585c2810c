package program

import (
	"os"

	"github.com/charmbracelet/x/term"
)

// fileOf returns the file of a stream, also when it is wrapped; nil when there is none.
func fileOf(stream any) *os.File {
	switch s := stream.(type) {
	case *os.File:
		return s
	case *Input:
		return fileOf(s.from)
	case *output:
		return s.to
	case *visible:
		return fileOf(s.to)
	default:
		return nil
	}
}

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	file := fileOf(stream)
	return file != nil && term.IsTerminal(file.Fd())
}

// ErrIsTerminal reports whether stderr is a terminal.
func (p *Program) ErrIsTerminal() bool { return IsTerminal(p.Err) }

// LineWidth returns the max width of a line: that of the terminal, or 0 (any width) when stdout is no terminal.
func (p *Program) LineWidth() int {
	if !IsTerminal(p.Out) {
		return 0
	}
	width, _, err := term.GetSize(fileOf(p.Out).Fd())
	if err != nil {
		return 0
	}
	return width
}
