package live

import (
	"testing"

	"streamdesk/model"
	"streamdesk/model/filter"
)

func idAt(ms uint64) model.Position { return model.Position{Ms: ms} }

// stood is a stream with two groups: readers has read up to 50, of which 20 and 40 are pending; slow up to 30, of which
// more is pending than was read.
func stood() *States {
	return &States{
		Snapshot: &model.Snapshot{Streams: []model.Stream{
			{Key: "alone"},
			{Key: "broken", Problem: "WRONGTYPE"},
			{Key: "s", Groups: []model.Group{
				{Name: "readers", LastDelivered: idAt(50), Pending: 2, Oldest: &model.Pending{ID: idAt(20)}},
				{Name: "slow", LastDelivered: idAt(30), Pending: 9, Oldest: &model.Pending{ID: idAt(12)}},
			}},
		}},
		Pending: map[GroupKey]PendingRows{
			{"s", "readers"}: {From: idAt(1), To: idAt(50), IDs: map[model.Position]bool{idAt(20): true, idAt(40): true}},
			{"s", "slow"}:    {From: idAt(1), To: idAt(14), IDs: map[model.Position]bool{idAt(12): true, idAt(14): true}},
		},
		Dead: map[string]DeadLetters{
			"s":     {IDs: map[model.Position][]string{idAt(13): {"slow"}}, All: true},
			"alone": {IDs: map[model.Position][]string{idAt(1): {"readers"}}},
		},
	}
}

func TestStatesSayWhatIsKnownAndNoMore(t *testing.T) {
	for _, c := range []struct {
		stream string
		ms     uint64
		state  filter.State
		want   filter.Verdict
	}{
		{"s", 10, filter.StatePending, filter.Fails},
		{"s", 10, filter.StateAcked, filter.Passes},
		{"s", 12, filter.StatePending, filter.Passes},
		{"s", 12, filter.StateAcked, filter.Fails},
		{"s", 13, filter.StateAcked, filter.Passes},
		{"s", 13, filter.StateDead, filter.Passes},
		{"s", 14, filter.StateDead, filter.Fails},
		{"s", 20, filter.StatePending, filter.Passes},
		{"s", 25, filter.StatePending, filter.Undecided}, // slow's rows were not read so far
		{"s", 25, filter.StateAcked, filter.Undecided},
		{"s", 35, filter.StatePending, filter.Fails}, // readers has acked it, slow hasn't got it
		{"s", 35, filter.StateAcked, filter.Fails},
		{"s", 40, filter.StatePending, filter.Passes},
		{"s", 60, filter.StatePending, filter.Fails},
		{"s", 60, filter.StateAcked, filter.Fails},
		{"alone", 5, filter.StatePending, filter.Fails},
		{"alone", 5, filter.StateAcked, filter.Fails}, // there is nobody to acknowledge it
		{"alone", 1, filter.StateDead, filter.Passes},
		{"alone", 2, filter.StateDead, filter.Undecided},
		{"broken", 5, filter.StatePending, filter.Undecided},
		{"new", 5, filter.StateAcked, filter.Undecided},
		{"new", 5, filter.StateDead, filter.Undecided},
	} {
		got, why := stood().Stands(model.Key{Stream: c.stream, ID: idAt(c.ms)}, c.state, nil)
		if got != c.want || (why != "") != (c.want == filter.Undecided) {
			t.Errorf("%s %d %s: %v %q, want %v", c.stream, c.ms, c.state, got, why, c.want)
		}
	}
	var none *States
	if got, why := none.Stands(model.Key{}, filter.StatePending, nil); got != filter.Undecided || why == "" {
		t.Errorf("without anything: %v %q", got, why)
	}
}

func TestStatesCanBeThoseOfSomeGroups(t *testing.T) {
	for _, c := range []struct {
		group string
		ms    uint64
		state filter.State
		want  filter.Verdict
	}{
		{"readers", 12, filter.StatePending, filter.Fails}, // slow has it pending
		{"slow", 12, filter.StatePending, filter.Passes},
		{"readers", 12, filter.StateAcked, filter.Passes},
		{"readers", 25, filter.StateAcked, filter.Passes}, // that slow's isn't known is no matter
		{"slow", 25, filter.StateAcked, filter.Undecided},
		{"readers", 35, filter.StateAcked, filter.Passes},
		{"slow", 35, filter.StateAcked, filter.Fails},
		{"slow", 35, filter.StateOpen, filter.Passes}, // not delivered yet
		{"readers", 35, filter.StateOpen, filter.Fails},
		{"readers", 20, filter.StateOpen, filter.Passes},
		{"slow", 25, filter.StateOpen, filter.Undecided},
		{"slow", 13, filter.StateDead, filter.Passes},
		{"readers", 13, filter.StateDead, filter.Fails},
		{"nobody", 20, filter.StatePending, filter.Fails},
		{"nobody", 10, filter.StateAcked, filter.Fails},
		{"nobody", 60, filter.StateOpen, filter.Fails},
	} {
		got, why := stood().Stands(model.Key{Stream: "s", ID: idAt(c.ms)}, c.state, func(group string) bool { return group == c.group })
		if got != c.want || (why != "") != (c.want == filter.Undecided) {
			t.Errorf("%s %d %s: %v %q, want %v", c.group, c.ms, c.state, got, why, c.want)
		}
	}
}
