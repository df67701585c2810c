package dialog

import (
	"cmp"
	"strconv"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Max number of lines shown of each command; a long payload is cut. With little height only the beginning is shown: it
// names the command and its target.
const (
	commandLines      = 8
	commandLinesTight = 3
)

// frame draws the action's box around the page that write fills. Once something was sent, it draws the result instead.
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
		// When the frame has no room for both, leave out the stream: the page names it, too.
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

// sends shows the commands that the button would send, aligned with the form.
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

// indent returns the column in which the form's fields begin.
func (a *action) indent() int { return max(a.fields.LabelWidth(), len("Sends")+2) }

// command adds a command after a label. apart says that it begins a paragraph.
func (p *page) command(label string, indent int, ink theme.Ink, text string, apart bool) {
	tight, most := p.tight, commandLines
	if tight {
		most = commandLinesTight
	}
	p.tight = tight || !apart
	p.labelled(label, indent, ink, text, most)
	p.tight = tight
}

// state shows what prevents the action, or that the target has changed since it was shown.
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

// result shows the commands that were sent and the replies.
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
