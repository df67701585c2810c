package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// said is an event between agents, so many milliseconds after the start: "ask", "answer" or "tell" by an agent.
func said(ms int, what, agent, data string) model.Record {
	r := workflowRecord(ms, map[string]model.Type{"ask": model.A2ARequest, "answer": model.A2AResponse, "tell": model.A2AMessage}[what], data)
	r.Event.SourceAgent = agent
	return r
}

// conversationOf is the conversation that records make.
func conversationOf(records ...model.Record) Conversation {
	w := New("wf", HyperAgent())
	for i := range records {
		w.Add(&records[i])
	}
	return Converse(w)
}

// lines write each turn: who to whom, and of an answer how long it took, "~" where order alone ties it.
func (c *Conversation) lines() string {
	name := func(at int) string {
		if at == None {
			return "?"
		}
		return c.Agents[at]
	}
	var lines []string
	for i := range c.Turns {
		t := &c.Turns[i]
		line := name(t.From)
		if t.Talks() {
			line += []string{" tells ", " asks ", " answers "}[t.Talk.Kind] + name(t.To)
		}
		if t.Talks() && t.Talk.Failed {
			line += " badly"
		}
		if took, ok := c.Took(i); ok {
			line += fmt.Sprintf(" after %s%d", map[Tie]string{TieOrder: "~"}[t.Tie], took.Milliseconds())
		}
		if slices.Contains(c.Open, i) {
			line += " open"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestAnAnswerIsTiedToItsRequest(t *testing.T) {
	for _, c := range []struct {
		name    string
		records []model.Record
		want    string
	}{
		{"by the ID of the conversation, past an earlier one", []model.Record{
			said(0, "ask", "a", `{"to":"b","conversation_id":"1"}`), said(5, "ask", "a", `{"to":"b","conversation_id":"2"}`),
			said(9, "answer", "b", `{"to":"a","conversation_id":"2","status":"ok"}`),
		}, "a asks b open, a asks b, b answers a after 4"},
		{"by the ID of the very request before that of the conversation", []model.Record{
			said(0, "ask", "a", `{"to":"b","conversationId":"1","requestId":"x"}`), said(5, "ask", "a", `{"to":"b","conversationId":"1","requestId":"y"}`),
			said(9, "answer", "b", `{"to":"a","conversation-id":"1","request_id":"y"}`),
		}, "a asks b open, a asks b, b answers a after 4"},
		{"by the ID of the request's own event", []model.Record{
			said(0, "ask", "a", `{"to":"b"}`), said(5, "ask", "a", `{"to":"b"}`), said(9, "answer", "b", `{"in_reply_to":"a2a.request-5","status":"failed"}`),
		}, "a asks b open, a asks b, b answers a badly after 4"},
		{"of several in a conversation the one of the agent that answers", []model.Record{
			said(0, "ask", "a", `{"to":"b","conversation_id":"1"}`), said(5, "ask", "a", `{"to":"c","conversation_id":"1"}`),
			said(9, "answer", "c", `{"conversation_id":"1"}`),
		}, "a asks b open, a asks c, c answers a after 4"},
		{"by the ID even where another agent answers", []model.Record{
			said(0, "ask", "a", `{"to":"b","correlation_id":"1"}`), said(9, "answer", "c", `{"to":"a","correlation_id":"1"}`),
		}, "a asks b, c answers a after 9"},
		{"by order between the two where none has an ID", []model.Record{
			said(0, "ask", "a", `{"to":"b"}`), said(2, "ask", "a", `{"to":"c"}`), said(5, "answer", "c", `{}`), said(9, "answer", "b", `{}`), said(12, "answer", "b", `{}`),
		}, "a asks b, a asks c, c answers a after ~3, b answers a after ~9, b answers ?"},
		{"by order where one side has an ID and the other none", []model.Record{
			said(0, "ask", "a", `{"to":"b","request_id":"x"}`), said(9, "answer", "b", `{"to":"a"}`),
		}, "a asks b, b answers a after ~9"},
		{"not where both have IDs and they differ", []model.Record{
			said(0, "ask", "a", `{"to":"b","request_id":"x"}`), said(9, "answer", "b", `{"to":"a","request_id":"y"}`),
		}, "a asks b open, b answers a"},
		{"and tells whom was asked", []model.Record{
			said(0, "ask", "a", `{"correlation_id":7}`), said(9, "answer", "b", `{"correlation_id":7}`),
		}, "a asks b, b answers a after 9"},
		{"once, however often either is published", []model.Record{
			said(0, "ask", "a", `{"to":"b"}`), again(said(0, "ask", "a", `{"to":"b"}`), 3), said(5, "answer", "b", `{}`), again(said(5, "answer", "b", `{}`), 8),
		}, "a asks b, a asks b, b answers a after ~5, b answers ?"},
		{"whatever the payload is", []model.Record{
			said(0, "ask", "a", `[1]`), said(1, "ask", "", `{"from":"b","to":{"x":1},"target_agent":"c","action":null`), said(5, "tell", "c", `"to"`),
		}, "a asks ? open, b asks c open, c tells ?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			talk := conversationOf(c.records...)
			if got := talk.lines(); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			if talk.Requests != talk.Answered+len(talk.Open) {
				t.Errorf("%d requests, %d answered, %d open", talk.Requests, talk.Answered, len(talk.Open))
			}
		})
	}
}

// again is a record published once more, so many milliseconds later.
func again(r model.Record, ms int) model.Record {
	r.ID.Ms += uint64(ms)
	return r
}

// anyTalk are events of a workflow whose agents talk, in the order of their IDs.
func anyTalk(t *rapid.T) []model.Record {
	agents := []string{"", "a", "b", "c"}
	records := make([]model.Record, rapid.IntRange(0, 60).Draw(t, "events"))
	ms := 0
	for i := range records {
		ms += rapid.IntRange(0, 3).Draw(t, "gap")
		data := "{"
		for _, key := range []string{"to", "conversation_id", "request_id", "in_reply_to"} {
			if value := rapid.SampledFrom([]string{"", "", "a", "b", "1", "2"}).Draw(t, key); value != "" {
				data += fmt.Sprintf("%q:%q,", key, value)
			}
		}
		kind := rapid.SampledFrom([]model.Type{model.A2ARequest, model.A2AResponse, model.A2AMessage, model.AuditStarted}).Draw(t, "type")
		records[i] = workflowRecord(ms, kind, strings.TrimSuffix(data, ",")+"}")
		records[i].ID.Seq, records[i].Event.ID = uint64(i), rapid.SampledFrom([]string{"", fmt.Sprint(i), "1"}).Draw(t, "id")
		records[i].Event.SourceAgent = rapid.SampledFrom(agents).Draw(t, "agent")
	}
	return records
}

func TestEveryRequestIsAnsweredAtMostOnceAndNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyTalk(t)
		c := conversationOf(records...)
		if len(c.Turns) != len(records) {
			t.Fatalf("%d turns of %d events", len(c.Turns), len(records))
		}
		asked, answered := 0, 0
		for i := range c.Turns {
			turn := &c.Turns[i]
			if i > 0 && c.Turns[i-1].compare(turn.Event) >= 0 {
				t.Fatalf("turn %d stands before %d", i-1, i)
			}
			if turn.From < 0 || turn.From >= len(c.Agents) || turn.To >= len(c.Agents) {
				t.Fatalf("turn %d goes from %d to %d of %d agents", i, turn.From, turn.To, len(c.Agents))
			}
			isRequest := turn.Talks() && turn.Talk.Kind == Asked && !turn.Repeat
			if isRequest {
				asked++
			}
			if open := slices.Contains(c.Open, i); open != (isRequest && turn.Other == None) {
				t.Fatalf("turn %d: open is %v, with the answer %d", i, open, turn.Other)
			}
			if turn.Other == None {
				continue
			}
			other := &c.Turns[turn.Other]
			if other.Other != i || other.Tie != turn.Tie || turn.Tie == TieNone || isRequest != (turn.Other > i) || isRequest == (other.Talk.Kind == Asked) {
				t.Fatalf("turn %d is tied to %d, and that to %d", i, turn.Other, other.Other)
			}
			if took, ok := c.Took(i); ok {
				answered++
				if took < 0 {
					t.Fatalf("turn %d came %v before its request", i, -took)
				}
			}
		}
		if asked != c.Requests || answered != c.Answered || asked != answered+len(c.Open) {
			t.Fatalf("%d asked, %d answered, %d open; it says %d and %d", asked, answered, len(c.Open), c.Requests, c.Answered)
		}
	})
}

