package live

import (
	"testing"

	"streamdesk/model"
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
		state  model.State
		want   model.Verdict
	}{
		{"s", 10, model.StatePending, model.Fails},
		{"s", 10, model.StateAcked, model.Passes},
		{"s", 12, model.StatePending, model.Passes},
		{"s", 12, model.StateAcked, model.Fails},
		{"s", 13, model.StateAcked, model.Passes},
		{"s", 13, model.StateDead, model.Passes},
		{"s", 14, model.StateDead, model.Fails},
		{"s", 20, model.StatePending, model.Passes},
		{"s", 25, model.StatePending, model.Undecided}, // slow's rows were not read so far
		{"s", 25, model.StateAcked, model.Undecided},
		{"s", 35, model.StatePending, model.Fails}, // readers has acked it, slow hasn't got it
		{"s", 35, model.StateAcked, model.Fails},
		{"s", 40, model.StatePending, model.Passes},
		{"s", 60, model.StatePending, model.Fails},
		{"s", 60, model.StateAcked, model.Fails},
		{"alone", 5, model.StatePending, model.Fails},
		{"alone", 5, model.StateAcked, model.Fails}, // there is nobody to acknowledge it
		{"alone", 1, model.StateDead, model.Passes},
		{"alone", 2, model.StateDead, model.Undecided},
		{"broken", 5, model.StatePending, model.Undecided},
		{"new", 5, model.StateAcked, model.Undecided},
		{"new", 5, model.StateDead, model.Undecided},
	} {
		got, why := stood().Stands(model.Key{Stream: c.stream, ID: idAt(c.ms)}, c.state, nil)
		if got != c.want || (why != "") != (c.want == model.Undecided) {
			t.Errorf("%s %d %s: %v %q, want %v", c.stream, c.ms, c.state, got, why, c.want)
		}
	}
	var none *States
	if got, why := none.Stands(model.Key{}, model.StatePending, nil); got != model.Undecided || why == "" {
		t.Errorf("without anything: %v %q", got, why)
	}
}

func TestStatesCanBeThoseOfSomeGroups(t *testing.T) {
	for _, c := range []struct {
		group string
		ms    uint64
		state model.State
		want  model.Verdict
	}{
		{"readers", 12, model.StatePending, model.Fails}, // slow has it pending
		{"slow", 12, model.StatePending, model.Passes},
		{"readers", 12, model.StateAcked, model.Passes},
		{"readers", 25, model.StateAcked, model.Passes}, // that slow's isn't known is no matter
		{"slow", 25, model.StateAcked, model.Undecided},
		{"readers", 35, model.StateAcked, model.Passes},
		{"slow", 35, model.StateAcked, model.Fails},
		{"slow", 35, model.StateOpen, model.Passes}, // not delivered yet
		{"readers", 35, model.StateOpen, model.Fails},
		{"readers", 20, model.StateOpen, model.Passes},
		{"slow", 25, model.StateOpen, model.Undecided},
		{"slow", 13, model.StateDead, model.Passes},
		{"readers", 13, model.StateDead, model.Fails},
		{"nobody", 20, model.StatePending, model.Fails},
		{"nobody", 10, model.StateAcked, model.Fails},
		{"nobody", 60, model.StateOpen, model.Fails},
	} {
		got, why := stood().Stands(model.Key{Stream: "s", ID: idAt(c.ms)}, c.state, func(group string) bool { return group == c.group })
		if got != c.want || (why != "") != (c.want == model.Undecided) {
			t.Errorf("%s %d %s: %v %q, want %v", c.group, c.ms, c.state, got, why, c.want)
		}
	}
}
