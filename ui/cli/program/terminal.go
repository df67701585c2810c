package program

import (
	"os"

	"github.com/charmbracelet/x/term"
)

// fileOf is the file that a stream is, or that is behind it; nil where there is none.
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

// IsTerminal says whether a stream is a terminal.
func IsTerminal(stream any) bool {
	file := fileOf(stream)
	return file != nil && term.IsTerminal(file.Fd())
}

// ErrIsTerminal says whether stderr is a terminal.
func (p *Program) ErrIsTerminal() bool { return IsTerminal(p.Err) }

// LineWidth is how wide a line may be: as wide as the terminal, or 0 for any width where there is none.
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