func TestAConversationDoesNotDependOnTheOrderInWhichItsEventsCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyTalk(t)
		want := conversationOf(records...)
		w := New("wf", HyperAgent())
		for _, i := range rapid.Permutation(numbers(len(records))).Draw(t, "order") {
			w.Add(&records[i])
			w.Add(&records[i])
		}
		got := Converse(w)
		if got.lines() != want.lines() {
			t.Fatalf("%s\nin order %s", got.lines(), want.lines())
		}
	})
}

// What answers take is learned an event at a time; it is what the conversations say that all of it makes.
func TestTheUsualIsThatOfTheConversations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := anyTalk(t)
		for i := range records { // without ties between types, which the bus delivers in no order
			records[i].ID = model.Position{Ms: uint64(1_700_000_000_000 + i)}
			records[i].Event.ID = fmt.Sprint("event", i)
		}
		a := NewAnswers()
		for i := range records {
			a.Add(&records[i])
		}
		c := conversationOf(records...)
		want := map[string][]time.Duration{}
		for i := range c.Turns {
			if took, ok := c.Took(i); ok {
				topic := c.Turns[c.Turns[i].Other].Talk.Topic()
				want[topic] = append(want[topic], took)
			}
		}
		for topic, took := range want {
			slices.Sort(took)
			half, most, known := a.Usual(topic)
			if known != len(took) || half != took[(len(took)+1)/2-1] || most != took[len(took)-1] {
				t.Fatalf("%q: half within %v, nearly all within %v, of %d; want %v", topic, half, most, known, took)
			}
		}
		if len(a.took) != len(want) {
			t.Fatalf("it knows of %d topics, and there are %d", len(a.took), len(want))
		}
	})
}

