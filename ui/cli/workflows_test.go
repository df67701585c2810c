package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/ui/cli/program"
)

// The bus is the one of [commands], as it is at noon.
func TestLooksOfTheWorkflows(t *testing.T) {
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := servers["embedded"](t, clock)
	fill(t, client, clock)
	h := newHost(t, client.Options().Addr)
	for name, args := range map[string][]string{
		"text": {"workflows", "--since", "0"}, "json": {"workflows", "--since", "0", "--output", "json"}, "hour": {"workflows"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := h.run(t.Context(), "", args...)
			if r.code != program.ExitDone || r.err != wrongType {
				t.Errorf("exit %d, stderr %q", r.code, r.err)
			}
			golden.RequireEqual(t, r.out)
		})
	}
}

func TestWorkflowsAreNarrowedByVerdictAndWords(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, start(t, &handClock{now: atNoon}).Options().Addr)
			for _, args := range [][]string{
				{"workflow.started", "--workflow", "wf-1", "--agent", "planner"},
				{"generation.started", "--workflow", "wf-1", "--agent", "coder"},
				{"workflow.started", "--workflow", "wf-2"},
				{"workflow.failed", "--workflow", "wf-2", "--data", `{"error":"stack too deep"}`},
				{"workflow.started", "--workflow", "wf-3"},
				{"workflow.completed", "--workflow", "wf-3"},
			} {
				h.want(t, append([]string{"publish", "--data", "{}"}, args...)...)
			}
			for args, want := range map[string]string{
				"":                               "wf-2 wf-1 wf-3",
				"--only failed":                  "wf-2",
				"--only running,done":            "wf-1 wf-3",
				"coder":                          "wf-1",
				"GENERATION wf":                  "wf-1",
				"--only failed coder":            "",
				"--since 2000-01-01 --only done": "wf-3",
			} {
				var ids []string
				for _, o := range rowsOf(t, h.want(t, append([]string{"workflows", "--output", "json"}, strings.Fields(args)...)...)) {
					id, _ := o["workflow_id"].(string)
					ids = append(ids, id)
				}
				if got := strings.Join(ids, " "); got != want {
					t.Errorf("%q: %s, want %s", args, got, want)
				}
			}
			failed := rowsOf(t, h.want(t, "workflows", "--only", "failed", "--output", "json"))[0]
			if why, _ := failed["why"].(string); failed["verdict"] != "failed" || !strings.Contains(why, "stack too deep") || failed["failures"] != 1.0 {
				t.Errorf("%v", failed)
			}
			if r := h.run(t.Context(), "", "workflows", "--only", "fialed"); r.code != program.ExitWrongUse || !strings.Contains(r.err, "do you mean failed?") {
				t.Errorf("%+v", r)
			}
			if r := h.run(t.Context(), "", "workflows", "nobody"); r.out != "" && strings.Contains(r.out, "wf-") || !strings.Contains(r.err, "none of them is asked for") {
				t.Errorf("%+v", r)
			}
		})
	}
}

// rowsOf are the objects of a list in JSON.
func rowsOf(t *testing.T, text string) (rows []map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return rows
}
