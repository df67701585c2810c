package live

import (
	"fmt"
	"testing"

	"streamdesk/model"
)

func TestAnAgentWasLastHeardOfInItsNewestEvent(t *testing.T) {
	d := NewData(10)
	said := func(agent string, ms uint64) model.Record {
		return model.Record{Entry: model.Entry{Stream: "events:a.b", ID: model.Position{Ms: ms}}, Event: model.Event{SourceAgent: agent}}
	}
	d.Apply(Batch{Records: []model.Record{said("a", 5), said("b", 7), said("a", 9), said("b", 6), said("", 10)}}, start)
	if len(d.Agents) != 2 || d.Agents["a"].Ms != 9 || d.Agents["b"].Ms != 7 {
		t.Errorf("the agents are %v", d.Agents)
	}
	d.Apply(Batch{Before: Before{Records: []model.Record{said("c", 4), said("a", 2)}}}, start)
	if len(d.Agents) != 3 || d.Agents["a"].Ms != 9 || d.Agents["c"].Ms != 4 {
		t.Errorf("with what was before the agents are %v", d.Agents)
	}
	for i := range 2 * agentsMost {
		r := said(fmt.Sprint(i), 1)
		d.Agents.hear(&r)
	}
	again := said("a", 20)
	d.Agents.hear(&again)
	if len(d.Agents) != agentsMost || d.Agents["a"].Ms != 20 {
		t.Errorf("%d agents are known, a since %v", len(d.Agents), d.Agents["a"])
	}
}
