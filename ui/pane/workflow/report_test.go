package workflow

import (
	"strings"
	"testing"

	"streamdesk/ui/pane/older"
	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
	"streamdesk/model/workflow"
)

func TestWorkflowReportShowsAllOfItWithoutColours(t *testing.T) {
	for name, records := range map[string][]model.Record{
		"picture": pictureWorkflow(), "failed": longWorkflow("workflow.failed"), "cancelled": longWorkflow("workflow.cancelled"),
	} {
		t.Run(name, func(t *testing.T) {
			p := New(workflow.HyperAgent(), nowhere)
			p.Show("wf-8f31")
			p.Add(records)
			p.SetHistory(older.State{Done: true})
			lines := p.Report(panetest.View(t, "dark", 100, 1, now))
			if text := strings.Join(lines, "\n") + "\n"; strings.Contains(text, "\x1b") {
				t.Errorf("it is coloured: %q", text)
			} else {
				golden.RequireEqual(t, text)
			}
			if len(lines) < len(records)+headLines {
				t.Errorf("%d lines for %d events", len(lines), len(records))
			}
		})
	}
	p := New(workflow.HyperAgent(), nowhere)
	p.Show("wf-8f31")
	if lines := p.Report(panetest.View(t, "dark", 100, 1, now)); len(lines) != 0 {
		t.Errorf("of nothing: %q", lines)
	}
}
