package dialog

import (
	"context"
	"slices"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
)

// fakeAdmin is what the fake bus answers to questions about streams and groups; a test may change it behind a dialog's
// back.
type fakeAdmin struct {
	between *model.Count // what there is between any two positions, when not as many as it has
	stream  model.Stream
	letters []model.DeadLetter // newest first
	removed int64              // what a trim answers
	changed bool               // what a change of a group answers
}

func (f *fakeBus) Snapshot(context.Context, []string) (model.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.stream
	s.Groups = slices.Clone(s.Groups)
	for i := range s.Groups {
		s.Groups[i].Consumers = slices.Clone(s.Groups[i].Consumers)
	}
	return model.Snapshot{At: testTime, Streams: []model.Stream{s}}, f.question()
}

// EntryAt is the same whatever lies before it.
func (f *fakeBus) EntryAt(context.Context, *model.Stream, int64) (model.Position, bool, error) {
	return model.Position{Ms: 8000}, false, f.question()
}

// PendingBefore is all that the group has pending.
func (f *fakeBus) PendingBefore(_ context.Context, _ string, g *model.Group, _ model.Position) (model.Count, error) {
	return model.Exactly(g.Pending), f.question()
}

func (f *fakeBus) Trim(_ context.Context, r change.TrimRequest) (change.TrimResult, error) {
	receipt, err := f.change(r.Commands()[0], func() string { return "(integer)" })
	return change.TrimResult{Removed: f.removed, Receipts: []model.Receipt{receipt}}, err
}

// LookAt finds the stream as Snapshot does.
func (f *fakeBus) LookAt(ctx context.Context, stream, group string) (*model.Stream, *model.Group, error) {
	snapshot, err := f.Snapshot(ctx, []string{stream})
	if err != nil {
		return nil, nil, err
	}
	s := snapshot.Stream(stream)
	if s == nil {
		return nil, nil, fault.ErrNoStream
	}
	g := s.Group(group)
	if g == nil && group != "" {
		return nil, nil, fault.ErrNoGroup
	}
	return s, g, nil
}

// CountBetween counts the entries that the fake has.
func (f *fakeBus) CountBetween(_ context.Context, _ *model.Stream, from, to model.Position) (model.Count, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.between != nil {
		return *f.between, f.question()
	}
	n := int64(0)
	for id := range f.entries {
		if !id.Before(from) && !id.After(to) {
			n++
		}
	}
	return model.Exactly(n), f.question()
}

// EntriesRead is never known.
func (*fakeBus) EntriesRead(_ context.Context, _ string, at model.Position) (model.Position, model.Count, error) {
	return at, model.Count{}, nil
}

func (f *fakeBus) group(c model.Command) (change.GroupResult, error) {
	receipt, err := f.change(c, func() string { return "OK" })
	return change.GroupResult{Changed: f.changed, Receipts: []model.Receipt{receipt}}, err
}

func (f *fakeBus) SetGroupID(_ context.Context, r change.SetGroupIDRequest) (change.GroupResult, error) {
	return f.group(r.Commands()[0])
}

func (f *fakeBus) CreateGroup(_ context.Context, r change.CreateGroupRequest) (change.GroupResult, error) {
	return f.group(r.Commands()[0])
}

func (f *fakeBus) DestroyGroup(_ context.Context, r change.DestroyGroupRequest) (change.GroupResult, error) {
	return f.group(r.Commands()[0])
}

func (f *fakeBus) Control(context.Context, string) (*model.Control, time.Time, error) {
	return &model.Control{}, testTime, f.question()
}

func (f *fakeBus) Prefix() string { return "events:" }

// DeleteConsumer goes by the pending entries, as Redis does.
func (f *fakeBus) DeleteConsumer(_ context.Context, r change.DeleteConsumerRequest) (change.GroupResult, error) {
	result, err := f.group(model.Command{"XGROUP", "DELCONSUMER", r.Stream, r.Group, r.Consumer})
	holds := int64(0)
	for _, p := range f.groups[r.Group] {
		if p.Consumer == r.Consumer {
			holds++
		}
	}
	if err == nil && holds > 0 {
		err = &change.PendingError{Consumer: r.Consumer, Pending: holds}
	}
	return result, err
}

func (f *fakeBus) DeadLetters(_ context.Context, _ string, before model.Position, count int) ([]model.DeadLetter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []model.DeadLetter
	for _, l := range f.letters {
		if before.IsZero() || l.Entry.ID.Before(before) {
			found = append(found, l)
		}
	}
	return found[:min(len(found), count)], f.question()
}

func (f *fakeBus) Requeue(_ context.Context, r change.RequeueRequest) (change.RequeueResult, error) {
	var result change.RequeueResult
	for _, c := range r.Commands() {
		receipt, err := f.change(model.Command{c[0], c[1], c[2]}, func() string {
			f.next++
			return "OK"
		})
		result.Receipts = append(result.Receipts, receipt)
		if err != nil {
			return result, err
		}
	}
	result.Added = model.Key{Stream: r.Letter.Origin.Stream, ID: model.Position{Ms: f.next}}
	result.Deleted = f.bury(r.Letter.Entry.ID)
	return result, nil
}

func (f *fakeBus) Delete(_ context.Context, r change.DeleteRequest) (change.DeleteResult, error) {
	receipt, err := f.change(r.Commands()[0], func() string { return "OK" })
	result := change.DeleteResult{Receipts: []model.Receipt{receipt}}
	for _, id := range r.IDs {
		result.Deleted += f.bury(id)
	}
	return result, err
}

// bury takes a dead letter away.
func (f *fakeBus) bury(id model.Position) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.letters)
	f.letters = slices.DeleteFunc(f.letters, func(l model.DeadLetter) bool { return l.Entry.ID == id })
	return int64(before - len(f.letters))
}

func (f *fakeBus) FindScheduled(context.Context, string, string) ([]model.Scheduled, error) {
	return nil, f.question()
}
