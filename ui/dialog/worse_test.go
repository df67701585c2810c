package dialog

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// What a person agreed to is asked for again when it could cost more by now: because a number grew, or because it can't be told
// any more.
func TestACostThatCanNoLongerBeToldIsAskedForAgain(t *testing.T) {
	known, more, unknown := model.Exactly(3), model.Exactly(4), model.Count{}
	lags := func(shown, newer model.Count) bool {
		var plans [2]change.Plan
		for i, lag := range []model.Count{shown, newer} {
			f := newFakeBus()
			f.stream = model.Stream{Key: testStream, Groups: []model.Group{{Name: "g", Lag: lag}}}
			var err error
			if plans[i], err = change.DestroyGroup.Make(change.Target{Stream: testStream, Group: "g"}, nil).Look(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		return len(change.Worse(plans[0], plans[1])) > 0
	}
	again := func(shown, newer model.Count) bool {
		var plans [2]change.Plan
		for i, between := range []model.Count{shown, newer} {
			f := newFakeBus()
			f.delivered(0, 0)
			f.between = &between
			var err error
			if plans[i], err = change.SetGroupID.Make(change.Target{Stream: testStream, Group: "db_writers"}, nil).Look(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		return len(change.Worse(plans[0], plans[1])) > 0
	}
	hard := func(shown, newer model.Group) bool {
		var plans [2]change.Plan
		for i, g := range []model.Group{shown, newer} {
			f := newFakeBus()
			f.stream = model.Stream{Key: testStream, Length: 9, Groups: []model.Group{g}}
			var err error
			if plans[i], err = change.Trim.Make(change.Target{Stream: testStream}, change.Values{"hard": "true", "max-len": "0"}).Look(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		return len(change.Worse(plans[0], plans[1])) > 0
	}
	waits := func(name string, pending int64, lag model.Count) model.Group {
		return model.Group{Name: name, Pending: pending, Lag: lag}
	}
	for name, c := range map[string]struct{ got, want bool }{
		"group: the same lag":        {lags(known, known), false},
		"group: more lag":            {lags(known, more), true},
		"group: the lag is unknown":  {lags(known, unknown), true},
		"group: it was before":       {lags(unknown, more), false},
		"set ID: the same":           {again(known, known), false},
		"set ID: more comes again":   {again(known, more), true},
		"set ID: unknown redelivery": {again(known, unknown), true},
		"trim: the same":             {hard(waits("g", 3, known), waits("g", 3, known)), false},
		"trim: more pending":         {hard(waits("g", 3, known), waits("g", 4, known)), true},
		"trim: a group unnamed":      {hard(waits("g", 3, known), waits("h", 1, model.Exactly(0))), true},
		"trim: one without a cost":   {hard(waits("g", 3, known), waits("h", 0, model.Exactly(0))), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: worse %v", name, c.got)
		}
	}
}
