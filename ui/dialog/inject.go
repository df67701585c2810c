package dialog

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/widget"
)

// Inject asks for an event to be published by hand.
type Inject struct {
	Change
	templates                      []Draft
	template                       *widget.ChoiceField
	filled                         int // the index of the template that the fields were filled from
	eventType, workflow, agent, id *widget.TextField
	when                           *widget.TextField // "" publishes now
	data                           *widget.AreaField
	compact                        compacted
	types                          []string
	at                             time.Time // the event's timestamp: the time of the last key press
}

// injecting is the kind of change of the dialogs that inject.
var injecting = change.Kind{Name: "inject", Title: "Inject an event", Button: "Inject", On: change.Bus}

// fromHere is the name of the first template: the draft that the dialog was opened with.
const fromHere = "none"

// NewInject returns a new dialog and, when the draft names a type, the command that asks which groups read the stream. types
// are known stream types in addition to [model.KnownTypes]. templates and types may be nil.
func NewInject(env Env, draft Draft, templates []Draft, types []model.Type) (*Inject, tea.Cmd) {
	d := &Inject{
		templates: append([]Draft{draft}, templates...),
		template:  widget.NewChoiceField(fromHere),
		eventType: widget.NewTextField("", checkType),
		workflow:  widget.NewTextField("", checkText),
		agent:     widget.NewTextField("", checkText),
		id:        widget.NewTextField(env.NewID(), checkText),
		when:      widget.NewTextField("", func(text string) string { return checkWhen(text, env.Now()) }),
		data:      newJSONField("{}"),
		at:        env.Now(),
	}
	for _, t := range append(model.KnownTypes(), types...) {
		if !slices.Contains(d.types, string(t)) {
			d.types = append(d.types, string(t))
		}
	}
	for _, t := range templates {
		d.template.Options = append(d.template.Options, t.Name)
	}
	d.eventType.Suggest = d.suggest
	d.kind, d.choice, d.given, d.own, d.text = &injecting, widget.NewChoiceField(), true, d, d.data
	d.action = newAction(env, injecting.Title, Target{},
		&widget.FormRow{Label: "Template", Field: d.template, Hidden: len(templates) == 0},
		&widget.FormRow{Label: "Type", Field: d.eventType},
		&widget.FormRow{Label: "Workflow", Field: d.workflow},
		&widget.FormRow{Label: "Agent", Field: d.agent},
		&widget.FormRow{Label: "Event ID", Field: d.id},
		&widget.FormRow{Label: "Data", Field: d.data, Touched: true},
		&widget.FormRow{Label: "Due", Field: d.when, Hint: "empty: now; in 10m, 15:04, or a date and a time"},
	)
	d.fill(draft)
	cmd := d.inspect()
	d.refresh()
	d.fields.FocusFirst() // the person has to type something before there is anything to confirm
	return d, cmd
}

func checkType(text string) string {
	if text == "" {
		return "name a type, such as workflow.started"
	}
	if err := model.Type(text).Validate(); err != nil {
		return strings.TrimPrefix(err.Error(), model.ErrType.Error()+": ")
	}
	return ""
}

// parseWhen returns when an event is due: "in 10m" or "10m" from now on, or at a time.
func parseWhen(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if d, err := model.ParseAge(strings.TrimSpace(strings.TrimPrefix(text, "in "))); err == nil {
		return now.Add(d), nil
	}
	return model.ParseDue(text, now)
}

func checkWhen(text string, now time.Time) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	if _, err := parseWhen(text, now); err != nil {
		return "want in 10m, 15:04, 2026-11-23 15:04 or 2026-11-23T15:04:05Z"
	}
	return ""
}

func checkText(text string) string {
	if !utf8.ValidString(text) {
		return "not valid UTF-8, which JSON can't hold"
	}
	return ""
}

// fill copies a draft into the fields, except for the event ID.
func (d *Inject) fill(draft Draft) {
	d.eventType.Set(string(draft.Type))
	d.workflow.Set(draft.WorkflowID)
	d.agent.Set(draft.SourceAgent)
	d.data.Set(draft.data())
}

// suggest returns the types that begin with a text, then the types that contain it.
func (d *Inject) suggest(text string) []string {
	var begin, hold []string
	for _, t := range d.types {
		switch {
		case t == text:
		case strings.HasPrefix(t, text):
			begin = append(begin, t)
		case strings.Contains(t, text):
			hold = append(hold, t)
		}
	}
	return append(begin, hold...)
}

func (d *Inject) stream() string { return d.env.Prefix + d.eventType.Text() }

// Update handles keys, and the answers to the dialog's own commands.
func (d *Inject) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if _, pressed := msg.(tea.KeyMsg); pressed && d.phase == asking {
		d.at = d.env.Now()
	}
	return d.Change.Update(msg)
}

// follow fills the fields when another template was chosen.
func (d *Inject) follow() {
	if at := d.template.Chosen(); at != d.filled {
		d.filled = at
		d.fill(d.templates[at])
	}
}

// wants returns the stream whose readers a look asks for; "" while the type is invalid.
func (d *Inject) wants() string {
	if checkType(d.eventType.Text()) != "" {
		return ""
	}
	return d.stream()
}

// made returns the change that the fields ask for.
func (d *Inject) made() change.Change {
	made := &change.Injection{Entries: []change.AppendRequest{{Stream: d.stream()}}}
	if d.wants() == "" || d.data.Problem() != "" || d.when.Problem() != "" {
		return made
	}
	at := d.at
	if due, err := parseWhen(d.when.Text(), d.at); err == nil {
		at, made.Entries[0].Due, made.Entries[0].EventID = due, due, d.id.Text()
	}
	e := d.event()
	request, err := d.templates[d.filled].beside(&d.env, injection(&d.env, e, at))
	made.Entries[0].Fields = request.Fields
	if err != nil {
		made.Refused = err.Error()
	}
	made.Unfit = d.env.Op.Unfit(&e)
	return made
}

// event returns the event with the values of the fields.
func (d *Inject) event() model.Event {
	return model.Event{
		ID: d.id.Text(), Type: model.Type(d.eventType.Text()), WorkflowID: d.workflow.Text(), SourceAgent: d.agent.Text(),
		Data: []byte(d.compact.of(d.data)),
	}
}
