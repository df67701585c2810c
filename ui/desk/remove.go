package desk

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/ui/consequence"
	"streamdesk/ui/dialog"
)

// openDelete asks whether to delete the chosen entries from their stream.
func (d *Desk) openDelete() tea.Cmd {
	t, _ := d.target()
	request := bus.DeleteRequest{Stream: t.Stream, IDs: t.IDs, References: d.data.Server.Can.DeleteReferences}
	b := d.options.Bus
	return d.open(dialog.NewConfirm(d.env(), dialog.Question{
		Title: "Delete", Yes: "Delete", Target: t, Commands: request.Commands(),
		Text:    consequence.Delete(t.Stream, len(t.IDs)),
		Details: consequence.Pending(request.References),
		Do: func(ctx context.Context) dialog.Done {
			result, err := b.Writer().Delete(ctx, request)
			return dialog.Done{
				Receipts: result.Receipts, Err: err,
				Summary: fmt.Sprintf("deleted %d of %d", result.Deleted, len(request.IDs)),
			}
		},
	}), nil)
}

// byHand is the reason that a dead letter made from the desk carries.
const byHand = "given up by hand"

func needPendingEntry(d *Desk) string {
	switch t, group := d.target(); {
	case group == "" || len(t.IDs) == 0:
		return "it is for pending entries: go to pane 3"
	case len(t.IDs) > 1:
		return "it takes one entry at a time: esc takes the marks away"
	case d.subject.record == nil || d.subject.record.ID != t.IDs[0] || d.subject.record.Stream != t.Stream:
		return stillReading
	case len(d.subject.record.Fields) == 0:
		return "the entry is gone: there is nothing left to keep"
	}
	return ""
}

// openDeadLetter asks whether to give up a pending entry: it goes to the dead letters and is acknowledged.
func (d *Desk) openDeadLetter() tea.Cmd {
	t, group := d.target()
	b := d.options.Bus
	request := bus.DeadLetterRequest{
		Entry: d.subject.record.Entry, Group: group, Reason: byHand, To: b.Reader().DeadLetterKey(t.Stream),
	}
	if row := d.panes.pending.Current(); row != nil {
		request.Deliveries = row.Deliveries
	}
	return d.open(dialog.NewConfirm(d.env(), dialog.Question{
		Title: "Dead-letter", Yes: "Dead-letter", Target: t, Group: group, Commands: request.Commands(),
		Text:    consequence.DeadLetter(group, request.To, 1),
		Details: consequence.OthersKeep,
		Do: func(ctx context.Context) dialog.Done {
			result, err := b.Writer().DeadLetter(ctx, request)
			return dialog.Done{
				Receipts: result.Receipts, Err: err, Added: result.Letter,
				Summary: fmt.Sprintf("dead-lettered as %s, acked %d of 1", result.Letter.ID, result.Acked),
			}
		},
	}), nil)
}
