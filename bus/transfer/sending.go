package transfer

import (
	"context"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// Sending says how entries are sent.
type Sending struct {
	// Awaits is called before entries are sent. The function it returns is called when the server has answered. Awaits may be
	// nil.
	Awaits func() (answered func())
}

// add adds entries: XADD.
func (s Sending) add(ctx context.Context, loader *change.Loader, entries []model.Entry) ([]change.Loaded, error) {
	if s.Awaits != nil {
		answered := s.Awaits()
		defer answered()
	}
	return loader.Add(ctx, entries)
}
