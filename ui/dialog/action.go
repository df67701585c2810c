package dialog

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/fault"
	"streamdesk/ui/widget"
)

// phase is how far an action has come.
type phase uint8

const (
	asking   phase = iota // the person fills in and decides
	checking              // the button was pressed: one more look before anything is sent
	sending               // sent, and no answer yet
	answered              // the server has answered
	failed                // it answered with an error, or not at all
)

// IDs of an action's buttons beside [widget.Cancel].
const (
	buttonAct   = "act"
	buttonAgain = "again" // look again after a look that failed
	buttonRetry = "retry" // go back to the fields after an action that failed
)

// lookTimeout bounds a look: a server that takes longer is in trouble, and the person is told rather than left waiting.
const lookTimeout = 10 * time.Second

// ticket ties an answer to the question it belongs to: answers to older questions of the same dialog, and to those of
// other dialogs, are out of date.
type ticket struct {
	of     *action
	number int
}

// action is what the dialogs that change something have in common: a look when they open and another right before they
// act, the production guard, the exact commands, and the answer.
type action struct {
	sheet
	env    Env
	target Target
	group  string
	fields *widget.Form
	guard  *widget.TextField // nil unless a name has to be typed

	phase     phase
	number    int        // the newest question's
	looking   bool       // its answer is out
	trouble   string     // why the last look failed
	editable  bool       // there is a text for the person's own editor
	opened    int        // how many times that was
	complaint string     // what went wrong with it
	changed   bool       // what was shown is no longer so; pressing once more acts all the same
	paged     bool       // it is made a page at a time
	outcome   Done       // of a paged one under way, that of the last page
	replies   []sentLine // of the first commands

	commands []string // what would be sent, each cut to what can be shown
	surplus  int      // how many commands more
}

// widestAction keeps the sentences of a dialog short enough to be read at a glance.
const widestAction = 88

func newAction(env Env, title string, target Target, rows ...*widget.FormRow) action {
	a := action{sheet: sheet{title: title, widest: widestAction}, env: env, target: target}
	if env.Production {
		name, shown := env.ProfileName, widget.Escape(env.ProfileName)
		a.guard = widget.NewTextField("", func(text string) string {
			if !widget.Named(text, name) {
				return "type " + shown + " to confirm: this changes a production system"
			}
			return ""
		})
		a.guard.Width = max(widget.Width(shown)+1, 16)
		rows = append(rows, &widget.FormRow{Label: "Type " + shown, Hint: "this is production", Field: a.guard})
	}
	a.fields = widget.NewForm(rows, widget.Button{ID: widget.Cancel, Label: "Cancel"})
	a.form = a.fields
	return a
}

// look asks a question of the bus on the dialog's behalf. The question runs outside of the dialog and must not touch it.
func (a *action) look(question func(ctx context.Context) (findings, error)) tea.Cmd {
	a.number++
	a.looking, a.trouble = true, ""
	to, parent := ticket{of: a, number: a.number}, a.env.Ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, lookTimeout)
		defer cancel()
		found, err := question(ctx)
		return looked{to: to, found: found, err: err}
	}
}

// looked is the answer to a look.
type looked struct {
	to    ticket
	found findings
	err   error
}

// findings are what a look has brought; each dialog asks for some of it.
type findings struct {
	// choices are the groups in which the target is pending, or the group's consumers; group and consumer are those that the plan
	// is about.
	choices         []string
	group, consumer string
	// plan is what a planned action would do, which each has of its own type; to is the file that it was read from.
	plan any
	to   string
}

// learn takes a look's answer and says whether there is something to be used in it.
func (a *action) learn(m looked) bool {
	if m.to != (ticket{of: a, number: a.number}) {
		return false
	}
	a.looking = false
	if m.err != nil {
		a.trouble = "couldn't look at it: " + explain(m.err)
		a.phase = asking
		return false
	}
	return true
}

// clear says whether the second look lets the action go on. When what was shown is no longer so, the person decides
// again, knowing it; pressing again after that acts whatever moves.
func (a *action) clear(changed bool) bool {
	if a.phase != checking {
		return false
	}
	if changed && !a.changed {
		a.changed, a.phase = true, asking
		a.form.FocusButton(widget.Cancel)
		return false
	}
	a.phase = sending
	return true
}

