package dialog

import (
	"context"
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/ui/widget"
)

// maxOriginals bounds how many originals a look reads; the others are read when it is their turn.
const maxOriginals = 50

// inspect reads the originals, where the first of them stands with the groups, and who reads the stream it goes to.
func (d *Republish) inspect() tea.Cmd {
	op, target, of, to := d.env.Op, d.target, d.target.frozen(), d.to.Text()
	return d.look(func(ctx context.Context) (findings, error) {
		f := findings{to: to}
		for i, id := range target.IDs {
			if i == maxOriginals {
				break
			}
			found, err := op.Range(ctx, target.Stream, id, id, 1)
			if err != nil {
				return f, err
			}
			f.originals = append(f.originals, found...)
		}
		var err error
		if f.groups, f.holdings, err = change.HeldIn(ctx, op, &of); err != nil {
			return f, err
		}
		f.readers, err = change.Readers(ctx, op, to)
		return f, err
	})
}

// absorb takes a look's findings over, and says whether the action is to go ahead on them.
func (d *Republish) absorb(f findings) bool {
	changed := d.looks && f.to == d.readersOf && !slices.Equal(f.readers, d.readers)
	d.readers, d.readersOf = f.readers, f.to
	there := false
	for _, e := range f.originals {
		there = there || e.ID == d.target.IDs[0]
		if _, known := d.originals[e.ID]; !known {
			d.originals[e.ID] = e
		}
	}
	changed = changed || d.looks && !there && !d.gone
	d.gone = !there
	changed = d.offerAck(f) || changed
	d.offerEdits()
	d.looks = true
	if !d.ready() {
		d.phase = asking
		return false
	}
	return d.clear(changed)
}

// offerAck offers the groups in which the original is pending, and says whether it has moved on in the chosen one.
func (d *Republish) offerAck(f findings) (changed bool) {
	chosen, before := d.ack.Text(), d.holder()
	d.ack.Options = append([]string{noAck}, f.groups...)
	d.ack.Choose(slices.Index(f.groups, chosen) + 1)
	d.holders = f.holdings
	d.ackRow.Hidden = len(f.groups) == 0
	d.fields.Leave()
	if chosen == noAck {
		return false
	}
	return d.ack.Text() != chosen || change.MovedOn(before, d.holder())
}

// holder is who has the original in the chosen group; empty when none is chosen.
func (d *Republish) holder() []change.Holding {
	if at := d.ack.Chosen() - 1; at >= 0 && at < len(d.holders) {
		return d.holders[at : at+1]
	}
	return nil
}

// offerEdits offers editing when there is one entry with a payload that can be edited.
func (d *Republish) offerEdits() {
	original, known := d.originals[d.target.IDs[0]]
	if len(d.target.IDs) > 1 || !known || len(d.payload.Options) > 1 {
		return
	}
	record := d.env.Op.Decode(original)
	switch _, err := d.env.editable(&record); {
	case err == nil:
		d.payload.Options = append(d.payload.Options, "edited")
	case !errors.Is(err, errNoText):
		d.fixed = err.Error()
	}
}

// fillArea sets the payload out for editing, the first time that this is asked for.
func (d *Republish) fillArea() {
	original := d.originals[d.target.IDs[0]]
	record := d.env.Op.Decode(original)
	text, err := d.env.editable(&record)
	if err != nil || d.areaRow.Touched {
		return
	}
	d.area.Set(widget.IndentJSON(text))
	d.untouched = d.area.Changes()
	d.areaRow.Touched = true // a payload that is broken to begin with says so
}

// ready says whether there is anything to be republished.
func (d *Republish) ready() bool {
	_, known := d.originals[d.target.IDs[0]]
	return known || len(d.target.IDs) > 1
}
