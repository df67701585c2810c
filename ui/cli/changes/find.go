package changes

import (
	"context"
	"fmt"
	"slices"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// target is what a change acts on: entries of one stream, in one group when the change is about a group. It is settled
// before the person is asked, and nothing is added to it after that.
type target struct {
	stream, group string
	// letters says that the stream holds dead letters.
	letters bool
	// rows are the entries, each once. Where there is a group they say who held them when they were chosen; a row without
	// a consumer was not pending then.
	rows []model.Pending
	// found says that the stream was searched for them; others were named one by one.
	found bool
	// info is what the server says of the stream.
	info *model.Stream
}

// find finds the chosen entries on the server. Without any there is still a target when the arguments name one, so that
// a report can tell of it.
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

// exists says what is wrong with a target that isn't there.
func (t *target) exists() error {
	switch {
	case t.info.Missing && t.letters:
		return fmt.Errorf("%s: %w: nothing was given up there", t.stream, fault.ErrNoStream)
	case t.letters:
		return program.OneStream(t.info)
	}
	return program.OneGroup(t.info, t.group)
}

// namedTargets are the targets that the arguments and stdin name, in the order in which they come.
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

// key is the stream that a person means.
func (s *selection) key(on *program.Session, name string) string {
	if s.letters {
		return on.LetterKey(name)
	}
	return on.Stream(name)
}

// place puts a row of stdin into its target. What the arguments say has to agree with it.
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
	if row.Consumer != "" && row.Deliveries != nil { // as it was when it was listed: what moved on since is left alone
		chosen.Consumer, chosen.Deliveries = row.Consumer, *row.Deliveries
	}
	targets[i].rows = append(targets[i].rows, chosen)
	return targets, nil
}

// distinct takes rows out that name an entry a second time.
func (t *target) distinct() {
	seen := make(map[model.Position]bool, len(t.rows))
	t.rows = slices.DeleteFunc(t.rows, func(row model.Pending) bool {
		twice := seen[row.ID]
		seen[row.ID] = true
		return twice
	})
}

// idsOf are the IDs of rows.
func idsOf(rows []model.Pending) []model.Position {
	ids := make([]model.Position, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// lookUp finds out who holds the named entries, where that wasn't said.
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
