package dialog

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/widget"
)

// planned is an action whose consequences the bus works out beforehand, as a plan: when the dialog opens, whenever its
// fields ask for something else, and once more right before it acts. What is sent is always what the plan that was shown
// is about.
type planned[P any] struct {
	action
	planner planner[P]
	plan    P
	known   bool   // there is a plan
	about   string // what the fields asked for when the plan was
	seen    bool   // the plan that is there is about the same as the one that is being worked out
}

// planner is what one dialog adds. All but what question and act return run inside the dialog.
type planner[P any] struct {
	// wants names what the fields ask for, so that a plan can be told to be about something else; "" when they are faulty.
	wants func() string
	// question works the plan out.
	question func() func(ctx context.Context) (P, error)
	// worse says whether a newer plan does something that the one that was shown doesn't.
	worse func(shown, newer P) bool
	// act sends it.
	act func() tea.Cmd
	// refresh works out what follows from fields and plan: the button and the commands.
	refresh func()
}

// begin asks for the first plan.
func (d *planned[P]) begin(p planner[P]) tea.Cmd {
	d.planner = p
	cmd := d.inspect()
	p.refresh()
	return cmd
}

// inspect asks for a plan of what the fields say, if they say something.
func (d *planned[P]) inspect() tea.Cmd {
	wants := d.planner.wants()
	d.seen = d.current()
	d.about = wants
	if !d.seen {
		d.known, d.changed = false, false
	}
	if wants == "" {
		d.number++ // an answer that is still out would be about something else
		d.looking, d.trouble = false, ""
		return nil
	}
	question := d.planner.question()
	return d.look(func(ctx context.Context) (findings, error) {
		plan, err := question(ctx)
		return findings{plan: plan}, err
	})
}

// current says whether the plan is about what the fields say now.
func (d *planned[P]) current() bool { return d.known && d.about != "" && d.about == d.planner.wants() }

// absorb takes a plan over, and says whether the action is to go ahead. The plan that was shown is the one that is acted on,
// as long as the newer one isn't worse.
func (d *planned[P]) absorb(m looked) bool {
	if !d.learn(m) {
		return false
	}
	newer, _ := m.found.plan.(P)
	changed := !d.seen || d.planner.worse(d.plan, newer)
	if d.phase != checking || changed {
		d.plan, d.known = newer, true
	}
	return d.clear(changed)
}

// Update takes keys, and the answers to the dialog's own commands.
func (d *planned[P]) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.planner.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.follows(d.steer(m), d.inspect, d.planner.act)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		if d.absorb(m) {
			return d.planner.act(), false
		}
	case Done:
		d.take(m)
	}
	return nil, false
}

// steer gives a key to the form. A field that has come to ask for something else needs another plan; one that is typed
// into is asked about when it is left, not at every letter.
func (d *planned[P]) steer(k tea.KeyMsg) step {
	before := d.fields.Focused()
	next := d.step(k)
	if next != stay || d.phase != asking || d.planner.wants() == d.about {
		return next
	}
	if row := d.fields.Focused(); row != nil && row == before {
		if _, typing := row.Field.(*widget.TextField); typing {
			return stay
		}
	}
	return lookAgain
}

// Click presses the button under the mouse.
func (d *planned[P]) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.planner.refresh()
	return d.follows(d.click(x, y), d.inspect, d.planner.act)
}
