package config

import (
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/workflow"
)

// Workflow says which stages workflows have.
type Workflow struct {
	// Stages are the families of the stages, in order; other families come after them, in the order of their first events.
	Stages List `toml:"stages"`
	// Profiles say it for workflows of some streams; the first that matches applies.
	Profiles []WorkflowProfile `toml:"profile"`
}

// WorkflowProfile says which stages workflows of some streams have.
type WorkflowProfile struct {
	// Streams is a glob of stream keys: the profile is for each workflow that has an event in one of them.
	Streams string `toml:"streams"`
	// Stages are like those of [Workflow].
	Stages List `toml:"stages"`
}

func defaultWorkflow() Workflow { return Workflow{Stages: workflow.HyperAgent()[0].Stages} }

// All returns the profiles in their order, the one for all streams last.
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
