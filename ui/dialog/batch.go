package dialog

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// Batch asks for a file of events to inject. The file contains one JSON object per line.
type Batch struct {
	action
	path  *widget.TextField
	row   *widget.FormRow
	file  eventFile // as last read
	about string    // the path it was read from; "" before the first read
	sent  int       // the number of its events that were injected
	going bool
}

// NewBatch returns a new dialog. It reads nothing until a path is entered.
func NewBatch(env Env) *Batch {
	d := &Batch{}
	d.path = widget.NewTextField("", func(text string) string {
		switch {
		case strings.TrimSpace(text) == "":
			return "name a file of events, one JSON object a line"
		case text == d.about && d.file.problem != "":
			return d.file.problem
		}
		return ""
	})
	d.row = &widget.FormRow{Label: "File", Field: d.path}
	d.action = newAction(env, "Inject a file of events", Target{}, d.row)
	d.fields.FocusFirst()
	d.refresh()
	return d
}

// inspect reads the whole file, so that every error in it is known before anything is sent.
func (d *Batch) inspect() tea.Cmd {
	path := d.path.Text()
	if strings.TrimSpace(path) == "" {
		return nil
	}
	env := d.env
	return d.look(func(context.Context) (findings, error) {
		return findings{to: path, plan: readEventFile(&env, path)}, nil
	})
}

// Update handles keys, and the answers to the dialog's own commands.
func (d *Batch) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
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
		newer, _ := m.found.plan.(eventFile)
		changed := d.about != m.found.to || d.file.sum != newer.sum
		d.file, d.about, d.row.Touched = newer, m.found.to, true
		if newer.problem != "" && d.fields.Focused() == nil && d.phase == asking {
			d.fields.Settle() // focus the field that has to be corrected
		}
		if d.clear(changed) {
			return d.begin(), false
		}
	case Done:
		return d.turn(m), false
	}
	return nil, false
}

func (d *Batch) press(k tea.KeyMsg) (cmd tea.Cmd, done bool) {
	wasPath := d.fields.Focused() == d.row
	next := d.step(k)
	if next == stay && wasPath && d.fields.Focused() != d.row && d.path.Text() != d.about {
		next = lookAgain
	}
	return d.follows(next, d.inspect, d.begin)
}

// Click presses the button under the mouse.
func (d *Batch) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.click(x, y), d.inspect, d.begin)
}

// pageInjected is the number of events injected between two reports: some tens of milliseconds of work.
const pageInjected = 100

// begin injects the first page. After a failure it continues at the event that failed.
func (d *Batch) begin() tea.Cmd {
	d.going = true
	return d.page()
}

// page injects the next events of the file as it was read. Each event is one command, so that the action log contains all
// of them. Each page is one action, so that the log is complete whenever the injection stops.
func (d *Batch) page() tea.Cmd {
	op, made, sent := d.env.Op, d.made(pageInjected), d.sent
	lines, whole, name := d.file.lines, len(d.file.events), d.file.name
	return d.send("inject", "inject file", func(ctx context.Context) Done {
		done := carryOut(ctx, op, &injecting, made, change.Plan{}, nil)
		now := sent + int(done.changed)
		if done.Err != nil {
			done.Err = fmt.Errorf("%s, line %d: %w", name, lines[now], done.Err)
		}
		done.Summary = fmt.Sprintf("injected %s of %s from %s", words.Grouped(int64(now)), countOf(whole, "event"), widget.Clean(name))
		return done
	})
}

// made returns the change that adds the next events, up to a max number of them.
func (d *Batch) made(most int) *change.Injection {
	var made change.Injection
	for _, e := range d.file.events[d.sent:min(d.sent+most, len(d.file.events))] {
		at := e.Timestamp
		if at.IsZero() {
			at = d.env.Now()
		}
		made.Entries = append(made.Entries, injection(&d.env, e, at))
	}
	return &made
}

// turn handles the answer to a page, and starts the next page unless that was the last one.
func (d *Batch) turn(m Done) tea.Cmd {
	if m.to != (ticket{of: &d.action, number: d.number}) {
		return nil
	}
	d.sent += int(m.changed)
	if m.Err != nil || d.sent >= len(d.file.events) {
		d.going = false
		d.take(m)
		return nil
	}
	return d.page()
}

func (d *Batch) refresh() {
	if d.going {
		return
	}
	n := len(d.file.events) - d.sent
	why := ""
	switch {
	case d.about != d.path.Text() || d.about == "":
		why = "the file is read when you leave the field"
	case d.file.problem != "":
		why = "mend the file first: nothing of it is sent"
	}
	d.offer("Inject "+countOf(n, "event"), why)
	d.preview(nil)
	if why == "" && n > 0 {
		var plan change.Plan
		d.made(shownCommands).Say(&plan)
		d.preview(plan.Commands)
		d.surplus = n - len(plan.Commands)
	}
}

// countOf returns a number with its noun, in the singular or plural.
func countOf(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return words.Grouped(int64(n)) + " " + word + "s"
}

// Draw returns the framed box.
func (d *Batch) Draw(v View) []string {
	if d.going {
		return d.draw(v, "", "esc stops after this page", d.progress)
	}
	return d.frame(v, func(p *page) {
		p.form(d.fields)
		switch {
		case d.looking:
			p.text(p.Strong, "Reading the file…")
		case d.about == d.path.Text() && d.about != "" && d.file.problem == "":
			p.text(p.Strong, d.file.consequence())
		default:
			p.text(p.Dim, `Each line is an event: {"type": "workflow.started", "workflow_id": "wf-1", "data": {}, "source_agent": "me"}. `+
				"An id and a timestamp are made where they are missing. A broken line is named, and nothing is sent.")
		}
		d.sends(p)
		d.state(p)
	})
}

// progress shows how many events of the file were injected.
func (d *Batch) progress(p *page) {
	p.text(p.Strong, fmt.Sprintf("Injecting: %s of %s…", words.Grouped(int64(d.sent)), countOf(len(d.file.events), "event")))
	p.text(p.Dim, "Closing this stops after the page that is under way. What was injected stays.")
}

// consequence returns a sentence about what injecting the file does.
func (f *eventFile) consequence() string {
	text := countOf(len(f.events), "event") + " for " + countOf(len(f.types), "stream") + ": "
	const most = 4
	for i, t := range f.types {
		if i == most {
			return text + fmt.Sprintf(" and %d more types.", len(f.types)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %s", words.Grouped(int64(t.count)), t.name)
	}
	text += ". Every group on these streams will receive them."
	if f.unfit > 0 {
		text += " Of them, " + words.Grouped(int64(f.unfit)) + " don't fit the schema of their type."
	}
	return text
}
