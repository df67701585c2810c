package dialog

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// DeadLetters lists the dead letters of a stream's groups, and opens a second dialog above itself to show, requeue or
// delete them.
type DeadLetters struct {
	sheet
	env      Env
	stream   string
	readOnly string // why changes aren't allowed; "" when they are
	list     *letterList
	above    // the dialog that was opened from here
	asked    inquiry[lettersRead]
	read     bool // an answer has come
	complete bool // there are no older letters
}

// IDs of the buttons below the list.
const (
	buttonRequeue = "requeue"
	buttonDelete  = "delete"
)

// Bounds of the list.
const (
	// lettersPage is the number of dead letters read at a time: some screenfuls.
	lettersPage = 100
	// lettersAgain is the max number of letters read again after a change.
	lettersAgain = 1000
	// lettersAround is the number of lines around the rows of the list: frame, head, margins, tally, buttons.
	lettersAround = 10
	leastLetters  = 3
	widestLetters = 108
)

// NewDeadLetters returns a new dialog, and the command that reads the newest dead letters of a stream. readOnly is the reason
// why the desk is read-only; with one, the letters can only be viewed.
func NewDeadLetters(env Env, stream, readOnly string) (*DeadLetters, tea.Cmd) {
	d := &DeadLetters{
		sheet: sheet{title: "Dead letters", widest: widestLetters},
		env:   env, stream: stream, readOnly: widget.Clean(readOnly), list: newLetterList(),
	}
	d.form = widget.NewForm([]*widget.FormRow{{Field: d.list}}, widget.Button{ID: widget.Cancel, Label: "Close"})
	d.form.Key(tea.KeyMsg{Type: tea.KeyShiftTab}) // the list has the focus first, because viewing is harmless
	cmd := d.ask(model.Position{}, lettersPage)
	d.refresh()
	return d, cmd
}

// lettersRead is the answer to [DeadLetters.ask].
type lettersRead struct {
	letters []model.DeadLetter
	older   bool // they continue the letters that were read before
	all     bool // there are no older ones
}

// ask reads dead letters older than a position; zero reads the newest.
func (d *DeadLetters) ask(before model.Position, count int) tea.Cmd {
	op, stream := d.env.Op, d.stream
	return d.asked.ask(&d.env, lookTimeout, func(ctx context.Context) (lettersRead, error) {
		letters, err := op.DeadLetters(ctx, stream, before, count)
		return lettersRead{letters: letters, older: !before.IsZero(), all: len(letters) < count}, err
	})
}

func (d *DeadLetters) take(m lettersRead) {
	d.read, d.complete = true, m.all
	if m.older {
		m.letters = append(d.list.letters, m.letters...)
	}
	d.list.set(m.letters)
}

// Title returns the title of the dialog, or of the one that was opened from it.
func (d *DeadLetters) Title() string { return d.titled(d.title) }

// Unused implements [Keyed], of this dialog or of the one that was opened from it.
func (d *DeadLetters) Unused() string { return unusedOf(d.over, &d.unused) }

// Update handles keys, and the answers to the commands of this dialog and of the one that was opened from it.
func (d *DeadLetters) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	if a, mine := d.asked.take(msg, "couldn't read the dead letters"); mine {
		if a != nil {
			d.take(a.value)
		}
		return nil, false
	}
	var again tea.Cmd
	if _, acted := msg.(Done); acted {
		again = d.ask(model.Position{}, max(min(len(d.list.letters), lettersAgain), lettersPage))
	}
	if cmd, taken := d.update(msg); taken {
		return both(cmd, again), false
	}
	switch m := msg.(type) {
	case tea.KeyMsg:
		if d.seek.searches(m, d.list.rows()) {
			return nil, false
		}
		return d.press(m)
	case tea.MouseMsg:
		d.wheel(m)
	}
	return again, false
}

func (d *DeadLetters) press(k tea.KeyMsg) (cmd tea.Cmd, done bool) {
	onList := d.form.Focused() != nil
	switch k.String() {
	case "enter":
		if onList {
			d.show()
			return nil, false
		}
	case "j", "down", "G", "end", "pgdown", "ctrl+d":
		if onList && d.list.atEnd() && !d.complete && !d.asked.asking && d.read {
			return d.ask(d.list.letters[len(d.list.letters)-1].Entry.ID, lettersPage), false
		}
	case "=":
		if onList && len(d.list.letters) > 0 {
			picked := Picked{Entry: d.list.letters[d.list.index()].Entry}
			return func() tea.Msg { return picked }, false
		}
	case "R", "X": // the same keys as on the desk
		if onList && d.why() == "" {
			return d.follow(map[string]string{"R": buttonRequeue, "X": buttonDelete}[k.String()])
		}
	}
	return d.follow(d.key(k))
}