// send runs the action. It works on what it was given: the dialog may be closed before it ends.
func (a *action) send(name, title string, do func(ctx context.Context) Done) tea.Cmd {
	a.number++
	a.form = widget.NewForm(nil, widget.Button{ID: widget.Cancel, Label: "Close"})
	to, env, target, group := ticket{of: a, number: a.number}, a.env, a.target, a.group
	return func() tea.Msg {
		d := do(env.Ctx)
		d.Name, d.Title, d.Target, d.Group, d.At, d.to = name, title, target, group, env.Now(), to
		return d
	}
}

// take shows an action's answer, if it is this one's.
func (a *action) take(d Done) {
	if d.to != (ticket{of: a, number: a.number}) {
		return
	}
	a.outcome, a.phase, a.replies = d, answered, nil
	for i, r := range d.Receipts {
		if i == shownCommands {
			break
		}
		a.replies = append(a.replies, sentLine{command: shown(r.Command), reply: clip(r.Reply, maxShown)})
	}
	buttons := []widget.Button{{ID: widget.Cancel, Label: "Close"}}
	if d.Err != nil {
		a.phase = failed
	}
	if d.Err != nil && (d.left == nil || len(d.left) > 0) {
		buttons = append(buttons, widget.Button{ID: buttonRetry, Label: "Try again…"})
	}
	a.form.SetButtons(buttons...)
}

// step is what a dialog has to do about a key.
type step uint8

const (
	stay step = iota
	lookAgain
	goAhead
	leave
)

// step gives a key to the form and follows the button that it presses.
func (a *action) step(k tea.KeyMsg) step {
	if a.phase == checking && k.String() != "esc" {
		return stay // decided already; only leaving is still open
	}
	return a.follow(a.key(k))
}

// click presses the button at a cell of the box.
func (a *action) click(x, y int) step {
	if a.phase == checking {
		return stay
	}
	return a.follow(a.pressedAt(x, y))
}

// follow does what a pressed button means for every action, and returns what is left for the dialog.
func (a *action) follow(pressed string) step {
	switch pressed {
	case widget.Cancel:
		if a.phase != sending {
			a.number++ // nothing that is still out may change anything any more
		}
		return leave
	case buttonAct:
		if a.trouble != "" {
			// The look is refused or fails, and the person knows: an ACL may allow the change and not the question.
			a.phase = sending
			return goAhead
		}
		a.phase = checking
		return lookAgain
	case buttonRetry:
		if a.outcome.left != nil {
			a.target.IDs = a.outcome.left
		}
		a.phase, a.form, a.outcome = asking, a.fields, Done{}
		a.form.FocusButton(widget.Cancel)
		return lookAgain
	case buttonAgain:
		return lookAgain
	default:
		return stay
	}
}

// follows does what a step means for the dialog itself; inspect is how it looks, act how it goes ahead.
func (a *action) follows(s step, inspect, act func() tea.Cmd) (cmd tea.Cmd, done bool) {
	switch s {
	case lookAgain:
		return inspect(), false
	case goAhead:
		return act(), false
	default:
		return nil, s == leave
	}
}

// offer sets the fields' buttons: cancel, and the action with the reason why it can't be pressed now, if any.
func (a *action) offer(label, why string) {
	switch {
	case a.phase == checking:
		why = "looking once more…"
	case a.trouble != "":
		label += " unchecked"
	case a.looking && why == "":
		why = "looking…"
	case why == "" && a.guard != nil && a.guard.Problem() != "":
		why = "type the name above first"
	}
	if a.changed && why == "" {
		label += " all the same"
	}
	buttons := []widget.Button{
		{ID: widget.Cancel, Label: "Cancel"},
		{ID: buttonAct, Label: label, Submit: true, Why: why},
	}
	if a.trouble != "" {
		buttons = append(buttons, widget.Button{ID: buttonAgain, Label: "Look again"})
	}
	a.fields.Offer(buttons...)
}

// checkName says that a name is missing: blanks alone are none, though Redis would take them.
func checkName(text, missing string) string {
	if strings.TrimSpace(text) == "" {
		return missing
	}
	return ""
}

// explain makes an error of the bus readable where its text alone leaves the person without the next step.
func explain(err error) string {
	text := strings.TrimPrefix(err.Error(), "bus: ")
	if errors.Is(err, fault.ErrUncertain) {
		text += ". Look whether it took effect before trying again."
	}
	return clip(text, maxShown)
}