func TestThePastTellsWhatIsUsualInAnyOrderAndLeavesNothingOpen(t *testing.T) {
	answer, ask, open := said(30, "answer", "b", `{"to":"a"}`), said(10, "ask", "a", `{"to":"b","action":"audit"}`), said(40, "ask", "a", `{"to":"b","action":"audit"}`)
	a := NewAnswers()
	a.Recall([]*model.Record{&open, &answer, &ask})
	late := said(9000, "answer", "b", `{"to":"a"}`)
	a.Add(&late)
	if half, most, known := a.Usual("audit"); known != 1 || half != 20*time.Millisecond || most != half {
		t.Errorf("half within %v, nearly all within %v, of %d", half, most, known)
	}
}

func TestWhatIsNeverAnsweredIsLetGo(t *testing.T) {
	a := NewAnswers()
	for i := range 3 * answersWorkflows {
		r := said(i, "ask", "a", `{"to":"b","action":"audit"}`)
		r.Event.WorkflowID, r.Event.ID = fmt.Sprint(i), fmt.Sprint(i)
		a.Add(&r)
		r = said(i, "ask", "a", fmt.Sprintf(`{"to":"b","action":"%d"}`, i))
		r.Event.WorkflowID, r.Event.ID = "one", fmt.Sprint("one", i)
		a.Add(&r)
	}
	if n := len(a.open) + len(a.older); n > 2*answersWorkflows {
		t.Errorf("%d workflows are kept", n)
	}
	if n := max(len(a.open["one"]), len(a.older["one"])); n != answersOpen {
		t.Errorf("%d requests of one workflow are kept", n)
	}
	for i := range 2 * answersTopics { // a topic each
		for _, what := range []string{"ask", "answer"} {
			r := said(i, what, "a", fmt.Sprintf(`{"action":"%d"}`, i))
			r.Event.ID = fmt.Sprint(what, i)
			a.Add(&r)
		}
	}
	if len(a.took) != answersTopics {
		t.Errorf("%d topics are kept", len(a.took))
	}
	r := said(9_000, "answer", "b", `{"to":"a"}`)
	r.Event.WorkflowID = fmt.Sprint(3*answersWorkflows - 1)
	a.Add(&r)
	if _, _, known := a.Usual("audit"); known != 0 {
		t.Errorf("a topic beyond those is kept")
	}
}

func BenchmarkAnswers(b *testing.B) {
	a := NewAnswers()
	ask := said(0, "ask", "coordinator", `{"from":"coordinator","to":"auditor","conversation_id":"0192f7b2-0000-7000-8000-000000000000","action":"audit.run","body":{"contract":"ERC20"}}`)
	answer := said(9, "answer", "auditor", `{"from":"auditor","to":"coordinator","conversation_id":"0192f7b2-0000-7000-8000-000000000000","action":"audit.run","status":"ok"}`)
	b.ReportAllocs()
	for b.Loop() {
		a.Add(&ask)
		a.Add(&answer)
	}
}
