package live

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

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

func TestFlowsCountTheLastMinutesInAnyOrder(t *testing.T) {
	minute := uint64(time.Minute.Milliseconds())
	rapid.Check(t, func(t *rapid.T) {
		now := model.Position{Ms: 1000*minute + 30_000}
		ids := rapid.SliceOfN(rapid.Uint64Range(now.Ms-8*minute, now.Ms), 1, 60).Draw(t, "entries")
		f := Flows{ways: map[Way]*flow{}}
		newest, oldest, want := ids[0], ids[0], 0
		for _, ms := range ids {
			r := model.Record{Entry: model.Entry{Stream: "s", ID: model.Position{Ms: ms}}, Event: model.Event{SourceAgent: "a"}}
			f.hear(&r)
			newest, oldest = max(newest, ms), min(oldest, ms)
			if ms/minute > now.Ms/minute-flowMinutes {
				want++
			}
		}
		got := f.Last(now.Time())
		seconds := float64(now.Ms-max(oldest, (now.Ms/minute-flowMinutes+1)*minute)) / 1000
		if len(got) != 1 || math.Abs(got[0].PerSecond*max(seconds, 1)-float64(want)) > 1e-6 || got[0].Quiet.Milliseconds() != int64(now.Ms-newest) {
			t.Fatalf("%+v, want %d in %v s, the newest %d ms ago", got, want, seconds, now.Ms-newest)
		}
	})
}
