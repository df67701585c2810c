package metrics

import "streamdesk/model"

func knownTypes() []string {
	var names []string
	for _, t := range model.KnownTypes() {
		names = append(names, string(t))
	}
	return names
}

// stages returns the families that have a stage of their own.
func stages() []string {
	return []string{
		model.FamilyWorkflow, model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment, model.FamilyA2A,
	}
}
