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
	trim := func(group string, pending, undelivered model.Count) trimPlan {
		var p trimPlan
		p.hard.Costs = []change.TrimCost{{Group: group, Pending: pending, Undelivered: undelivered}}
		return p
	}
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
	for name, c := range map[string]struct{ got, want bool }{
		"group: the same lag":        {lags(known, known), false},
		"group: more lag":            {lags(known, more), true},
		"group: the lag is unknown":  {lags(known, unknown), true},
		"group: it was before":       {lags(unknown, more), false},
		"set ID: the same":           {again(known, known), false},
		"set ID: more comes again":   {again(known, more), true},
		"set ID: unknown redelivery": {again(known, unknown), true},
		"trim: the same":             {worseTrim(trim("g", known, known), trim("g", known, known)), false},
		"trim: unknown":              {worseTrim(trim("g", known, known), trim("g", known, unknown)), true},
		"trim: a group unnamed":      {worseTrim(trim("g", known, known), trim("h", model.Exactly(1), model.Exactly(0))), true},
		"trim: one without a cost":   {worseTrim(trim("g", known, known), trim("h", model.Exactly(0), model.Exactly(0))), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: worse %v", name, c.got)
		}
	}
}
