package dialog

import (
	"context"
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
	action
	templates                      []Draft
	template                       *widget.ChoiceField
	eventType, workflow, agent, id *widget.TextField
	data                           *widget.AreaField
	compact                        compacted
	typeRow                        *widget.FormRow
	types                          []string
	at                             time.Time // the event's timestamp: the last time that a key was pressed
	readers                        []string
	readersOf                      string
}

// fromHere is the first of the templates: what the dialog was opened with.
const fromHere = "none"

// NewInject makes the dialog, and the command that asks who reads the stream, when the draft names one. The templates
// and the streams' types that are known beside [model.KnownTypes] may be nil.
func NewInject(env Env, draft Draft, templates []Draft, types []model.Type) (*Inject, tea.Cmd) {
	d := &Inject{
		templates: append([]Draft{draft}, templates...),
		template:  widget.NewChoiceField(fromHere),
		eventType: widget.NewTextField("", checkType),
		workflow:  widget.NewTextField("", checkText),
		agent:     widget.NewTextField("", checkText),
		id:        widget.NewTextField(env.NewID(), checkText),
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
	d.typeRow = &widget.FormRow{Label: "Type", Field: d.eventType}
	d.action = newAction(env, "Inject an event", Target{},
		&widget.FormRow{Label: "Template", Field: d.template, Hidden: len(templates) == 0},
		d.typeRow,
		&widget.FormRow{Label: "Workflow", Field: d.workflow},
		&widget.FormRow{Label: "Agent", Field: d.agent},
		&widget.FormRow{Label: "Event ID", Field: d.id},
		&widget.FormRow{Label: "Data", Field: d.data, Touched: true},
	)
	d.editable = true
	d.fill(draft)
	cmd := d.inspect()
	d.refresh()
	d.fields.FocusFirst() // there is nothing to decide before something is typed
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

func checkText(text string) string {
	if !utf8.ValidString(text) {
		return "not valid UTF-8, which JSON can't hold"
	}
	return ""
}

// fill puts a draft into the fields; the event's ID stays fresh.
func (d *Inject) fill(draft Draft) {
	d.eventType.Set(string(draft.Type))
	d.workflow.Set(draft.WorkflowID)
	d.agent.Set(draft.SourceAgent)
	d.data.Set(draft.data())
}

// suggest lists the types that a text could become: those that begin with it, then those that hold it.
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

// inspect asks who reads the stream of the type; nil when that is no type yet.
func (d *Inject) inspect() tea.Cmd {
	if checkType(d.eventType.Text()) != "" {
		return nil
	}
	op, to := d.env.Op, d.stream()
	return d.look(func(ctx context.Context) (findings, error) {
		readers, err := change.Readers(ctx, op, to)
		return findings{to: to, readers: readers}, err
	})
}

func (d *Inject) stream() string { return d.env.Prefix + d.eventType.Text() }

// Update takes keys, and the answers to the dialog's own commands.
func (d *Inject) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.press(m)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		if !d.learn(m) {
			break
		}
		changed := d.readersOf == m.found.to && !slices.Equal(d.readers, m.found.readers)
		d.readers, d.readersOf = m.found.readers, m.found.to
		if d.clear(changed) {
			return d.act(), false
		}
	case edited:
		d.returned(m, d.data)
	case Done:
		d.take(m)
	}
	return nil, false
}

func (d *Inject) press(k tea.KeyMsg) (cmd tea.Cmd, done bool) {
	if k.String() == "ctrl+e" && d.env.Edit != nil && d.phase == asking {
		return d.openEditor(d.data.Text()), false
	}
	wasType, template := d.fields.Focused() == d.typeRow, d.template.Chosen()
	if d.phase == asking {
		d.at = d.env.Now()
	}
	next := d.step(k)
	if at := d.template.Chosen(); at != template {
		d.fill(d.templates[at])
		return d.inspect(), false
	}
	left := wasType && d.fields.Focused() != d.typeRow && d.stream() != d.readersOf
	if left && next == stay {
		next = lookAgain
	}
	return d.follows(next, d.inspect, d.act)
}

// Click presses the button under the mouse.
func (d *Inject) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.click(x, y), d.inspect, d.act)
}

// request is what the fields ask for.
func (d *Inject) request() (change.AppendRequest, error) {
	return d.templates[d.template.Chosen()].beside(&d.env, injection(&d.env, d.event(), d.at))
}

// event is what the fields say.
func (d *Inject) event() model.Event {
	return model.Event{
		ID: d.id.Text(), Type: model.Type(d.eventType.Text()), WorkflowID: d.workflow.Text(), SourceAgent: d.agent.Text(),
		Data: []byte(d.compact.of(d.data)),
	}
}

func (d *Inject) act() tea.Cmd {
	op := d.env.Op
	request, err := d.request()
	if err != nil {
		return nil // the button says why
	}
	return d.send("inject", "inject", func(ctx context.Context) Done {
		result, err := op.Append(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil {
			done.Added = model.Key{Stream: request.Stream, ID: result.ID}
			done.Summary = "added as " + result.ID.String() + " to " + request.Stream
		}
		return done
	})
}

// refresh works out what follows from the fields: the button and the command.
func (d *Inject) refresh() {
	d.preview(nil)
	why := ""
	if checkType(d.eventType.Text()) == "" && d.data.Problem() == "" {
		request, err := d.request()
		if err == nil {
			d.preview(request.Commands())
		} else {
			why = err.Error()
		}
	}
	d.offer("Inject", why)
}

// Draw is the framed box.
func (d *Inject) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.form(d.fields)
		switch {
		case d.eventType.Problem() != "":
		case d.readersOf == d.stream():
			p.readers(d.readers, d.readersOf, "this")
		case d.looking:
			p.text(p.Strong, "Asking who reads "+d.stream()+"…")
		default:
			p.text(p.Strong, "Who reads "+d.stream()+" is asked when you leave the field.")
		}
		d.sends(p)
		d.state(p)
	})
}
