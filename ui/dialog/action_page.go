package dialog

import (
	"cmp"
	"strconv"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// How many lines of each command are shown; the payload of a long one is cut. Where height is short, what the command
// does to whom has to do.
const (
	commandLines      = 8
	commandLinesTight = 3
)

// frame draws the action's box around what write puts on the page. Once something was sent, only what came of it is
// still of interest.
func (a *action) frame(v View, write func(p *page)) []string {
	hint := "tab move · enter press · esc cancel"
	if a.editable && a.env.Edit != nil {
		hint += " · ctrl+e editor"
	}
	if a.phase >= sending {
		hint, write = "enter or esc close", a.result
		if a.phase == sending && a.paged {
			hint = "enter or esc stop"
		}
	}
	note := widget.Clean(a.target.Stream)
	if a.env.Production {
		badge := v.Theme.Bad.Paint("PRODUCTION " + widget.Clean(a.env.ProfileName))
		// Where the frame has no room for both, the stream gives way: the page names it, too.
		const aroundTitles = 8
		if room := min(v.Width, a.widest) - aroundTitles - widget.Width(a.title) - widget.Width(badge); widget.Width(note)+len(" · ") > room {
			note = ""
		}
		if note != "" {
			note = v.Theme.Dim.Paint(note) + " · "
		}
		note += badge
	}
	return a.draw(v, note, hint, write)
}

// sends shows the commands that the button would send, in the columns of the form.
func (a *action) sends(p *page) {
	label := "Sends"
	for i, c := range a.commands {
		p.command(label, a.indent(), p.Dim, c, i == 0)
		label = ""
	}
	if a.surplus > 0 {
		p.add(widget.Spaces(a.indent()) + p.Dim.Paint("and "+strconv.Itoa(a.surplus)+" more commands like it"))
	}
}

// indent is the column that the form's fields begin in.
func (a *action) indent() int { return max(a.fields.LabelWidth(), len("Sends")+2) }

// command adds a command behind a label; apart says whether it begins a paragraph.
func (p *page) command(label string, indent int, ink theme.Ink, text string, apart bool) {
	tight, most := p.tight, commandLines
	if tight {
		most = commandLinesTight
	}
	p.tight = tight || !apart
	p.labelled(label, indent, ink, text, most)
	p.tight = tight
}

// state says what stands in the way, or has changed since the person looked.
func (a *action) state(p *page) {
	switch {
	case a.complaint != "":
		p.text(p.Bad, "✗ "+a.complaint)
	case a.trouble != "":
		p.text(p.Bad, "✗ "+a.trouble)
	case a.changed:
		p.text(p.Warn, "! It has changed since you looked: see above. Nothing was sent.")
	}
}

// result shows what was sent and what came back.
func (a *action) result(p *page) {
	switch a.phase {
	case sending:
		p.text(p.Strong, cmp.Or(a.outcome.Summary, "Sent. Waiting for the answer")+"…")
		if a.paged {
			p.text(p.Dim, "Closing this stops after the page that is under way. What was done stays done.")
		} else {
			p.text(p.Dim, "Closing this doesn't take it back; the answer will stand in the action log.")
		}
		return
	case failed:
		if a.outcome.Summary != "" {
			p.text(p.Strong, a.outcome.Summary)
		}
		p.text(p.Bad, "✗ "+explain(a.outcome.Err))
	default:
		for i, line := range widget.Fold(p.width-widget.Width("✓ "), a.outcome.Summary) {
			sign := p.Good.Paint("✓ ")
			if i > 0 {
				sign = "  "
			}
			p.add(sign + p.Strong.Paint(line))
		}
	}
	const indent = 2
	for i, sent := range a.replies {
		p.command("", indent, p.Dim, sent.command, i == 0)
		p.command("", indent, p.Text, "→ "+sent.reply, false)
	}
	if more := len(a.outcome.Receipts) - len(a.replies); more > 0 {
		p.add(p.Dim.Paint(widget.Spaces(indent) + "and " + strconv.Itoa(more) + " more commands, in the action log"))
	}
}
