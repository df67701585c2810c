package dialog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"streamdesk/bus/change"
	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// fakeBus is a bus of one stream in memory: enough of Redis to see what a dialog sends, and to change the state of
// things behind its back.
type fakeBus struct {
	mu      sync.Mutex
	entries map[model.Position]model.Entry
	groups  map[string]map[model.Position]model.Pending
	sent    []model.Command    // every change, in order
	asked   int                // how many questions
	fail    error              // what a change answers, when not nil
	blind   error              // what a question answers, when not nil
	next    uint64             // the next entry's ID
	unfit   *model.SchemaError // what every event whose data names "amount" is told, when not nil
	fakeAdmin
}

const testStream = "events:workflow.failed"

func newFakeBus() *fakeBus {
	return &fakeBus{entries: map[model.Position]model.Entry{}, groups: map[string]map[model.Position]model.Pending{}, next: 9000}
}

// producers is what the fake reads and writes payloads with.
var producers = payload.New(&payload.Opener{})

func (*fakeBus) Decode(e model.Entry) model.Record { return producers.Decode(e, "events:") }

func (*fakeBus) Edited(r *model.Record, value string) ([]model.Field, error) {
	return producers.Edited(r, value)
}

// add adds an entry and returns its ID.
func (f *fakeBus) add(id uint64, text string) model.Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := model.Position{Ms: id}
	f.entries[p] = model.Entry{Stream: testStream, ID: p, Fields: []model.Field{{Name: "trace", Value: "t-1"}, {Name: "data", Value: text}}}
	return p
}

// hold makes entries pending in a group.
func (f *fakeBus) hold(group string, p model.Pending) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.groups[group] == nil {
		f.groups[group] = map[model.Position]model.Pending{}
	}
	f.groups[group][p.ID] = p
}

// change applies one command's effect under the lock, unless the fake is told to fail.
func (f *fakeBus) change(c model.Command, effect func() string) (model.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, c)
	if f.fail != nil {
		return model.Receipt{Command: c, Reply: "(error) " + f.fail.Error()}, f.fail
	}
	return model.Receipt{Command: c, Reply: effect()}, nil
}

