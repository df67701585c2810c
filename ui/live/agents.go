package live

import (
	"strings"

	"streamdesk/model"
)

// agentsMost bounds how many agents are known: whoever invents a new one each time gets no memory out of it.
const agentsMost = 5000

// Agents is when each agent was last heard of, in whatever it has published.
type Agents map[string]model.Position

// hear takes in who has published a record.
func (a Agents) hear(r *model.Record) {
	name := r.Event.SourceAgent
	last, known := a[name]
	switch {
	case name == "" || known && r.ID.Before(last) || !known && len(a) >= agentsMost:
		return
	case !known:
		name = strings.Clone(name)
	}
	a[name] = r.ID
}
