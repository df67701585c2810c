// Package conversation is the pane of what the agents of one workflow do and say to each other, as a sequence diagram: a lifeline for
// each agent, arrows for what they ask and answer, and marks for all else. Start reading at [Pane].
package conversation

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/older"
	"streamdesk/ui/pane/typed"
	"streamdesk/ui/widget"
)

// Spec is the pane's name, key and menu.
var Spec = pane.Spec{
	Name: "Conversation", Key: "v", Over: true, Inward: "Event",
	Menu: []string{"open", "workflow", "filter", "", "chart-in", "chart-out", "", "copy", "copy-menu", "republish", "edit", "pin", "", "back"},
}

// Pane is the pane of a workflow's conversation. The cursor is on one of its events, pinned to the entry; events may come in at
// either end.
type Pane struct {
	profiles    []workflow.Profile // those of [workflow.New]
	course      *workflow.Workflow // nil while nothing is shown
	history     older.Search
	pinned      *model.Key // nil while the cursor is on the newest event
	typed.Words            // one of which an agent's name has to contain
	zoom        int        // how many steps finer than chosen the scale is, negative for coarser

	// What was derived from the course, unless it is stale.
	stale  bool
	talk   workflow.Conversation
	shown  []int // the turns that match the words, and the agents in them
	agents []int

	// How it was last fitted.
	rows          []row
	scale         time.Duration // the time that a line without an event stands for, 0 for none
	sight         widget.Sight  // the rows in sight
	left, columns int           // the first lifeline in sight, and how many are
	wide          int           // the distance between lifelines
	aside         bool          // the lifelines were moved sideways since the cursor was moved
}

// New returns a pane that shows nothing. Profiles say which stages workflows have, see [workflow.New].
func New(profiles []workflow.Profile) *Pane {
	return &Pane{profiles: profiles, Words: typed.New()}
}

// Converse implements [pane.Conversing]: it shows what is known of the workflow, and searches for older events.
func (p *Pane) Converse(id string, at *model.Key, k pane.Known) {
	if p.course == nil || p.course.ID() != id {
		*p = *New(p.profiles)
		p.course = workflow.New(id, p.profiles)
	}
	p.pinned, p.stale = at, true
	p.Hear(k.Data.Log.OfWorkflow(id))
	if !p.history.Running && !p.history.Done {
		p.history.Begin(id, k.Data)
	}
}

// Rewound implements [pane.Rewinder].
func (p *Pane) Rewound(d *live.Data) {
	if p.course != nil {
		id := p.course.ID()
		*p = *New(p.profiles)
		p.Converse(id, nil, pane.Known{Data: d})
	}
}

// Hear implements [pane.Hearer].
func (p *Pane) Hear(records []model.Record) bool {
	if p.course == nil {
		return false
	}
	changed := false
	for i := range records {
		changed = p.course.Add(&records[i]) || changed
	}
	p.stale = p.stale || changed
	return changed
}

// Walk implements [pane.Walker].
func (p *Pane) Walk() *pane.Walk { return p.history.Walk() }

// Step implements [pane.Walker].
func (p *Pane) Step(step any, _ pane.Known) pane.Effect {
	p.Hear(p.history.Step(step))
	return pane.Effect{}
}

// Type implements [pane.Typer].
func (p *Pane) Type(key tea.KeyMsg) {
	p.Words.Type(key)
	p.stale = true
}

// Back implements [pane.Backer]: it shows all agents again, or, if they are shown, stops the search for older events.
func (p *Pane) Back(bool, pane.Known) (pane.Effect, bool) {
	p.stale = true
	if p.Drop() {
		return pane.Effect{}, true
	}
	p.history.Stop()
	return pane.Effect{}, false
}

// arrange derives the conversation and what is shown of it, when something has changed.
func (p *Pane) arrange() {
	if !p.stale {
		return
	}
	p.stale, p.talk = false, workflow.Converse(p.course)
	p.shown, p.agents = p.shown[:0], p.agents[:0]
	takesPart := make([]bool, len(p.talk.Agents))
	for i := range p.talk.Turns {
		t := &p.talk.Turns[i]
		if !p.None() && !p.Any(p.name(t.From)) && (t.To == workflow.None || !p.Any(p.name(t.To))) {
			continue
		}
		p.shown = append(p.shown, i)
		if takesPart[t.From] = true; t.To != workflow.None {
			takesPart[t.To] = true
		}
	}
	for at, is := range takesPart {
		if is {
			p.agents = append(p.agents, at)
		}
	}
}

