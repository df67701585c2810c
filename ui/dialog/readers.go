package dialog

import (
	"context"
	"fmt"
	"strings"

	"streamdesk/model"
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

// receive says who gets what is added to a stream: "all 4 groups on events:workflow.failed will receive this again".
func receive(readers []string, stream, what string) string {
	switch len(readers) {
	case 0:
		return fmt.Sprintf("No group reads %s: nobody receives %s until one does.", stream, what)
	case 1:
		return fmt.Sprintf("%s, the one group on %s, will receive %s.", readers[0], stream, what)
	case 2:
		return fmt.Sprintf("Both groups on %s will receive %s.", stream, what)
	default:
		return fmt.Sprintf("All %d groups on %s will receive %s.", len(readers), stream, what)
	}
}

// readers adds who gets what is added to a stream, and where there is room the groups' names.
func (p *page) readers(readers []string, stream, what string) {
	p.text(p.Strong, receive(readers, stream, what))
	if len(readers) > 1 && !p.tight {
		p.add(painted(p.Dim, fold(strings.Join(readers, ", "), p.width))...)
	}
}
