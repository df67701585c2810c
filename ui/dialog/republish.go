package dialog

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// Republish asks whether entries are to be added again, as they are or with another payload.
type Republish struct {
	action
	to              *widget.TextField
	payload         *widget.ChoiceField
	area            *widget.AreaField
	origin          *widget.CheckField
	ack             *widget.ChoiceField
	toRow           *widget.FormRow
	payloadRow      *widget.FormRow
	areaRow, ackRow *widget.FormRow
	untouched       int // how often the area had changed when it was filled
	edits           edits
	fixed           string // why it can't be edited, where that isn't plain to see
	originals       map[model.Position]model.Entry
	looks           bool // a look has come back
	gone            bool // the first original was there and is no longer
	readers         []string
	readersOf       string           // the stream that the readers are known of
	holders         []change.Holding // who has the first of the target, one for each group of the choice
}

// What the payload can be.
const (
	asItIs = iota
	withEdits
)

// noAck is the choice that leaves the original alone.
const noAck = "leave it"

// NewRepublish makes the dialog, and the command that reads the originals and asks which groups will receive them.
func NewRepublish(env Env, target Target) (*Republish, tea.Cmd) {
	d := &Republish{
		payload:   widget.NewChoiceField("as it is, byte for byte"),
		area:      newJSONField(""),
		origin:    &widget.CheckField{Text: "add a field " + model.FieldOrigin + " that says which entry it was made from", On: true},
		ack:       widget.NewChoiceField(noAck),
		originals: map[model.Position]model.Entry{},
	}
	d.to = widget.NewTextField(target.Stream, func(text string) string {
		return checkName(text, "name the stream it goes to, such as "+target.Stream)
	})
	d.to.Suggest = func(text string) []string { return suggestStreams(env.Prefix, text) }
	d.toRow = &widget.FormRow{Label: "To stream", Field: d.to}
	d.payloadRow = &widget.FormRow{Label: "Payload", Field: d.payload}
	d.areaRow = &widget.FormRow{Label: "JSON", Field: d.area, Hidden: true}
	d.ackRow = &widget.FormRow{Label: "Ack it in", Field: d.ack, Hint: "the original, once the new entry is safe", Hidden: true}
	for _, r := range target.Sample {
		if r.Stream == target.Stream && r.Fields != nil {
			d.originals[r.ID] = r.Entry
		}
	}
	d.action = newAction(env, "Republish", target, d.toRow, d.payloadRow, d.areaRow,
		&widget.FormRow{Label: "Origin", Field: d.origin}, d.ackRow)
	d.offerEdits()
	cmd := d.inspect()
	d.refresh()
	return d, cmd
}

// suggestStreams lists the streams of the known types that a text could become.
func suggestStreams(prefix, text string) []string {
	var streams []string
	for _, t := range model.KnownTypes() {
		if s := prefix + string(t); strings.HasPrefix(s, text) && s != text {
			streams = append(streams, s)
		}
	}
	return streams
}

// Update takes keys, and the answers to the dialog's own commands.
func (d *Republish) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.press(m)
	case tea.MouseMsg:
		d.wheel(m)
	case looked:
		if d.learn(m) && d.absorb(m.found) {
			return d.act(), false
		}
	case edited:
		d.returned(m, d.area)
	case Done:
		d.take(m)
	}
	return nil, false
}

func (d *Republish) press(k tea.KeyMsg) (cmd tea.Cmd, done bool) {
	if k.String() == "ctrl+e" && !d.areaRow.Hidden && d.env.Edit != nil && d.phase == asking {
		return d.openEditor(d.area.Text()), false
	}
	wasTo := d.fields.Focused() == d.toRow
	next := d.step(k)
	if d.areaRow.Hidden = d.payload.Chosen() != withEdits; !d.areaRow.Hidden {
		d.fillArea()
	}
	// Who reads the stream is asked when its name stands, not at every letter.
	left := wasTo && d.fields.Focused() != d.toRow && d.to.Text() != d.readersOf
	if left && next == stay {
		next = lookAgain
	}
	return d.follows(next, d.inspect, d.act)
}

