package dialog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// Change asks for confirmation of a change of any kind. It looks at the target when it opens and again right before it acts,
// and stops when the change would do more than it has shown.
type Change struct {
	action
	kind *change.Kind
	// row is the choice of a group in which the target is pending, or of a consumer of the group. It is hidden when there is
	// nothing to choose. For a new group it is the field for the name.
	row      *widget.FormRow
	choice   *widget.ChoiceField
	name     *widget.TextField
	given    bool
	consumer string
	none     bool              // there is no group or consumer to choose
	params   []*widget.FormRow // the rows of the kind's params, in the same order
	stands   []settled         // the value of each of them
	typed    *widget.TextField // asks for the group's name; nil when it needn't be typed
	// payload asks for another payload, holder for a group in which the target is pending; nil when the kind has no such param.
	payload *payloadForm
	holder  *widget.FormRow
	// own is a form that is used instead of the params'; nil when there is none.
	own ownForm
	// text is the field that the external editor edits; nil while there is nothing to edit.
	text *widget.AreaField

	plan  change.Plan
	known bool        // a look has succeeded for the form's values
	about string      // the form's values that the plan is about
	asked string      // the form's values that the newest look is about
	said  change.Plan // what is shown: the plan when it matches the form's values, with what follows from them
}

// NewChange returns a new dialog, and the command that looks at the target as it is now. When group is empty, a change of
// pending entries offers the groups in which the target is pending.
func NewChange(env Env, kind *change.Kind, target Target, group string) (*Change, tea.Cmd) {
	d := &Change{
		action: action{env: env, target: target}, kind: kind, choice: widget.NewChoiceField(), stands: make([]settled, len(kind.Params)),
	}
	d.given = kind.On != change.Consumer && (group != "" || kind.On != change.Pending)
	switch d.row = (&widget.FormRow{Label: "Group", Field: d.choice, Hidden: true}); kind.On {
	case change.NewGroup:
		d.row = d.nameRow()
	case change.Consumer:
		d.row.Label = "Consumer"
	default:
	}
	rows := []*widget.FormRow{d.row}
	for i := range kind.Params {
		row := d.paramRow(&kind.Params[i])
		d.params, rows = append(d.params, row), append(rows, row)
		if kind.Params[i].Type == change.JSON {
			rows = append(rows, d.payload.row)
		}
	}
	if kind.Typed != "" {
		rows = append(rows, d.typedRow(group))
	}
	d.action = newAction(env, kind.Title, target, rows...)
	d.leave()
	d.propose()
	d.enter(group, target.Consumer)
	cmd := d.inspect()
	d.refresh()
	if d.name != nil {
		d.fields.FocusFirst()
	}
	return d, cmd
}

// ownForm is a form other than the one of a kind's params.
type ownForm interface {
	// follow reacts to what was just entered into the form.
	follow()
	// made returns the change that the form asks for, as a copy that later edits don't alter.
	made() change.Change
	// wants returns the form's values that a look depends on; "" while they are invalid.
	wants() string
}

// enter sets the group that the change acts in, and the consumer that it is about.
func (d *Change) enter(group, consumer string) {
	d.group, d.consumer, d.title = group, consumer, d.kind.Title
	if group != "" {
		d.title += " · " + widget.Clean(group)
	}
}

// chosen returns the chosen consumer or group.
func (d *Change) chosen() string {
	if d.kind.On == change.Consumer {
		return d.consumer
	}
	return d.group
}

// frozen returns the target in the form that changes use.
func (d *Change) frozen() change.Target {
	t := d.target.frozen()
	t.Group, t.Consumer = d.group, d.consumer
	return t
}

// made returns the change of the target.
func (d *Change) made() change.Change { return d.maker()(d.frozen()) }

// maker returns a function that makes the change of a target with the form's current values.
func (d *Change) maker() func(t change.Target) change.Change {
	if d.own != nil {
		made := d.own.made()
		return func(change.Target) change.Change { return made }
	}
	kind, values := d.kind, d.values()
	return func(t change.Target) change.Change { return kind.Make(t, values) }
}