// wheel moves the cursor with the mouse.
func (d *DeadLetters) wheel(m tea.MouseMsg) {
	Wheeled(m, func(by int) { d.list.put(d.list.index() + by*wheelStep) })
}

// Click presses the button under the mouse.
func (d *DeadLetters) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	if cmd, taken := d.click(x, y); taken {
		return cmd, false
	}
	return d.follow(d.pressedAt(x, y))
}

// follow handles a pressed button.
func (d *DeadLetters) follow(pressed string) (cmd tea.Cmd, done bool) {
	switch pressed {
	case widget.Cancel:
		return nil, true
	case buttonRequeue:
		d.over, cmd = NewChange(d.env, &change.Requeue, lettersTarget(d.list.chosen()), "")
	case buttonDelete:
		d.over, cmd = NewChange(d.env, &change.Delete, lettersTarget(d.list.chosen()), "")
	case buttonAgain:
		return d.ask(model.Position{}, lettersPage), false
	}
	return cmd, false
}

// show opens a dialog with the fields of the letter under the cursor.
func (d *DeadLetters) show() {
	if len(d.list.letters) == 0 {
		return
	}
	letter := d.list.letters[d.list.index()]
	lines := make([]string, len(letter.Entry.Fields))
	for i, f := range letter.Entry.Fields {
		lines[i] = clip(f.Name, maxShown) + "  " + clip(f.Value, maxShown)
	}
	d.over = NewMessage("Dead letter "+letter.Entry.ID.String(), lines...)
}

// why returns the reason why letters can't be changed; "" when they can.
func (d *DeadLetters) why() string {
	if d.readOnly == "" && len(d.list.letters) == 0 {
		return "there is no dead letter"
	}
	return d.readOnly
}

func (d *DeadLetters) refresh() {
	why, n := d.why(), len(d.list.chosen())
	buttons := []widget.Button{
		{ID: widget.Cancel, Label: "Close"},
		{ID: buttonRequeue, Label: fmt.Sprintf("Requeue %d…", n), Why: why},
		{ID: buttonDelete, Label: fmt.Sprintf("Delete %d…", n), Why: why},
	}
	if d.asked.trouble != "" {
		buttons = append(buttons, widget.Button{ID: buttonAgain, Label: "Read again"})
	}
	d.form.Offer(buttons...)
}

// Draw returns the framed box, or that of the dialog that was opened from here.
func (d *DeadLetters) Draw(v View) []string {
	if d.over != nil {
		return d.over.Draw(v)
	}
	d.list.view, d.list.room = v, max(v.Height-lettersAround, leastLetters)
	hint := "space a mark · R requeue · X delete · = compare · / search · esc close"
	if d.readOnly != "" {
		hint = d.readOnly + " · = compare · / search · esc close"
	}
	return d.draw(v, widget.Clean(d.stream), hint, func(p *page) {
		switch {
		case len(d.list.letters) > 0:
			p.form(d.form)
			p.place = d.list.sight.Place(p.forms + 1)
			p.found(&d.seek, d.list.rows(), v)
			p.text(p.Dim, d.tally())
		case d.read:
			p.text(p.Text, "No dead letters: nothing of "+d.stream+" was given up, or all of it was dealt with.")
		case d.asked.asking:
			p.text(p.Dim, "Reading…")
		}
		if d.asked.trouble != "" {
			p.text(p.Bad, "✗ "+d.asked.trouble)
		}
	})
}

// tally returns the number of letters listed and marked, and whether there are more.
func (d *DeadLetters) tally() string {
	text := words.Letters(len(d.list.letters))
	if n := len(d.list.marked); n > 0 {
		text += ", " + words.Grouped(int64(n)) + " marked"
	}
	switch {
	case d.asked.asking:
		return text + "; reading…"
	case d.complete:
		return text + ", all there are"
	default:
		return text + ", the newest; going on down reads older ones"
	}
}
