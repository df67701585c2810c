package changes

import (
	"context"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

const (
	// rowPage is the number of pending rows per request.
	rowPage = 1000
	// payloadPage is the same with their entries, because each entry is read whole.
	payloadPage = 100
)

// choose finds the entries that match the filters: among a group's pending entries, or in the stream.
func (t *target) choose(ctx context.Context, s *program.Session, sel *selection, now time.Time, progress *program.Progress) error {
	from, to, err := sel.Bounds(now.In(s.Location()))
	switch {
	case err != nil:
		return err
	case t.group != "" && !t.letters:
		return t.choosePending(ctx, s, sel, from, to, now, progress)
	default:
		return t.chooseEntries(ctx, s, sel, from, to, now, progress)
	}
}

func (t *target) choosePending(ctx context.Context, s *program.Session, sel *selection, from, to model.Position, now time.Time, progress *program.Progress) error {
	query := observe.PendingQuery{
		Stream: t.stream, Group: t.group, Consumer: sel.consumer, MinIdle: sel.idle, From: from, To: to, Count: rowPage,
	}
	if !sel.where.Filter.Empty() {
		query.Payloads, query.Count = true, payloadPage
	}
	for searched := int64(0); ; {
		rows, err := s.Reader().Pending(ctx, query)
		if err != nil {
			return err
		}
		searched += int64(len(rows))
		progress.Tell(searched, t.info.Group(t.group).Pending)
		for i := range rows {
			if row := &rows[i]; row.Deliveries >= sel.deliveries && sel.lets(s, row.Entry, now) {
				t.rows = append(t.rows, row.Pending)
			}
		}
		switch {
		case len(t.rows) > maxSelected:
			return tooMany()
		case len(rows) < query.Count:
			return nil
		}
		query.From = rows[len(rows)-1].ID.Next()
		if !to.IsZero() && to.Before(query.From) {
			return nil
		}
	}
}

// lets reports whether an entry passes --where.
func (s *selection) lets(on *program.Session, e model.Entry, now time.Time) bool {
	if s.where.Filter.Empty() {
		return true
	}
	record := on.Reader().Decode(e)
	return s.where.Lets(&record, now)
}

func (t *target) chooseEntries(ctx context.Context, s *program.Session, sel *selection, from, to model.Position, now time.Time, progress *program.Progress) error {
	searched := int64(0)
	for entry, err := range s.Reader().Replay(ctx, []string{t.stream}, from, to) {
		if err != nil {
			return err
		}
		searched++
		if searched%rowPage == 0 {
			progress.Tell(searched, t.info.Length)
		}
		if t.letters {
			letter := model.ReadDeadLetter(entry)
			if sel.groupName != "" && letter.Group != sel.groupName {
				continue
			}
			if letter.Origin.Stream != "" {
				entry.Stream = letter.Origin.Stream // the filter sees the original event, with the reason
			}
		}
		if !sel.lets(s, entry, now) {
			continue
		}
		if t.rows = append(t.rows, model.Pending{ID: entry.ID}); len(t.rows) > maxSelected {
			return tooMany()
		}
	}
	return nil
}
