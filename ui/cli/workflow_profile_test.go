package cli

import (
	"fmt"
	"testing"

	"streamdesk/bus/redistest"
)

// A workflow of other streams goes through the stages that the settings give them, HyperAgent's own through its own.
func TestAWorkflowGoesThroughTheStagesOfItsProfile(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	for _, line := range []string{
		`XADD events:payment.completed * data '{"type":"payment.completed","workflow_id":"order-7","data":{}}'`,
		`XADD events:audit.started * data '{"type":"audit.started","workflow_id":"wf-1","data":{}}'`,
	} {
		send(t, client, line)
	}
	h := newHost(t, server.Addr())
	settingsIn(t, h, "[[workflow.profile]]\nstreams = \"events:payment.*\"\nstages = [\"payment\", \"packing\"]\n", map[string]string{})
	for id, want := range map[string]string{
		"order-7": "[workflow payment packing] packing",
		"wf-1":    "[workflow generation audit testing deployment] audit",
	} {
		told := objects(t, h.want(t, "workflow", id, "--output", "json"))[0]
		var names []any
		stages, _ := told["stages"].([]any)
		for _, s := range stages {
			stage, _ := s.(map[string]any)
			names = append(names, stage["stage"])
		}
		waits, _ := told["waits_for"].([]any)
		first, _ := waits[0].(map[string]any)
		if got := fmt.Sprint(names, " ", first["stage"]); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}
