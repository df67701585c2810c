package dialog

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// moving is how far a consumer's entries have been moved.
type moving struct {
	on           bool
	moved, whole int64
	// from is where the next page begins: what couldn't be moved isn't tried twice.
	from model.Position
}

// movedPage is what became of one page.
type movedPage struct {
	moved int64
	last  model.Position
}

// pageMoved is how many entries are moved at a time: one command on more would hold up the server's other clients.
const pageMoved = 500

// beginMoving starts the move: each page is an action of its own, so that what was done is in the log whenever it stops.
func (d *DeleteConsumer) beginMoving(pending int64) tea.Cmd {
	d.moving = moving{on: true, whole: pending}
	return d.movePage()
}

func (d *DeleteConsumer) movePage() tea.Cmd {
	op, r, to, m := d.env.Op, d.request(), d.to.Text(), d.moving
	return d.send("consumer delete", "delete consumer", func(ctx context.Context) Done {
		rows, err := op.Pending(ctx, observe.PendingQuery{
			Stream: r.Stream, Group: r.Group, Consumer: r.Consumer, From: m.from, To: model.MaxPosition, Count: pageMoved,
		})
		if err != nil {
			return Done{Err: err}
		}
		if len(rows) == 0 {
			return deleteConsumer(ctx, op, r)
		}
		ids := make([]model.Position, len(rows))
		for i := range rows {
			ids[i] = rows[i].ID
		}
		result, err := op.Claim(ctx, change.ClaimRequest{Stream: r.Stream, Group: r.Group, Consumer: to, IDs: ids, JustID: true})
		return Done{
			Receipts: result.Receipts, Err: err, page: &movedPage{moved: int64(len(result.Claimed)), last: ids[len(ids)-1]},
			Summary: fmt.Sprintf("moved %s of %s from %s to %s", words.Grouped(m.moved+int64(len(result.Claimed))),
				words.Entries(int(m.whole)), widget.Clean(r.Consumer), widget.Clean(to)),
		}
	})
}

// turn takes a page's answer: the next page follows, and in the place of one after the last the deletion.
func (d *DeleteConsumer) turn(m Done) tea.Cmd {
	if m.Err != nil || m.page == nil {
		d.moving.on = false
		d.take(m)
		return nil
	}
	d.moving.moved += m.page.moved
	d.moving.from = m.page.last.Next()
	return d.movePage()
}

// progress shows how far the move has come.
func (d *DeleteConsumer) progress(p *page) {
	p.text(p.Strong, fmt.Sprintf("Moving to %s: %s of %s…", d.to.Text(), words.Grouped(d.moving.moved), words.Entries(int(d.moving.whole))))
	p.text(p.Dim, "Closing this stops after the page that is under way. What was moved stays moved; the consumer stays.")
}