// inspect looks at the target, unless the values that the look depends on are invalid. It also finds the choices, if any.
func (d *Change) inspect() tea.Cmd {
	if !d.current() {
		d.known, d.changed = false, false
	}
	if d.asked = d.wants(); d.asked == "" {
		d.number++ // an answer that is still to come would be about other values
		d.looking, d.trouble = false, ""
		return nil
	}
	op, of, on, given, made := d.env.Op, d.frozen(), d.kind.On, d.given, d.maker()
	return d.look(func(ctx context.Context) (f findings, err error) {
		if !given {
			f.choices, err = choose(ctx, op, on, &of)
		}
		if f.group, f.consumer = of.Group, of.Consumer; err == nil && (given || len(f.choices) > 0) {
			f.plan, err = made(of).Look(ctx, op)
		}
		return f, err
	})
}

// absorb handles a look's answer and reports whether the change can be made now. The change uses the plan that was shown, as
// long as the newer plan isn't worse.
func (d *Change) absorb(m looked) bool {
	if !d.learn(m) {
		return false
	}
	newer, _ := m.found.plan.(change.Plan)
	moved := false
	if !d.given {
		d.none = len(m.found.choices) == 0
		moved = m.found.group != d.group // the target isn't pending there any more
		d.enter(m.found.group, m.found.consumer)
		d.choice.Options = m.found.choices
		d.choice.Choose(slices.Index(m.found.choices, d.chosen()))
		d.row.Hidden = d.none
		d.fields.Leave()
	}
	said := newer
	d.made().Say(&said)
	changed := moved || !d.known || len(change.Worse(d.said, said)) > 0
	if d.phase != checking || changed {
		d.plan, d.about, d.known = newer, d.asked, !d.none
	}
	d.offerHolders(newer.HeldIn)
	d.payload.offer(newer.Payload)
	d.leave()
	if d.phase == asking {
		d.propose()
	}
	if d.none {
		d.phase = asking
		return false
	}
	return d.clear(changed)
}

// Update handles keys, and the answers to the dialog's own commands.
func (d *Change) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		if m.String() == "ctrl+e" && d.text != nil && d.env.Edit != nil && d.phase == asking {
			return d.openEditor(d.text.Text()), false
		}
		return d.follows(d.steer(func() step { return d.step(m) }), d.inspect, d.act)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		if d.absorb(m) {
			return d.act(), false
		}
	case edited:
		if d.text != nil {
			d.returned(m, d.text)
		}
	case Done:
		return d.turn(m), false
	}
	return nil, false
}

// turn handles an answer, and starts the next page of a paged change.
func (d *Change) turn(m Done) tea.Cmd {
	if m.rest == nil || m.to != (ticket{of: &d.action, number: d.number}) {
		d.take(m)
		return nil
	}
	d.outcome = m
	return d.goOn(m.rest)
}

// Click presses the button under the mouse.
func (d *Change) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.steer(func() step { return d.click(x, y) }), d.inspect, d.act)
}

// steer passes a key or a click to the form. Another group, or another value that a look depends on, needs a new look. A text
// field asks for it when the focus leaves the field, not at every letter.
func (d *Change) steer(give func() step) step {
	choice, row := d.choice.Chosen(), d.fields.Focused()
	next := give()
	d.leave()
	if d.name != nil {
		d.group = d.name.Text()
	}
	d.payload.open()
	if d.own != nil {
		d.own.follow()
	}
	if d.choice.Chosen() != choice {
		if d.kind.On == change.Consumer {
			d.enter(d.group, d.choice.Text())
		} else {
			d.enter(d.choice.Text(), "")
		}
		d.plan, d.known, d.changed = change.Plan{}, false, false
		return lookAgain
	}
	if next != stay || d.phase != asking || d.wants() == d.asked {
		return next
	}
	if row != nil && row == d.fields.Focused() {
		if _, typing := row.Field.(*widget.TextField); typing {
			return stay
		}
	}
	return lookAgain
}

