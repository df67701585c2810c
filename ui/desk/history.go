package desk

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/observe"
	workflowpane "streamdesk/ui/pane/workflow"
)

// course is the workflow that the workflow pane shows.
type course struct {
	opened string // the one that was opened; empty while the pane goes with the event that is shown
	search search
}

// search is the look for a workflow's older events, of which there is one at a time.
type search struct {
	id     string
	cancel context.CancelFunc // nil while none is under way
	pages  chan historyMsg
	state  workflowpane.HistoryState
}

// historyMsg is one step of the search for the workflow of that id.
type historyMsg struct {
	asked
	id   string
	page observe.HistoryPage
	err  error
	// over says that there are no more steps; page is empty then.
	over bool
}

// searchHistory looks through all streams for older events of the workflow that is opened.
func (d *Desk) searchHistory() tea.Cmd {
	d.stopSearch()
	if d.data.Snapshot == nil {
		return nil
	}
	query := observe.HistoryQuery{Workflow: d.course.opened}
	for i := range d.data.Snapshot.Streams {
		if s := &d.data.Snapshot.Streams[i]; !s.Missing && s.Problem == "" {
			query.Streams = append(query.Streams, s.Key)
		}
	}
	if len(query.Streams) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(d.line.ctx)
	pages := make(chan historyMsg, 1)
	d.course.search = search{id: d.course.opened, cancel: cancel, pages: pages, state: workflowpane.HistoryState{Running: true}}
	d.panes.workflow.SetHistory(d.course.search.state)
	b := d.options.Bus
	d.line.feed.run(ctx, func(ctx context.Context) {
		defer close(pages)
		for page, err := range b.Reader().History(ctx, query) {
			select {
			case pages <- historyMsg{asked: asked{b}, id: query.Workflow, page: page, err: err}:
			case <-ctx.Done():
				return
			}
		}
	})
	return d.nextPage()
}

// nextPage waits for the search's next step.
func (d *Desk) nextPage() tea.Cmd {
	pages, id, b := d.course.search.pages, d.course.search.id, d.options.Bus
	return func() tea.Msg {
		msg, ok := <-pages
		if !ok {
			return historyMsg{asked: asked{b}, id: id, over: true}
		}
		return msg
	}
}

// gotPage takes in a step, and waits for the next one.
func (d *Desk) gotPage(msg historyMsg) tea.Cmd {
	s := &d.course.search
	if msg.id != s.id || s.cancel == nil {
		return nil // of a search that was stopped
	}
	d.drawn.pane(WorkflowPane)
	if msg.over {
		s.state.Running, s.state.Done = false, s.state.Err == nil
		d.panes.workflow.SetHistory(s.state)
		s.cancel()
		s.cancel = nil
		return nil
	}
	if s.state.Err = msg.err; msg.err == nil {
		s.state.Scanned, s.state.Found = msg.page.Scanned, msg.page.Found
		if !msg.page.Back.IsZero() {
			s.state.Oldest = msg.page.Back.Time()
		}
		d.panes.workflow.Add(msg.page.Records)
	}
	d.panes.workflow.SetHistory(s.state)
	return d.nextPage()
}

// stopSearch ends a search that is under way, and says whether there was one.
func (d *Desk) stopSearch() bool {
	s := &d.course.search
	if s.cancel == nil {
		return false
	}
	s.cancel()
	s.cancel = nil
	s.state.Running = false
	d.panes.workflow.SetHistory(s.state)
	d.drawn.pane(WorkflowPane)
	return true
}
