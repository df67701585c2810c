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
	// Profiles say it for workflows of some streams; the first that fits holds.
	Profiles []WorkflowProfile `toml:"profile"`
}

// WorkflowProfile is what workflows of some streams go through.
type WorkflowProfile struct {
	// Streams is a glob of stream keys: a workflow is of the profile when one of its events is on one of them.
	Streams string `toml:"streams"`
	// Stages are as those of [Workflow].
	Stages List `toml:"stages"`
}

func defaultWorkflow() Workflow { return Workflow{Stages: workflow.HyperAgent()[0].Stages} }

// All are the profiles in their order, the one for all streams last.
func (w Workflow) All() []workflow.Profile {
	all := make([]workflow.Profile, 0, len(w.Profiles)+1)
	for _, p := range w.Profiles {
		all = append(all, workflow.Profile{Streams: p.Streams, Stages: p.Stages})
	}
	return append(all, workflow.Profile{Stages: w.Stages})
}

func (f *check) workflow(w Workflow) {
	f.stages("workflow.stages", w.Stages)
	for i, p := range w.Profiles {
		table := elementName("workflow.profile", i)
		if p.Streams == "" {
			f.refuse(table+".streams", `it is missing; name the streams, such as streams = "orders:*"`)
		}
		f.stages(table+".stages", p.Stages)
	}
}

func (f *check) stages(key string, stages List) {
	for i, family := range stages {
		switch {
		case family == "" || strings.Contains(family, "."):
			f.refuse(key, `%q is no family; write what stands before the dot of event types, such as "audit" of audit.failed`, family)
		case family == model.FamilyWorkflow || family == model.FamilyA2A:
			f.refuse(key, "%q has a place of its own; leave it out", family)
		case slices.Contains(stages[:i], family):
			f.refuse(key, "%q stands twice; keep one", family)
		}
	}
}
