package websocket

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"streamdesk/model"
)

// filter is what a client asks for.
type filter struct {
	workflows []string // any of them; none means all
	types     []string // globs, any of them; none means all
	from      model.Position
	resumes   bool // from was given
}

// parseFilter parses the query of a request.
func parseFilter(query url.Values) (filter, error) {
	f := filter{workflows: query["workflow_id"], types: query["type"]}
	for name := range query {
		if !slices.Contains([]string{"workflow_id", "type", "from"}, name) {
			return f, fmt.Errorf("%s: there is no such parameter; want workflow_id, type or from", name)
		}
	}
	if slices.Contains(f.workflows, "") {
		return f, fmt.Errorf("workflow_id: it is empty; name a workflow, or leave it out for all")
	}
	if slices.Contains(f.types, "") {
		return f, fmt.Errorf("type: it is empty; write a glob such as workflow.*, or leave it out for all")
	}
	slices.Sort(f.workflows)
	f.workflows = slices.Compact(f.workflows)
	if !query.Has("from") {
		return f, nil
	}
	text := query.Get("from")
	from, err := model.ParsePosition(text)
	if err != nil || strings.ContainsAny(text, "+ ") || text == "-" {
		return f, fmt.Errorf("from: %q is no entry ID; want milliseconds-sequence, such as 1700000000000-0, or 0 for the beginning", text)
	}
	f.from, f.resumes = from, true
	return f, nil
}

// joined returns the workflows under which the hub keeps a client with this filter.
func (f *filter) joined() []string {
	if len(f.workflows) == 0 {
		return []string{""}
	}
	return f.workflows
}

// wantsEntry reports whether a client wants an entry of this type's stream, regardless of its workflow.
func (f *filter) wantsEntry(kind string, id model.Position) bool {
	return !id.Before(f.from) && f.wantsType(kind)
}

func (f *filter) wantsType(kind string) bool {
	return len(f.types) == 0 || slices.ContainsFunc(f.types, func(glob string) bool { return model.MatchGlob(glob, kind) })
}

func (f *filter) wantsWorkflow(id string) bool {
	return len(f.workflows) == 0 || slices.Contains(f.workflows, id)
}
