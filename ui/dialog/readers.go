package dialog

import (
	"context"
	"strings"

	"streamdesk/model"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// askReaders lists the groups on a stream, by name. A stream that doesn't exist has none.
func askReaders(ctx context.Context, op Operator, stream string) ([]string, error) {
	// Any position will do, for only the groups' names are wanted: the last one there can be is never pending.
	delivery, err := op.Delivery(ctx, model.Key{Stream: stream, ID: model.MaxPosition})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(delivery.Groups))
	for i, g := range delivery.Groups {
		names[i] = g.Group
	}
	return names, nil
}

// readers adds who gets what is added to a stream, and where there is room the groups' names.
func (p *page) readers(readers []string, stream, what string) {
	p.text(p.Strong, consequence.Receive(readers, stream, what))
	if len(readers) > 1 && !p.tight {
		p.add(painted(p.Dim, widget.Fold(p.width, strings.Join(readers, ", ")))...)
	}
}
