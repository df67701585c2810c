package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
)

// says has an agent publish an event of a workflow; the desk hears of it unless it is told not to.
func (b *harness) says(agent, workflow string, kind model.Type, data string) {
	b.t.Helper()
	e := model.Event{ID: fmt.Sprint(agent, kind, b.clock.UnixMilli()), Type: kind, WorkflowID: workflow, Timestamp: b.clock, Data: []byte(data), SourceAgent: agent}
	b.add(b.bus.StreamKey(kind), "data", string(e.AppendJSON(nil)))
	b.pass(300 * time.Millisecond)
}

// withTalk shows two workflows whose agents talk; the answer of the auditor is missing.
func withTalk(t testing.TB, width, height int) *harness {
	t.Helper()
	b := newHarness(t, width, height)
	for _, id := range []string{"wf-1", "wf-2"} {
		b.says("coordinator", id, model.WorkflowStarted, `{}`)
		b.says("coordinator", id, model.A2ARequest, `{"to":"generator","action":"generate","conversation_id":"1"}`)
		b.says("generator", id, model.GenerationStarted, `{}`)
		b.says("generator", id, model.A2AResponse, `{"to":"coordinator","conversation_id":"1"}`)
		b.says("coordinator", id, model.A2ARequest, `{"to":"auditor","action":"audit","conversation_id":"2"}`)
		b.look()
	}
	return b
}

func TestAConversationIsOpenedFromWhereverAWorkflowIsAndEscComesBackToItsRow(t *testing.T) {
	for _, keys := range []string{"W j", "f3 j", "5 k k", "5 k w k", "f3 7"} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			b := withTalk(t, size[0], size[1])
			b.press(keys)
			b.settled()
			before, focus := rowWorkflow(b), b.desk.tiles.Focus
			b.press("v")
			b.sees("Conversation · wf-")
			b.sees("generate")
			b.fits()
			b.press("k enter")
			b.settled()
			if b.desk.tiles.Focus != DetailPane {
				t.Fatalf("%s: enter leads to pane %d", keys, b.desk.tiles.Focus+1)
			}
			b.press("esc")
			b.sees("Conversation · wf-")
			b.press("esc")
			if b.desk.tiles.Focus != focus || rowWorkflow(b) != before {
				t.Errorf("%s: esc leads to pane %d, %q; want %d, %q", keys, b.desk.tiles.Focus+1, rowWorkflow(b), focus+1, before)
			}
		}
	}
}

// rowWorkflow is the workflow under the cursor of the board; empty where that isn't shown.
func rowWorkflow(b *harness) string {
	const place = 3 // behind the cursor, the verdict's sign and its word
	if fields := strings.Fields(cursorRow(b)); len(fields) > place {
		return fields[place]
	}
	return ""
}

func TestAConversationGoesOnWithItsEvents(t *testing.T) {
	b := withTalk(t, 120, 40)
	b.press("W")
	id := rowWorkflow(b)
	b.press("v")
	b.sees("2 asked · 1 answered")
	b.sees("waits for its answer")
	b.says("auditor", id, model.A2AResponse, `{"to":"coordinator","conversation_id":"2","status":"ok"}`)
	b.look()
	b.sees("2 asked · 2 answered")
	b.sees("auditor answers coordinator, after ")
	b.seesNot("waits for its answer")
}

func TestAConversationIsNarrowedToAgents(t *testing.T) {
	b := withTalk(t, 120, 40)
	b.press("W v /")
	b.typing("GENER")
	b.sees("2 agents · 3 messages · 3 of 3")
	b.seesNot("audit")
	b.press("enter esc")
	b.sees("3 agents · 3 messages · 5 of 5")
	b.press("/")
	b.typing("nobody")
	b.sees("No agent is called like that")
	b.press("esc esc")
	b.seesNot("Conversation")
}

func TestAConversationReadsWhatIsOlderThanTheDesk(t *testing.T) {
	b := withTalk(t, 120, 40)
	for _, kind := range []model.Type{model.A2ARequest, model.A2AResponse} { // nobody has told the desk of them
		data := fmt.Sprintf(`{"id":%q,"type":%q,"workflow_id":"wf-1","source_agent":"historian","data":{"action":"long ago","request_id":"0"}}`, kind, kind)
		if err := b.client.Do(t.Context(), "XADD", b.bus.StreamKey(kind), "*", "data", data).Err(); err != nil {
			t.Fatal(err)
		}
	}
	b.press("5 g v")
	b.sees("Conversation · wf-1")
	b.sees("historian")
	b.sees("3 asked · 2 answered")
}

func TestTimeIsStretchedInTheConversationThatKeysGoTo(t *testing.T) {
	b := withTalk(t, 120, 40)
	b.press("W v")
	before := b.screen()
	b.press("+ + +")
	if b.screen() == before {
		t.Error("the conversation is as it was")
	}
	if b.desk.panes.span().Window() != b.desk.options.Config.Desk.ChartWindow.Std() {
		t.Error("the chart's time has changed")
	}
}
