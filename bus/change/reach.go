package change

import (
	"context"
	"fmt"

	"streamdesk/model"
)

// Reached is a group that a change reaches, on a stream.
type Reached struct{ Stream, Group string }

// Readers returns the names of the groups on a stream, sorted. A stream that doesn't exist has none.
func Readers(ctx context.Context, on interface {
	Delivery(ctx context.Context, key model.Key) (model.Delivery, error)
}, stream string,
) ([]string, error) {
	// Any position will do, since only the groups' names are needed. The greatest possible one is never pending.
	delivery, err := on.Delivery(ctx, model.Key{Stream: stream, ID: model.MaxPosition})
	if err != nil {
		return nil, err
	}
	names := make([]string, len(delivery.Groups))
	for i, g := range delivery.Groups {
		names[i] = g.Group
	}
	return names, nil
}

// reach adds the groups on a stream to the groups that a plan reaches.
func (p *Plan) reach(ctx context.Context, on Reader, stream string) error {
	readers, err := Readers(ctx, on, stream)
	for _, group := range readers {
		p.Reach = append(p.Reach, Reached{Stream: stream, Group: group})
	}
	return err
}

// readers returns the groups on a stream that a plan reaches.
func (p *Plan) readers(stream string) []string {
	var names []string
	for _, r := range p.Reach {
		if r.Stream == stream {
			names = append(names, r.Group)
		}
	}
	return names
}

// Receive says which groups receive an entry added to a stream: "All 4 groups on events:workflow.failed will receive this again."
func Receive(readers []string, stream, what string) string {
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
