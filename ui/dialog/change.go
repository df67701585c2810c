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

// Change asks whether a change of any kind is to be made. It looks at the target when it opens and once more right before it
// acts, and stops when it would do more than was said.
type Change struct {
	action
	kind *change.Kind
	// row is the choice of the group among those in which the target is pending, or of the consumer among those of the group; hidden
	// when there is nothing to choose. Of a group that is to be made it is the name.
	row      *widget.FormRow
	choice   *widget.ChoiceField
	name     *widget.TextField
	given    bool
	consumer string
	none     bool              // there is none to choose
	params   []*widget.FormRow // those of the kind's params, in their order
	stands   []settled         // what stands in each of them
	typed    *widget.TextField // the group's name; nil unless it has to be typed
	// payload asks for another payload, holder for one of the groups that have the target pending; nil unless the kind does.
	payload *payloadForm
	holder  *widget.FormRow
	// own is what a form of another making says, in place of the params'; nil unless there is one.
	own ownForm
	// text is what the person's own editor takes; nil while there is nothing to edit.
	text *widget.AreaField

	plan  change.Plan
	known bool        // somebody could look, for what the form says
	about string      // what of the form the plan is about
	asked string      // what the newest look is about
	said  change.Plan // what is shown: the plan, as far as it is about what the form says, with what follows from the form
}

// NewChange makes the dialog, and the command that looks at the target as it is now. With an empty group, a change of pending
// entries offers those in which the target is pending.
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
	d.enter(group, "")
	cmd := d.inspect()
	d.refresh()
	if d.name != nil {
		d.fields.FocusFirst()
	}
	return d, cmd
}

// ownForm is a form that isn't that of a kind's params.
type ownForm interface {
	// follow takes over what was just put into the form.
	follow()
	// made is the change that the form asks for, frozen.
	made() change.Change
	// wants is what of the form a look depends on; "" while that is faulty.
	wants() string
}

// enter makes a group the one that is acted in, and a consumer the one that it is about.
func (d *Change) enter(group, consumer string) {
	d.group, d.consumer, d.title = group, consumer, d.kind.Title
	if group != "" {
		d.title += " · " + widget.Clean(group)
	}
}

// chosen is what is chosen among several.
func (d *Change) chosen() string {
	if d.kind.On == change.Consumer {
		return d.consumer
	}
	return d.group
}

// frozen is the target as changes know it.
func (d *Change) frozen() change.Target {
	t := d.target.frozen()
	t.Group, t.Consumer = d.group, d.consumer
	return t
}

// made is the change of the target.
func (d *Change) made() change.Change { return d.maker()(d.frozen()) }

// maker makes what the form says now, of any target.
func (d *Change) maker() func(t change.Target) change.Change {
	if d.own != nil {
		made := d.own.made()
		return func(change.Target) change.Change { return made }
	}
	kind, values := d.kind, d.values()
	return func(t change.Target) change.Change { return kind.Make(t, values) }
}

// inspect looks at the target, unless what the look depends on is faulty; where there is something to choose, among what, too.
func (d *Change) inspect() tea.Cmd {
	if !d.current() {
		d.known, d.changed = false, false
	}
	if d.asked = d.wants(); d.asked == "" {
		d.number++ // an answer that is still out would be about something else
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

// choose finds what there is to choose, and sees to it that one is chosen: another group when the one that was has let go of the
// target; a consumer that was chosen stays so, even when it has left.
func choose(ctx context.Context, op Operator, on change.Subject, of *change.Target) (choices []string, err error) {
	if on != change.Consumer {
		if choices, err = change.HeldIn(ctx, op, of); len(choices) > 0 && !slices.Contains(choices, of.Group) {
			of.Group = choices[0]
		}
		return choices, err
	}
	g, err := change.LookAtGroup(ctx, op, of.Stream, of.Group)
	if err != nil {
		return nil, err
	}
	longest := slices.Clone(g.Consumers)
	slices.SortStableFunc(longest, func(a, b model.Consumer) int { return int((b.Idle - a.Idle).Milliseconds()) })
	for i := range longest {
		choices = append(choices, longest[i].Name)
	}
	switch {
	case of.Consumer == "" && len(choices) > 0:
		of.Consumer = choices[0]
	case of.Consumer != "" && !slices.Contains(choices, of.Consumer):
		choices = append(choices, of.Consumer)
	}
	return choices, nil
}

// absorb takes a look's answer over, and says whether the change is to be made. The plan that was shown is the one that it is
// made on, as long as the newer one isn't worse.
func (d *Change) absorb(m looked) bool {
	if !d.learn(m) {
		return false
	}
	newer, _ := m.found.plan.(change.Plan)
	moved := false
	if !d.given {
		d.none = len(m.found.choices) == 0
		moved = m.found.group != d.group // it has let go of the target meanwhile
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

// Update takes keys, and the answers to the dialog's own commands.
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

// turn takes an answer: what is made a page at a time goes on.
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

// steer gives a key or a click to the form. Another group, or another value that a look depends on, asks for a look of its own;
// for a field that is typed into when it is left, not at every letter.
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

// goOn makes the change; of one that is made a page at a time, the next page.
func (d *Change) goOn(made change.Change) tea.Cmd {
	kind, op, plan, ids := d.kind, d.env.Op, d.said, d.target.IDs
	return d.send(kind.Name, strings.ToLower(kind.Title[:1])+kind.Title[1:], func(ctx context.Context) Done {
		return carryOut(ctx, op, kind, made, plan, ids)
	})
}

// refresh works out what follows from the plan: the sentences, the button and the commands.
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
		d.said.Nothing = "" // it may be that nothing is known yet
	}
	d.offer(cmp.Or(d.said.Button, d.kind.Button, d.kind.Title+" "+d.target.count()), cmp.Or(why, d.said.Nothing))
	d.preview(d.said.Commands)
	d.surplus += d.said.More
}

// Draw is the framed box.
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
		if d.typed == nil { // what is typed to confirm stands below what it confirms
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

// nothing is why there is nothing to do, where there is none to choose; noneThere says so in a sentence.
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

// cleaned are sentences with the names in them made safe to draw.
func cleaned(sentences []string) []string {
	clean := make([]string, len(sentences))
	for i, s := range sentences {
		clean[i] = widget.Clean(s)
	}
	return clean
}