func (d *Change) act() tea.Cmd {
	d.paged = d.said.Whole > 0
	return d.goOn(d.made())
}

// goOn makes the change, or the next page of a paged one.
func (d *Change) goOn(made change.Change) tea.Cmd {
	kind, op, plan, ids := d.kind, d.env.Op, d.said, d.target.IDs
	return d.send(kind.Name, strings.ToLower(kind.Title[:1])+kind.Title[1:], func(ctx context.Context) Done {
		return carryOut(ctx, op, kind, made, plan, ids)
	})
}

// refresh derives the sentences, the button and the commands from the plan.
func (d *Change) refresh() {
	why := ""
	switch {
	case d.none:
		why = d.nothing()
	case d.chosen() == "" && !d.given && d.trouble != "":
		why = "no " + strings.ToLower(d.row.Label) + " is known"
	case d.typed != nil && d.typed.Problem() != "":
		why = "type the group's name above first"
	}
	d.said = change.Plan{}
	if d.current() {
		d.said = d.plan
	}
	if d.given || d.chosen() != "" {
		d.made().Say(&d.said)
	}
	if d.payload != nil {
		d.text = d.payload.edited()
	}
	d.editable = d.text != nil
	if d.faulty() {
		d.said.Commands, d.said.More = nil, 0
	}
	if d.looking {
		d.said.Nothing = "" // perhaps only because nothing is known yet
	}
	d.offer(cmp.Or(d.said.Button, d.kind.Button, d.kind.Title+" "+d.target.count()), cmp.Or(why, widget.Clean(d.said.Nothing)))
	d.preview(d.said.Commands)
	d.surplus += d.said.More
}

// Draw returns the framed box.
func (d *Change) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		switch {
		case d.target.Letters:
			p.letters(&d.target)
		case len(d.target.IDs) > 0:
			var entries []model.Entry
			if d.kind.On == change.Entries {
				entries = d.plan.Entries
			}
			p.targetTable(&d.target, d.plan.Holdings, entries)
		case len(d.said.Table.Rows) > 0:
			p.plainTable(&d.said.Table)
		}
		if d.typed == nil { // the name to type stands below the text that it confirms
			p.form(d.fields)
		}
		if d.payload != nil && d.payload.fixed != "" {
			p.text(p.Warn, "It can't be edited. "+d.payload.fixed+".")
		}
		if d.none {
			p.text(p.Warn, d.noneThere())
		} else {
			if about := d.wants(); about != "" && about != d.asked {
				p.text(p.Dim, "What that means is asked when you leave the field.")
			}
			p.text(p.Strong, cleaned(d.said.Says)...)
			if d.said.Names != "" && !p.tight {
				p.add(painted(p.Dim, widget.Fold(p.width, widget.Clean(d.said.Names)))...)
			}
			p.text(p.Text, cleaned(d.said.Details)...)
			p.text(p.Warn, cleaned(d.said.Warns)...)
		}
		if d.typed != nil {
			p.form(d.fields)
		}
		d.sends(p)
		d.state(p)
	})
}

// nothing returns the reason why there is nothing to do when there is no choice; noneThere returns it as a sentence.
func (d *Change) nothing() string {
	if d.kind.On == change.Consumer {
		return "the group has no consumers"
	}
	return "nothing to " + d.kind.Does
}

func (d *Change) noneThere() string {
	if d.kind.On == change.Consumer {
		return "No consumer is in " + widget.Clean(d.group) + "."
	}
	return "No group has " + words.These(len(d.target.IDs)) + " pending: there is nothing to " + d.kind.Does + "."
}

// cleaned returns the sentences with the names in them made safe to draw.
func cleaned(sentences []string) []string {
	clean := make([]string, len(sentences))
	for i, s := range sentences {
		clean[i] = widget.Clean(s)
	}
	return clean
}
