package changes

import (
	"context"
	"fmt"
	"slices"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// target is what a change acts on: entries of one stream, and of one group when the change is about a group. It is
// complete before the person is asked; nothing is added later.
type target struct {
	stream, group string
	// letters means that the stream holds dead letters.
	letters bool
	// rows are the entries, each once. With a group, a row has the consumer that held the entry when it was chosen; a
	// row without a consumer was not pending.
	rows []model.Pending
	// found means that the stream was searched for the rows; otherwise they were given by ID.
	found bool
	// info is the state of the stream on the server.
	info *model.Stream
}

// find returns the targets with the chosen entries. A target that the arguments name is returned even without entries,
// so that a report can include it.
func find(ctx context.Context, p *program.Program, s *program.Session, sel *selection) ([]*target, error) {
	targets, err := namedTargets(p, s, sel)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		snapshot, err := s.Observe(ctx, t.stream)
		if err != nil {
			return nil, err
		}
		t.info = &snapshot.Streams[0]
		if err := t.exists(); err != nil {
			return nil, err
		}
		if sel.named() {
			err = t.lookUp(ctx, s)
		} else {
			t.found = true
			progress := p.NewProgress("entries searched")
			err = t.choose(ctx, s, sel, snapshot.At, progress)
			progress.End()
		}
		if err != nil {
			return nil, err
		}
	}
	sel.where.Tell(p.Err)
	return targets, nil
}

// exists returns an error when the target doesn't exist.
func (t *target) exists() error {
	switch {
	case t.info.Missing && t.letters:
		return fmt.Errorf("%s: %w: nothing was given up there", t.stream, fault.ErrNoStream)
	case t.letters:
		return program.OneStream(t.info)
	}
	return program.OneGroup(t.info, t.group)
}

// namedTargets returns the targets that the arguments and stdin name, in their order.
func namedTargets(p *program.Program, s *program.Session, sel *selection) ([]*target, error) {
	key := ""
	if sel.stream != "" {
		key = sel.key(s, sel.stream)
	}
	if !sel.stdin {
		t := &target{stream: key, group: sel.groupName, letters: sel.letters}
		for _, id := range sel.ids {
			t.rows = append(t.rows, model.Pending{ID: id})
		}
		t.distinct()
		return []*target{t}, nil
	}
	given, err := readRows(p.Stdin("entries"))
	if err != nil {
		return nil, err
	}
	var targets []*target
	if key != "" {
		targets = append(targets, &target{stream: key, group: sel.groupName, letters: sel.letters})
	}
	for i := range given {
		if targets, err = sel.place(s, targets, key, &given[i]); err != nil {
			return nil, err
		}
	}
	for _, t := range targets {
		t.distinct()
	}
	return targets, nil
}

// key returns the key of the stream that a person names.
func (s *selection) key(on *program.Session, name string) string {
	if s.letters {
		return on.LetterKey(name)
	}
	return on.Stream(name)
}

// place adds a row of stdin to its target. The row must agree with the arguments.
func (s *selection) place(on *program.Session, targets []*target, key string, row *givenRow) ([]*target, error) {
	stream, group := key, s.groupName
	switch {
	case row.Stream == "" && key == "":
		return nil, program.WrongUse("stdin, line %d: it doesn't say which stream it is of: name the stream before -", row.line)
	case row.Stream != "" && key != "" && s.key(on, row.Stream) != key:
		return nil, program.WrongUse("stdin, line %d: entry %s is of %s, not of %s: leave the stream out to take it from the rows, or choose others",
			row.line, row.id, row.Stream, key)
	case row.Stream != "":
		stream = s.key(on, row.Stream)
	}
	switch {
	case s.letters:
	case row.Group != "" && group != "" && row.Group != group:
		return nil, program.WrongUse("stdin, line %d: entry %s is pending in %s, not in %s: leave the group out to take it from the rows, or choose others",
			row.line, row.id, row.Group, group)
	case s.group && row.Group == "" && group == "":
		return nil, program.WrongUse("stdin, line %d: it doesn't say in which group it is pending: name STREAM GROUP before -", row.line)
	case s.group && row.Group != "":
		group = row.Group
	}
	i := slices.IndexFunc(targets, func(t *target) bool { return t.stream == stream && t.group == group })
	if i < 0 {
		i = len(targets)
		targets = append(targets, &target{stream: stream, group: group, letters: s.letters})
	}
	chosen := model.Pending{ID: row.id}
	if row.Consumer != "" && row.Deliveries != nil { // as it was listed: an entry that has changed since is left alone
		chosen.Consumer, chosen.Deliveries = row.Consumer, *row.Deliveries
	}
	targets[i].rows = append(targets[i].rows, chosen)
	return targets, nil
}

// distinct removes rows that repeat an entry.
func (t *target) distinct() {
	seen := make(map[model.Position]bool, len(t.rows))
	t.rows = slices.DeleteFunc(t.rows, func(row model.Pending) bool {
		twice := seen[row.ID]
		seen[row.ID] = true
		return twice
	})
}

// idsOf returns the IDs of rows.
func idsOf(rows []model.Pending) []model.Position {
	ids := make([]model.Position, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// lookUp finds the consumers of the named entries where stdin didn't give them.
func (t *target) lookUp(ctx context.Context, s *program.Session) error {
	if t.group == "" || t.letters {
		return nil
	}
	var unknown []int
	var ids []model.Position
	for i := range t.rows {
		if t.rows[i].Consumer == "" {
			unknown = append(unknown, i)
			ids = append(ids, t.rows[i].ID)
		}
	}
	found, err := s.Reader().PendingOf(ctx, t.stream, t.group, ids)
	if err != nil {
		return err
	}
	for i, row := range found {
		if !row.ID.IsZero() {
			t.rows[unknown[i]] = row
		}
	}
	return nil
}
