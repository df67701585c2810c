package cli

import (
	"context"
	"errors"
	"fmt"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

// moving moves what a consumer has pending, a page at a time, and then deletes it.
type moving struct {
	*program.Program
	session *program.Session
	of      change.DeleteConsumerRequest
	to      string
	whole   int64
	note    func([]model.Receipt, error)
	result  singleResult
}

func (m *moving) run(ctx context.Context) (singleResult, error) {
	if m.to != "" {
		m.result.moved = new(int64)
		progress := m.NewProgress("entries")
		if m.Flags.Output == program.OutputJSON && program.IsTerminal(m.Out) {
			progress.To = nil // what is written meanwhile stands on the same line
		}
		err := m.move(ctx, progress)
		progress.End()
		if err != nil {
			m.result.summary = fmt.Sprintf("moved %s from %s to %s; the consumer stays", words.Entries(int(*m.result.moved)), m.of.Consumer, m.to)
			return m.result, err
		}
	}
	deleted, err := m.session.Writer().DeleteConsumer(context.WithoutCancel(ctx), m.of)
	m.note(deleted.Receipts, err)
	switch {
	case errors.Is(err, change.ErrConsumerHasPending):
		err = fmt.Errorf("%w; run it again with --move-to", err)
	case err == nil && deleted.Changed:
		m.result.changed = 1
		m.result.summary = "deleted consumer " + m.of.Consumer + " of " + m.of.Group
		if m.result.moved != nil {
			m.result.summary = fmt.Sprintf("moved %s to %s, ", words.Entries(int(*m.result.moved)), m.to) + m.result.summary
		}
	case err == nil:
		m.result.summary = "deleted 0 consumers: " + m.of.Consumer + " was no longer there"
	}
	return m.result, err
}

func (m *moving) move(ctx context.Context, progress *program.Progress) error {
	var from model.Position
	for done := int64(0); ; {
		if ctx.Err() != nil {
			return errInterrupted
		}
		claim, err := movePage(context.WithoutCancel(ctx), m.session, m.of, m.to, from)
		if err != nil || len(claim.IDs) == 0 {
			return err
		}
		result, err := m.session.Writer().Claim(context.WithoutCancel(ctx), claim)
		m.note(result.Receipts, err)
		*m.result.moved += int64(len(result.Claimed))
		if err != nil {
			return err
		}
		if len(result.Missed) > 0 {
			fmt.Fprintf(m.Err, "%s could not be moved: gone from the stream, or acknowledged meanwhile\n", words.Entries(len(result.Missed)))
		}
		from = claim.IDs[len(claim.IDs)-1].Next()
		done += int64(len(claim.IDs))
		progress.Tell(done, max(m.whole, done))
	}
}
