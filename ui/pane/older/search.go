package older

import (
	"context"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

// Search is a search for a workflow's older events. The zero Search hasn't begun.
type Search struct {
	// State is its progress.
	State
	walk *pane.Walk // nil while none is running
}

// found is one step of the search.
type found struct {
	page observe.HistoryPage
	err  error
}

// Begin searches all streams that can be read, from their newest entries back; it restarts a running search.
func (s *Search) Begin(workflow string, d *live.Data) {
	s.Stop()
	query := observe.HistoryQuery{Workflow: workflow, Streams: d.Readable()}
	if len(query.Streams) == 0 {
		return
	}
	if d.Past != nil {
		query.Before = model.PositionAt(d.Past.At).Next()
	}
	s.State = State{Running: true}
	s.walk = &pane.Walk{Read: func(ctx context.Context, r *observe.Reader, step func(any) bool) {
		for page, err := range r.History(ctx, query) {
			if !step(found{page, err}) {
				return
			}
		}
	}}
}

// Stop ends the running search.
func (s *Search) Stop() { s.walk, s.Running = nil, false }

// Walk returns what must be read for the search, see [pane.Walker].
func (s *Search) Walk() *pane.Walk { return s.walk }

// Step processes a step of the walk, and returns the events that were found.
func (s *Search) Step(step any) []model.Record {
	f, more := step.(found)
	if !more {
		s.Done = s.Err == nil
		s.Stop()
		return nil
	}
	if s.Err = f.err; f.err != nil {
		return nil
	}
	s.Scanned, s.Found = f.page.Scanned, f.page.Found
	if !f.page.Back.IsZero() {
		s.Oldest = f.page.Back.Time()
	}
	return f.page.Records
}
