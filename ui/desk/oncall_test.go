package desk

import (
	"strings"
	"testing"

	"streamdesk/model/config"
)

// onCallMost is how many keys it may take from the first screen to what somebody on call wants to see, or to the dialog of what
// has to be done. What is typed into a field is no key, but what goes to it is.
const onCallMost = 4

// onCall is a desk on a bus with something of everything, on its first screen: a poison entry, workflows that failed, dead letters,
// groups that hold entries.
func onCall(t *testing.T) *harness {
	t.Helper()
	b := withFaults(t, 120, 40, func(o *Options) {
		o.Config.Templates = []config.Template{{Name: "again", Type: "workflow.retried", Agent: "on-call"}}
	})
	withWorkflows(b)
	withDeadLetters(b)
	b.pass(readAgain)
	b.look()
	return b
}

const (
	poisoned = "events:family20.progress"
	buried   = "events:generation.failed"
)

func (b *harness) length(stream string) int64 {
	b.t.Helper()
	n, err := b.client.XLen(b.t.Context(), stream).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// acked acknowledges everything that is pending of a stream.
func (b *harness) acked(stream string) {
	b.t.Helper()
	for _, group := range []string{"db_writers", "log_aggregators", "metrics_collectors", "websocket_workers"} {
		if err := b.client.XAck(b.t.Context(), stream, group, b.pendingIDs(stream, group)...).Err(); err != nil {
			b.t.Fatal(err)
		}
	}
	b.look()
}

// script presses keys, lets the desk come to rest after each, and types what stands in quotes.
func (b *harness) script(keys string) (pressed int) {
	b.t.Helper()
	for key := range strings.FieldsSeq(keys) {
		if text, quoted := strings.CutPrefix(key, `"`); quoted {
			b.typing(strings.TrimSuffix(text, `"`))
			continue
		}
		b.press(key)
		b.settled()
		pressed++
	}
	return pressed
}

func TestWhatSomebodyOnCallDoesTakesFewKeys(t *testing.T) {
	t.Parallel()
	for _, job := range []struct {
		name    string
		prepare func(b *harness)
		// keys lead to what has to be seen or to the dialog, then carry it out.
		keys string
		sees []string
		then string
		done func(b *harness) bool
	}{
		{name: "find why a group lags", keys: "f4", sees: []string{"log_aggregators on family20.progress: poison: delivered 6 times (limit"}},
		{
			name: "the poison entry to the dead letters", keys: "f4 enter D", sees: []string{"log_aggregators gives this entry up"}, then: "tab enter",
			done: func(b *harness) bool {
				return b.length("dead:"+poisoned) == 1 && len(b.pendingIDs(poisoned, "log_aggregators")) == 0
			},
		},
		{
			name: "who holds an entry", keys: `' "1795442665000-0" enter`,
			sees: []string{"log_aggreg… ● worker-1 6m23s ×1", "db_writers  ● worker-1 6m23s ×1"},
		},
		{
			name: "replay a failed event", keys: `f3 / "tr1ed" enter R`, sees: []string{"audit.failed", "wf-tr1ed", "Republish 1 entry"}, then: "tab enter",
			done: func(b *harness) bool { return b.length("events:audit.failed") == 3 },
		},
		{
			name: "follow a workflow from end to end", keys: `f3 / "5tuck" enter enter`, sees: []string{"Workflow wf-5tuck", "audit.started", "wf:wf-5tuck"},
			done: func(b *harness) bool { return b.workflow().Course().Len() == 4 },
		},
		{name: "compare two workflows", keys: "f3 space j =", sees: []string{"Compare workflows", "wf-tr1ed", "difference", "◀ part"}},
		{
			name: "inject from a template", keys: "i right", sees: []string{"‹ again › 2/2", "XADD events:workflow.retried * data"}, then: "shift+tab enter",
			done: func(b *harness) bool { return b.length("events:workflow.retried") == 2 },
		},
		{
			name: "dead letters back",
			prepare: func(b *harness) {
				b.bury(b.publish("generation.failed", "wf-7", "{}"), "db_writers", "disk full", 5)
				b.look()
			},
			keys: "8 enter a R", sees: []string{"─Requeue", "nobody receives 4 entries again until one"}, then: "tab enter",
			done: func(b *harness) bool { return b.length("dead:"+buried) == 0 },
		},
		{
			name: "a safe trim", prepare: func(b *harness) { b.acked(poisoned) }, keys: "T",
			sees: []string{"Removes 1 entry that every group has acknowledged"}, then: "tab enter",
			done: func(b *harness) bool { return b.length(poisoned) == 2 },
		},
		{
			name: "what happened", prepare: func(b *harness) { b.acked(poisoned) }, keys: "!",
			sees: []string{"nothing is wrong now · 1 ended", "ended: delivered 6 times (limit 3)"},
		},
	} {
		t.Run(job.name, func(t *testing.T) {
			t.Parallel()
			b := onCall(t)
			if job.prepare != nil {
				job.prepare(b)
			}
			if n := b.script(job.keys); n > onCallMost {
				t.Errorf("%d keys, want at most %d", n, onCallMost)
			}
			for _, text := range job.sees {
				b.sees(text)
			}
			b.script(job.then)
			if job.done != nil && !job.done(b) {
				t.Errorf("it isn't done:\n%s", stripped(b.screen()))
			}
		})
	}
}
