package workflow

import (
	"fmt"
	"testing"
	"time"
)

func TestTwoWorkflowsAreHeldAgainstEachOther(t *testing.T) {
	const whole = "0 workflow.started 1 generation.started 5 generation.completed 6 audit.started 9 audit.completed 20 workflow.completed"
	for _, c := range []struct {
		name, left, right string
		want              string
	}{
		{"the same", whole, whole, "6 the same"},
		{"progress and talk are passed over", whole, "0 workflow.started 1 generation.started 3 generation.progress 4 a2a.message 5 generation.completed 6 audit.started 9 audit.completed 20 workflow.completed", "6 the same"},
		{"one hangs", "0 workflow.started 1 generation.started 5 generation.completed 6 audit.started", whole, "4 the same, then nothing and audit.completed"},
		{"one fails", "0 workflow.started 1 generation.started 5 generation.failed", whole, "2 the same, then generation.failed and generation.completed"},
		{"nothing in common", "0 order.started", whole, "0 the same, then order.started and workflow.started"},
		{"one is empty", "", whole, "0 the same, then nothing and workflow.started"},
	} {
		left, right := New("wf", HyperAgent()), New("wf", HyperAgent())
		for _, r := range workflowOf(t, c.left) {
			left.Add(&r)
		}
		for _, r := range workflowOf(t, c.right) {
			right.Add(&r)
		}
		got := func(a, b *Workflow) string {
			c := Compare(a, b)
			text := fmt.Sprint(c.Same, " the same")
			if c.Parts {
				text += ", then " + named(c.LeftNext) + " and " + named(c.RightNext)
			}
			return text
		}
		if text := got(left, right); text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
		pairs := Compare(left, right).Stages
		if n := len(Compare(right, left).Stages); n != len(pairs) {
			t.Errorf("%s: %d stages, the other way round %d", c.name, len(pairs), n)
		}
	}
}

func named(e *Event) string {
	if e == nil {
		return "nothing"
	}
	return string(e.Type)
}

func TestHowMuchLongerAStageTookIsKnownWhereBothEndsAre(t *testing.T) {
	course := func(text string) *Workflow {
		w := New("wf", HyperAgent())
		for _, r := range workflowOf(t, text) {
			w.Add(&r)
		}
		return w
	}
	right := course("0 audit.started 1000 audit.completed")
	now := time.UnixMilli(1_700_000_000_000 + 5000)
	for text, want := range map[string]time.Duration{
		"0 audit.started 3000 audit.completed": 2 * time.Second,
		"0 audit.started 500 audit.completed":  -500 * time.Millisecond,
		"0 audit.started":                      4 * time.Second,
		"500 audit.completed":                  -1,
		"0 testing.started":                    -1,
	} {
		c := Compare(course(text), right)
		for i := range c.Stages {
			if p := &c.Stages[i]; p.Family == "audit" {
				longer, known := p.Longer(now)
				if known != (want != -1) || known && longer != want {
					t.Errorf("%s: longer by %v (%v), want %v", text, longer, known, want)
				}
			}
		}
	}
}
