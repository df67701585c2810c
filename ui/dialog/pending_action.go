package dialog

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// pendingAction is an action on entries that are pending in a group: the group that was given, or one that is chosen
// among those in which they are pending.
type pendingAction struct {
	action
	name     string          // of the action, for the title
	row      *widget.FormRow // the choice of the group; hidden when the group was given
	choice   *widget.ChoiceField
	given    bool
	holdings []change.Holding
	none     bool // pending in no group
}

func newPendingAction(env Env, name string, target Target, group string, rows ...*widget.FormRow) pendingAction {
	choice := widget.NewChoiceField()
	row := &widget.FormRow{Label: "Group", Field: choice, Hidden: true}
	d := pendingAction{
		action: newAction(env, name, target, append([]*widget.FormRow{row}, rows...)...),
		name:   name, row: row, choice: choice, given: group != "",
	}
	d.enter(group)
	return d
}

// enter makes a group the one that is acted in.
func (d *pendingAction) enter(group string) {
	d.group, d.title = group, d.name
	if group != "" {
		d.title += " · " + widget.Clean(group)
	}
}

// inspect looks who holds the target; when no group was given, in which groups it is pending, too.
func (d *pendingAction) inspect() tea.Cmd {
	op, of, group, given := d.env.Op, d.target.frozen(), d.group, d.given
	return d.look(func(ctx context.Context) (findings, error) {
		f := findings{group: group}
		var err error
		if !given {
			if f.groups, _, err = change.HeldIn(ctx, op, &of); err != nil || len(f.groups) == 0 {
				return f, err
			}
			if !slices.Contains(f.groups, group) {
				f.group = f.groups[0]
			}
		}
		of.Group = f.group
		f.holdings, err = change.Holdings(ctx, op, &of)
		return f, err
	})
}

// update takes keys, and the answers to the dialog's own commands; act is how it goes ahead.
func (d *pendingAction) update(msg tea.Msg, act func() tea.Cmd) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.follows(d.steer(m), d.inspect, act)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		if d.absorb(m) {
			return act(), false
		}
	case Done:
		d.take(m)
	}
	return nil, false
}

// steer gives a key to the form. A change of the group asks for a look of its own.
func (d *pendingAction) steer(k tea.KeyMsg) step {
	before := d.choice.Chosen()
	next := d.step(k)
	if d.choice.Chosen() == before {
		return next
	}
	d.enter(d.choice.Text())
	d.holdings, d.changed = nil, false
	return lookAgain
}

// absorb takes a look's answer over, and says whether the action is to go ahead on it.
func (d *pendingAction) absorb(m looked) bool {
	if !d.learn(m) {
		return false
	}
	before, changed := d.holdings, false
	d.holdings = m.found.holdings
	if !d.given {
		d.none = len(m.found.groups) == 0
		// The group that was decided on may have let go of the target meanwhile.
		changed = m.found.group != d.group
		d.choice.Options = m.found.groups
		d.choice.Choose(slices.Index(m.found.groups, m.found.group))
		d.enter(m.found.group)
		d.row.Hidden = d.none
		d.fields.Leave()
	}
	if d.none {
		d.phase = asking
		return false
	}
	return d.clear(changed || change.MovedOn(before, d.holdings))
}

// nothing is why the action can't be done although the look is over; what it does stands in words: "acknowledge".
func (d *pendingAction) nothing(does string) string {
	switch {
	case d.none:
		return "nothing to " + does
	case d.group == "" && d.trouble != "":
		return "no group is known"
	default:
		return ""
	}
}

// noGroup says that the target is pending nowhere.
func (d *pendingAction) noGroup(does string) string {
	return "No group has " + words.These(len(d.target.IDs)) + " pending: there is " + d.nothing(does) + "."
}
