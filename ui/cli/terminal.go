package cli

import (
	"os"

	"github.com/charmbracelet/x/term"
)

// isTerminal says whether a stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(file.Fd())
}

func (p *program) errIsTerminal() bool { return isTerminal(p.Err) }

// lineWidth is how wide a line may be: as wide as the terminal, or 0 for any width where there is none.
func (p *program) lineWidth() int {
	file, ok := p.Out.(*os.File)
	if !ok || !term.IsTerminal(file.Fd()) {
		return 0
	}
	width, _, err := term.GetSize(file.Fd())
	if err != nil {
		return 0
	}
	return width
}
