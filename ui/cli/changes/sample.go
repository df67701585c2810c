package changes

import (
	"context"
	"strconv"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// sampleRows is the number of entries shown before a change: enough to see that they are the right ones.
const sampleRows = 5

// sample returns a table of the first few entries of a target.
func sample(ctx context.Context, s *program.Session, t *target) (*table.Text, error) {
	rows := t.rows[:min(len(t.rows), sampleRows)]
	entries, err := s.Reader().Entries(ctx, t.stream, idsOf(rows))
	if err != nil {
		return nil, err
	}
	switch {
	case t.letters:
		return sampleLetters(entries), nil
	case t.group == "":
		shown := table.NewText(table.Left("ID"), table.Left("EVENT"), table.Left("WORKFLOW"))
		for i := range entries {
			event, workflow := eventCells(s, entries[i])
			shown.Add(entries[i].ID.String(), event, workflow)
		}
		return shown, nil
	}
	shown := table.NewText(table.Left("ID"), table.Left("CONSUMER"), table.Right("IDLE"), table.Right("DELIVERIES"),
		table.Left("EVENT"), table.Left("WORKFLOW"))
	for i := range rows {
		row := &rows[i]
		event, workflow := eventCells(s, entries[i])
		cells := []string{row.ID.String(), row.Consumer, "", strconv.FormatInt(row.Deliveries, 10), event, workflow}
		switch {
		case row.Consumer == "":
			cells[1], cells[2], cells[3] = "not pending", "-", "-"
		case row.Idle > 0:
			cells[2] = words.Age(row.Idle)
		}
		shown.Add(cells...)
	}
	return shown, nil
}

// eventCells returns an entry's type and workflow.
func eventCells(s *program.Session, e model.Entry) (event, workflow string) {
	if e.Fields == nil {
		return change.Gone, "-"
	}
	record := s.Reader().Decode(e)
	return program.FirstOf(string(record.Event.Type), "-"), program.FirstOf(record.Event.WorkflowID, "-")
}

func sampleLetters(entries []model.Entry) *table.Text {
	shown := table.NewText(table.Left("ID"), table.Left("ORIGIN"), table.Left("GROUP"), table.Left("REASON"))
	for _, e := range entries {
		if e.Fields == nil {
			shown.Add(e.ID.String(), change.Gone, "-", "-")
			continue
		}
		letter := model.ReadDeadLetter(e)
		shown.Add(e.ID.String(), program.OriginOf(&letter), program.FirstOf(letter.Group, "-"), program.FirstOf(letter.Reason, "-"))
	}
	return shown
}