// name returns an agent's name as it is shown.
func (p *Pane) name(agent int) string {
	switch {
	case agent == workflow.None:
		return "?"
	case p.talk.Agents[agent] == "":
		return "(no agent)"
	}
	return widget.Clean(p.talk.Agents[agent])
}

// cursor returns the index, among the shown turns, of the one under the cursor: the pinned one, or the nearest one.
func (p *Pane) cursor() (int, bool) {
	p.arrange()
	if len(p.shown) == 0 {
		return 0, false
	}
	if p.pinned == nil {
		return len(p.shown) - 1, true
	}
	turn, _ := p.course.Find(*p.pinned)
	at, _ := slices.BinarySearch(p.shown, turn)
	return pane.Clamp(at, len(p.shown)), true
}

// Subject implements [pane.Subjecter].
func (p *Pane) Subject(*live.Data) (model.Key, *model.Record, bool) {
	if p.course == nil {
		return model.Key{}, nil, false
	}
	at, ok := p.cursor()
	if !ok {
		return model.Key{}, nil, false
	}
	return p.talk.Turns[p.shown[at]].Key, nil, true
}

// Workflow implements [pane.Coursed].
func (p *Pane) Workflow() string {
	if p.course == nil {
		return ""
	}
	return p.course.ID()
}

// Move implements [pane.Pane]: the cursor goes from event to event.
func (p *Pane) Move(m pane.Move, _ pane.Known) {
	if p.course == nil {
		return
	}
	if at, ok := p.cursor(); ok {
		p.put(pane.Clamp(at+m.Step(p.sight.Height, len(p.shown)), len(p.shown)))
	}
}

// put puts the cursor on one of the turns that are shown. On the last one it stays with the newest event.
func (p *Pane) put(at int) {
	p.aside, p.pinned = false, nil
	if at < len(p.shown)-1 {
		key := p.talk.Turns[p.shown[at]].Key
		p.pinned = &key
	}
}

// Rows implements [pane.Searcher]: turns are searched by the agents, the type, what is asked and what they say.
func (p *Pane) Rows(pane.Known) pane.Rows {
	at, ok := -1, false
	if p.course != nil {
		at, ok = p.cursor()
	}
	if !ok {
		return pane.Rows{At: -1}
	}
	return pane.Rows{
		Len: len(p.shown), At: at, Go: p.put,
		Text: func(row int) string {
			t := &p.talk.Turns[p.shown[row]]
			text := p.name(t.From) + "\n" + widget.Clean(string(t.Type)) + "\n" + widget.Clean(t.Note)
			if t.Talks() {
				text += "\n" + p.name(t.To) + "\n" + widget.Clean(t.Talk.Action)
			}
			return text
		},
		On: p.turnOn,
	}
}

// turnOn returns which of the turns that are shown a line of the pane shows; none when it shows something else.
func (p *Pane) turnOn(line int) []int {
	if i, ok := p.sight.At(line - headLines); ok && i < len(p.rows) && p.rows[i].kind == rowTurn {
		if at, is := slices.BinarySearch(p.shown, p.rows[i].turn); is {
			return []int{at}
		}
	}
	return nil
}

// Click implements [pane.Pane].
func (p *Pane) Click(line int, _ *live.Data) {
	if i, ok := p.sight.At(line - headLines); ok && p.course != nil && i < len(p.rows) {
		if at, is := slices.BinarySearch(p.shown, p.rows[i].turn); is {
			p.put(at)
		}
	}
}

// Aside implements [pane.Sideways]: the lifelines move.
func (p *Pane) Aside(right bool) {
	p.aside = true
	if right {
		p.left++
	} else {
		p.left--
	}
}

// Zoom implements [pane.Zoomer].
func (p *Pane) Zoom(in bool, _ *live.Data) {
	if in {
		p.zoom++
	} else {
		p.zoom--
	}
}
