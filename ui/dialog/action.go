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

// phase is the stage that an action has reached.
type phase uint8

const (
	asking   phase = iota // the person fills in and decides
	checking              // the button was pressed: the dialog looks once more before it sends anything
	sending               // sent, no answer yet
	answered              // the server has answered
	failed                // the server answered with an error, or not at all
)

// IDs of an action's buttons beside [widget.Cancel].
const (
	buttonAct   = "act"
	buttonAgain = "again" // look again after a look that failed
	buttonRetry = "retry" // go back to the fields after an action that failed
)

// lookTimeout limits a look. A server that needs longer is in trouble, and the dialog says so instead of waiting.
const lookTimeout = 10 * time.Second

// ticket ties an answer to its question. Answers to older questions, and to questions of other dialogs, are out of date.
type ticket struct {
	of     *action
	number int
}

// action is the common part of the dialogs that change something: a look when they open, another right before they act,
// the production guard, the exact commands, and the answer.
type action struct {
	sheet
	env    Env
	target Target
	group  string
	fields *widget.Form
	guard  *widget.TextField // nil unless a name has to be typed

	phase     phase
	number    int        // the number of the newest question
	looking   bool       // waiting for its answer
	trouble   string     // why the last look failed
	editable  bool       // there is a text that an external editor can edit
	opened    int        // how many times the editor was opened
	complaint string     // the editor's error
	changed   bool       // the target has changed since it was shown; pressing once more acts anyway
	paged     bool       // the change is made one page at a time
	outcome   Done       // while a paged change runs: the outcome of the last page
	replies   []sentLine // the replies to the first commands

	commands []string // the commands to send, each cut to the length that can be shown
	surplus  int      // how many more commands there are
}

// widestAction is the max width of an action's box. It keeps the sentences short enough to read at a glance.
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

// look asks the bus a question. The question runs outside of the dialog and must not access it.
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

// findings are the results of a look. Each dialog uses some of them.
type findings struct {
	// choices are the groups in which the target is pending, or the group's consumers. The plan is about group and consumer.
	choices         []string
	group, consumer string
	// plan is what the action would do; its type depends on the action. to is the file that the plan was read from.
	plan any
	to   string
}

// learn handles a look's answer and reports whether it contains usable findings.
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

// clear reports whether the action may go on after the second look. When the target has changed since it was shown, the
// person has to press again; that second press acts even if the target changes once more.
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

// send runs the action on a copy of what it needs, because the dialog may be closed before the action ends.
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

// take shows an answer when it belongs to this action.
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

// step is what a dialog has to do after a key.
type step uint8

const (
	stay step = iota
	lookAgain
	goAhead
	leave
)

// step passes a key to the form and handles the button that the key presses.
func (a *action) step(k tea.KeyMsg) step {
	if a.phase == checking && k.String() != "esc" {
		return stay // the decision is made; only esc still works
	}
	return a.follow(a.key(k))
}

// click presses the button at the given cell of the box.
func (a *action) click(x, y int) step {
	if a.phase == checking {
		return stay
	}
	return a.follow(a.pressedAt(x, y))
}

// follow handles a pressed button as far as all actions share it, and returns the step that is left for the dialog.
func (a *action) follow(pressed string) step {
	switch pressed {
	case widget.Cancel:
		if a.phase != sending {
			a.number++ // ignore every answer that is still to come
		}
		return leave
	case buttonAct:
		if a.trouble != "" {
			// The look failed, and the person knows that. An ACL may allow the change but not the look.
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

// follows carries out a step: it calls inspect to look again, or act to go ahead.
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

// offer sets the buttons: cancel, and the action. why is the reason why the action can't be pressed now; "" when it can.
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

// checkName returns missing when the name is blank. Redis would accept a name of spaces; the dialog doesn't.
func checkName(text, missing string) string {
	if strings.TrimSpace(text) == "" {
		return missing
	}
	return ""
}

// explain returns the text of a bus error, and adds the next step where the text alone doesn't say it.
func explain(err error) string {
	text := strings.TrimPrefix(err.Error(), "bus: ")
	if errors.Is(err, fault.ErrUncertain) {
		text += ". Look whether it took effect before trying again."
	}
	return clip(text, maxShown)
}