func (f *fakeBus) Ack(_ context.Context, r change.AckRequest) (change.AckResult, error) {
	var result change.AckResult
	for _, c := range r.Commands() {
		receipt, err := f.change(c, func() string {
			for _, id := range r.IDs {
				if _, ok := f.groups[r.Group][id]; ok {
					delete(f.groups[r.Group], id)
					result.Acked++
				}
			}
			return fmt.Sprintf("(integer) %d", result.Acked)
		})
		result.Receipts = append(result.Receipts, receipt)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

func (f *fakeBus) Claim(_ context.Context, r change.ClaimRequest) (change.ClaimResult, error) {
	var result change.ClaimResult
	receipt, err := f.change(r.Commands()[0], func() string {
		for _, id := range r.IDs {
			p, ok := f.groups[r.Group][id]
			if _, there := f.entries[id]; !there || !ok || p.Idle < r.MinIdle {
				result.Missed = append(result.Missed, id)
				continue
			}
			p.Consumer, p.Idle, p.Deliveries = r.Consumer, 0, p.Deliveries+1
			f.groups[r.Group][id] = p
			result.Claimed = append(result.Claimed, id)
		}
		return fmt.Sprint(len(result.Claimed), " entries")
	})
	result.Receipts = append(result.Receipts, receipt)
	return result, err
}

func (f *fakeBus) Unfit(e *model.Event) *model.SchemaError {
	if !strings.Contains(string(e.Data), "amount") {
		return nil
	}
	return f.unfit
}

func (f *fakeBus) Append(_ context.Context, r change.AppendRequest) (change.AppendResult, error) {
	var result change.AppendResult
	receipt, err := f.change(r.Commands()[0], func() string {
		f.next++
		result.ID = model.Position{Ms: f.next}
		return result.ID.String()
	})
	result.Receipts = append(result.Receipts, receipt)
	return result, err
}

func (f *fakeBus) Republish(_ context.Context, r change.RepublishRequest) (change.RepublishResult, error) {
	var result change.RepublishResult
	for i, c := range r.Commands() {
		receipt, err := f.change(c, func() string {
			if i == 0 {
				f.next++
				result.Added = model.Key{Stream: c[1], ID: model.Position{Ms: f.next}}
				return result.Added.ID.String()
			}
			if _, ok := f.groups[r.AckGroup][r.Entry.ID]; ok {
				delete(f.groups[r.AckGroup], r.Entry.ID)
				result.Acked = 1
			}
			return fmt.Sprintf("(integer) %d", result.Acked)
		})
		result.Receipts = append(result.Receipts, receipt)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

func (f *fakeBus) DeadLetter(_ context.Context, r change.DeadLetterRequest) (change.DeadLetterResult, error) {
	var result change.DeadLetterResult
	for i, c := range r.Commands() {
		receipt, err := f.change(c, func() string {
			if i == 0 {
				f.next++
				result.Letter = model.Key{Stream: r.To, ID: model.Position{Ms: f.next}}
				return result.Letter.ID.String()
			}
			delete(f.groups[r.Group], r.Entry.ID)
			result.Acked = 1
			return "(integer) 1"
		})
		result.Receipts = append(result.Receipts, receipt)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

func (f *fakeBus) Together(_ context.Context, commands ...model.Command) (counts []int64, receipts []model.Receipt, err error) {
	for _, c := range commands {
		receipt, failed := f.change(c, func() string { return "(integer) 1" })
		counts, receipts, err = append(counts, 1), append(receipts, receipt), cmp.Or(err, failed)
	}
	return counts, receipts, err
}

func (*fakeBus) DeadLetterKey(stream string) string { return model.DeadLetterKey(stream) }

// question counts a question, and refuses it when the fake is told to.
func (f *fakeBus) question() error {
	f.asked++
	return f.blind
}

func (f *fakeBus) Pending(_ context.Context, q observe.PendingQuery) ([]model.PendingEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var rows []model.PendingEntry
	for id, p := range f.groups[q.Group] {
		if id.Before(q.From) || id.After(q.To) {
			continue
		}
		e, there := f.entries[id]
		rows = append(rows, model.PendingEntry{Pending: p, Entry: e, Gone: !there})
	}
	slices.SortFunc(rows, func(a, b model.PendingEntry) int { return a.ID.Compare(b.ID) })
	return rows[:min(len(rows), q.Count)], f.question()
}

func (f *fakeBus) Delivery(_ context.Context, key model.Key) (model.Delivery, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, there := f.entries[key.ID]
	d := model.Delivery{Key: key, Gone: !there}
	if key.Stream != testStream {
		return d, f.question()
	}
	for name, rows := range f.groups {
		g := model.GroupDelivery{Group: name, State: model.DeliveryAcked}
		if p, ok := rows[key.ID]; ok {
			g.State, g.Pending = model.DeliveryPending, &p
		}
		d.Groups = append(d.Groups, g)
	}
	slices.SortFunc(d.Groups, func(a, b model.GroupDelivery) int { return strings.Compare(a.Group, b.Group) })
	return d, f.question()
}

func (f *fakeBus) PendingOf(_ context.Context, _, group string, ids []model.Position) ([]model.Pending, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rows := make([]model.Pending, len(ids))
	for i, id := range ids {
		rows[i] = f.groups[group][id]
	}
	return rows, f.question()
}

func (f *fakeBus) Entries(_ context.Context, stream string, ids []model.Position) ([]model.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	entries := make([]model.Entry, len(ids))
	for i, id := range ids {
		if entries[i] = f.entries[id]; entries[i].ID.IsZero() {
			entries[i] = model.Entry{Stream: stream, ID: id}
		}
		for _, l := range f.letters {
			if l.Entry.Stream == stream && l.Entry.ID == id {
				entries[i] = l.Entry
			}
		}
	}
	return entries, f.question()
}

// Can is what a server before Redis 8.2 can do.
func (f *fakeBus) Can(context.Context) (model.Capabilities, error) {
	return model.Capabilities{TrimMinID: true}, nil
}
