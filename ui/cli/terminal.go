package cli

import (
	"os"

	"github.com/charmbracelet/x/term"
)

// fileOf is the file that a stream is, or that is behind it; nil where there is none.
func fileOf(stream any) *os.File {
	switch s := stream.(type) {
	case *os.File:
		return s
	case *input:
		return fileOf(s.from)
	case *output:
		return s.to
	case *visible:
		return fileOf(s.to)
	default:
		return nil
	}
}

// isTerminal says whether a stream is a terminal.
func isTerminal(stream any) bool {
	file := fileOf(stream)
	return file != nil && term.IsTerminal(file.Fd())
}

func (p *program) errIsTerminal() bool { return isTerminal(p.Err) }

// lineWidth is how wide a line may be: as wide as the terminal, or 0 for any width where there is none.
func (p *program) lineWidth() int {
	if !isTerminal(p.Out) {
		return 0
	}
	width, _, err := term.GetSize(fileOf(p.Out).Fd())
	if err != nil {
		return 0
	}
	return width
}
