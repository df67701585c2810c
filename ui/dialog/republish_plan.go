package dialog

import (
	"context"
	"fmt"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// republishPlan is a republish as it was decided on, apart from the dialog.
type republishPlan struct {
	op      Operator
	target  Target
	request change.RepublishRequest // for the first entry; the others differ in Entry alone
	entries []model.Entry           // in the order of the target's IDs; nil Fields are still to be read
}

// run republishes one entry after the other, and stops at the first error: what went before is in the receipts.
func (r republishPlan) run(ctx context.Context) Done {
	var d Done
	var republished, gone int
	var acked int64
	for i, id := range r.target.IDs {
		entry := r.entries[i]
		if entry.Fields == nil {
			found, err := r.op.Range(ctx, r.target.Stream, id, id, 1)
			if err != nil {
				d.Err, d.rest = err, r.target.IDs[i:]
				break
			}
			if len(found) == 0 {
				gone++
				continue
			}
			entry = found[0]
		}
		request := r.request
		request.Entry = entry
		result, err := r.op.Republish(ctx, request)
		d.Receipts = append(d.Receipts, result.Receipts...)
		if !result.Added.ID.IsZero() {
			d.Added = result.Added
			republished++
			acked += result.Acked
		}
		if err != nil {
			// What was added isn't added once more, even when acknowledging the original failed after it.
			if d.rest = r.target.IDs[i:]; !result.Added.ID.IsZero() {
				d.rest = r.target.IDs[i+1:]
			}
			d.Err = err
			break
		}
	}
	if d.Err == nil || republished > 0 {
		d.Summary = r.summary(republished, gone, acked, d.Added)
	}
	return d
}

func (r republishPlan) summary(republished, gone int, acked int64, added model.Key) string {
	asked := len(r.target.IDs)
	text := fmt.Sprintf("republished %s of %s", words.Grouped(int64(republished)), words.Grouped(int64(asked)))
	if asked == 1 && republished == 1 {
		text = "republished as " + added.ID.String() + " on " + widget.Clean(added.Stream)
	}
	if gone > 0 {
		text += fmt.Sprintf(", %s gone from the stream", words.Grouped(int64(gone)))
	}
	if r.request.AckGroup == "" || republished == 0 {
		return text
	}
	text += fmt.Sprintf(", acked %s in %s", words.Grouped(acked), widget.Clean(r.request.AckGroup))
	if missed := int64(republished) - acked; missed > 0 {
		text += fmt.Sprintf(" (%s no longer pending)", words.Grouped(missed))
	}
	return text
}

// originals draws the entries that are to be republished.
func (p *page) originals(t *Target, known map[model.Position]model.Entry, looked bool) {
	p.sample(t, []widget.Column{
		{Title: "ENTRY", Min: 12, CutLeft: true, Keep: 9},
		{Title: "EVENT", Min: 10, Keep: 7},
		{Title: "WORKFLOW", Min: 8, Keep: 5},
		{Title: "SIZE", Min: 5, Right: true, Keep: 8},
		{Title: "STATE", Min: 4, Keep: 6},
	}, func(i int, id model.Position) []widget.Cell {
		cells := []widget.Cell{{Text: id.String(), Ink: p.Text}, {}, {}, {}, {}}
		if r := t.record(id); r != nil {
			cells[1] = widget.Cell{Text: widget.Clean(string(r.Event.Type)), Ink: p.Text}
			cells[2] = widget.Cell{Text: widget.Clean(r.Event.WorkflowID), Ink: p.Dim}
		}
		if e, ok := known[id]; ok {
			cells[3] = widget.Cell{Text: words.Bytes(e.Size()), Ink: p.Text}
		} else if looked && i < maxOriginals {
			cells[4] = widget.Cell{Text: "gone", Ink: p.Warn}
		}
		return cells
	})
}