// Click presses the button under the mouse.
func (d *Republish) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.click(x, y), d.inspect, d.act)
}

// edited says whether another payload goes out than the original's.
func (d *Republish) edited() bool {
	return d.payload.Chosen() == withEdits && d.area.Changes() != d.untouched && d.area.Problem() == ""
}

// request is what republishes one entry.
func (d *Republish) request(e model.Entry) change.RepublishRequest {
	r := change.RepublishRequest{Entry: e, To: d.to.Text(), Provenance: d.origin.On}
	if d.ack.Chosen() > 0 {
		r.AckGroup = d.ack.Text()
	}
	if d.edited() {
		r.Fields, _ = d.edits.of(&d.env, &e, d.area) // the button says why not
	}
	return r
}

func (d *Republish) act() tea.Cmd {
	plan := republishPlan{op: d.env.Op, target: d.target, request: d.request(d.originals[d.target.IDs[0]])}
	for _, id := range d.target.IDs {
		plan.entries = append(plan.entries, d.originals[id])
	}
	return d.send("republish", "republish", plan.run)
}

// refresh works out what follows from the fields: the button and the commands.
func (d *Republish) refresh() {
	why := ""
	if !d.ready() && (d.looks || d.trouble != "") {
		why = "nothing is left to republish"
		if d.trouble != "" {
			why = "the entry couldn't be read"
		}
	}
	if d.edited() {
		if original, ok := d.originals[d.target.IDs[0]]; ok {
			if _, err := d.edits.of(&d.env, &original, d.area); err != nil {
				why = err.Error()
			}
		}
	}
	d.ackRow.Hint = "the original, once the new entry is safe"
	if h := d.holder(); len(h) > 0 {
		d.ackRow.Hint = fmt.Sprintf("%s has it, idle %s, deliveries %d", widget.Clean(h[0].Consumer), words.Age(h[0].Idle), h[0].Deliveries)
	}
	d.editable = !d.areaRow.Hidden
	d.offer("Republish "+words.Entries(len(d.target.IDs)), why)
	d.preview(nil)
	if original, ok := d.originals[d.target.IDs[0]]; ok && !d.faulty() && why == "" {
		d.preview(d.request(original).Commands())
		if n := len(d.target.IDs); n > 1 {
			d.surplus = (n - 1) * len(d.commands)
		}
	}
}

// Draw is the framed box.
func (d *Republish) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.originals(&d.target, d.originals, d.looks)
		p.form(d.fields)
		if d.fixed != "" {
			p.text(p.Warn, "It can't be edited. "+d.fixed+".")
		}
		switch {
		case d.looks && !d.ready():
			p.text(p.Warn, "The entry is gone from the stream, and no copy of it was kept: nothing is left to republish.")
			d.state(p)
			return
		case d.readersOf == d.to.Text() && d.looks:
			p.readers(d.readers, d.to.Text(), d.what())
		case d.looks && !faulty(d.to):
			p.text(p.Strong, "Who reads "+d.to.Text()+" is asked when you leave the field.")
		}
		if d.gone && d.looks {
			p.text(p.Warn, "The original is gone from the stream: what is sent is the copy that was read before.")
		}
		d.sends(p)
		d.state(p)
	})
}

// faulty says whether a field has a problem, so that what would be sent isn't known.
func (d *Republish) faulty() bool {
	return faulty(d.to) || !d.areaRow.Hidden && d.area.Problem() != ""
}

// what is what the groups will receive.
func (d *Republish) what() string {
	what := "this"
	if n := len(d.target.IDs); n > 1 {
		what = words.These(n)
	}
	if d.to.Text() == d.target.Stream {
		what += " again"
	}
	return what
}
