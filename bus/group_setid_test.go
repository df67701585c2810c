package bus_test

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestTheLagStaysKnownWhenAGroupIsSetToAnotherID(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs(t, name, redistest.Lag)
			s := start(t)
			s.add(t, "events:a", 1, 10)
			s.deliver(t, "events:a", "g", "c", 6)
			for _, test := range []struct {
				to       model.Position
				lag      int64
				commands string
			}{
				{model.Position{}, 10, "XGROUP SETID events:a g 0 ENTRIESREAD 0"},
				{model.MaxPosition, 0, "XGROUP SETID events:a g 10-0 ENTRIESREAD 10"},
				{at(4), 6, "XGROUP SETID events:a g 4-0 ENTRIESREAD 4"},
				{at(7).Next(), 3, "XGROUP SETID events:a g 7-1 ENTRIESREAD 7"},
			} {
				lagIs(t, s, test.to, model.Exactly(test.lag), test.commands)
			}
			// It goes on being counted from there.
			s.add(t, "events:a", 11, 2)
			if got := lagOf(t, s); got != model.Exactly(5) {
				t.Errorf("two more were added: lag %v, want 5", got)
			}
			s.run(t, "XTRIM", "events:a", "MINID", "5-0")
			lagIs(t, s, at(8), model.Exactly(4), "XGROUP SETID events:a g 8-0 ENTRIESREAD 8")
			lagIs(t, s, at(2), model.Exactly(8), "XGROUP SETID events:a g 2-0 ENTRIESREAD 4")
			s.run(t, "XDEL", "events:a", "6-0")
			lagIs(t, s, at(8), model.Exactly(4), "XGROUP SETID events:a g 8-0 ENTRIESREAD 8")
		})
	}
}

func TestALagThatTheServerCannotTellIsCounted(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.Lag)
	s := onRedis(t)
	s.add(t, "events:a", 1, 10)
	s.run(t, "XDEL", "events:a", "7-0")
	s.deliver(t, "events:a", "g", "c", 6)
	lagIs(t, s, at(4), model.Exactly(5), "XGROUP SETID events:a g 4-0")
	// Past the end: entries may yet come that the group will never see.
	must(s.Writer().SetGroupID(t.Context(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: at(1000)}))(t)
	if got := lagOf(t, s); got.Known && got.N != 0 {
		t.Errorf("past the end: lag %v", got)
	}
}

// lagIs sets the group's ID, and compares what the server then says with what a consumer then reads.
func lagIs(t *testing.T, s served, to model.Position, want model.Count, command string) {
	t.Helper()
	done := must(s.Writer().SetGroupID(t.Context(), change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: to}))(t)
	if got := done.Receipts[0].Command.String(); len(done.Receipts) != 1 || got != command {
		t.Errorf("sent %s, want %s", got, command)
	}
	if got := lagOf(t, s); got != want {
		t.Errorf("after %s: lag %v, want %v", command, got, want)
	}
	behind := len(must(s.Reader().Range(t.Context(), "events:a", must(change.PlanSetID(t.Context(), s.Reader(),
		change.SetGroupIDRequest{Stream: "events:a", Group: "g", ID: to}))(t).To.Next(), model.MaxPosition, 100))(t))
	if want.Known && int64(behind) != want.N {
		t.Errorf("after %s: %d entries lie behind it, and the lag is %v", command, behind, want)
	}
}

func lagOf(t *testing.T, s served) model.Count {
	t.Helper()
	return must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t).Streams[0].Group("g").Lag
}
