package config

import (
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/workflow"
)

// Workflow is what workflows go through.
type Workflow struct {
	// Stages are the families of the stages, in order; other families come behind them, in the order of their first events.
	Stages List `toml:"stages"`
}

func defaultWorkflow() Workflow { return Workflow{Stages: workflow.HyperAgent()} }

func (f *check) workflow(w Workflow) {
	for i, family := range w.Stages {
		switch {
		case family == "" || strings.Contains(family, "."):
			f.refuse("workflow.stages", `%q is no family; write what stands before the dot of event types, such as "audit" of audit.failed`, family)
		case family == model.FamilyWorkflow || family == model.FamilyA2A:
			f.refuse("workflow.stages", "%q has a place of its own; leave it out", family)
		case slices.Contains(w.Stages[:i], family):
			f.refuse("workflow.stages", "%q stands twice; keep one", family)
		}
	}
}
