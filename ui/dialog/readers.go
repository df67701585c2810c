package dialog

import (
	"strings"

	"streamdesk/bus/change"
	"streamdesk/ui/widget"
)

// readers adds who gets what is added to a stream, and where there is room the groups' names.
func (p *page) readers(readers []string, stream, what string) {
	p.text(p.Strong, change.Receive(readers, stream, what))
	if len(readers) > 1 && !p.tight {
		p.add(painted(p.Dim, widget.Fold(p.width, strings.Join(readers, ", ")))...)
	}
}
