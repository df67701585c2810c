package dialog

import (
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// What a person agreed to is asked for again when it could cost more by now: because a number grew, or because it can't be told
// any more.
func TestACostThatCanNoLongerBeToldIsAskedForAgain(t *testing.T) {
	t.Parallel()
	known, more, unknown := model.Exactly(3), model.Exactly(4), model.Count{}
	worse := func(kind *change.Kind, values change.Values, shown, newer *fakeBus) bool {
		var plans [2]change.Plan
		for i, f := range []*fakeBus{shown, newer} {
			var err error
			if plans[i], err = kind.Make(change.Target{Stream: testStream, Group: "db_writers"}, values).Look(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		return len(change.Worse(plans[0], plans[1])) > 0
	}
	// groupOf is a bus of 9 entries with one group; between is how many lie between any two positions.
	groupOf := func(name string, pending int64, lag, between model.Count) *fakeBus {
		f := newFakeBus()
		f.between = &between
		f.stream = model.Stream{Key: testStream, Length: 9, Last: model.Position{Ms: 9000}, Groups: []model.Group{
			{Name: name, LastDelivered: model.Position{Ms: 5000}, Pending: pending, Lag: lag},
		}}
		return f
	}
	lags := func(shown, newer model.Count) bool {
		return worse(&change.DestroyGroup, nil, groupOf("db_writers", 3, shown, known), groupOf("db_writers", 3, newer, known))
	}
	setID := func(position string, shown, newer model.Count) bool {
		return worse(&change.SetGroupID, change.Values{"position": position}, groupOf("db_writers", 3, unknown, shown), groupOf("db_writers", 3, unknown, newer))
	}
	hard := func(shown, newer *fakeBus) bool {
		return worse(&change.Trim, change.Values{"hard": "true", "max-len": "0"}, shown, newer)
	}
	const back, ahead = "0", "7000-0"
	for name, c := range map[string]struct{ got, want bool }{
		"group: the same lag":        {lags(known, known), false},
		"group: more lag":            {lags(known, more), true},
		"group: the lag is unknown":  {lags(known, unknown), true},
		"group: it was before":       {lags(unknown, more), false},
		"set ID: the same":           {setID(back, known, known), false},
		"set ID: more comes again":   {setID(back, known, more), true},
		"set ID: unknown redelivery": {setID(back, known, unknown), true},
		"set ID: the same skips":     {setID(ahead, known, known), false},
		"set ID: more is skipped":    {setID(ahead, known, more), true},
		"set ID: unknown skips":      {setID(ahead, known, unknown), true},
		"trim: the same":             {hard(groupOf("g", 3, known, known), groupOf("g", 3, known, known)), false},
		"trim: more pending":         {hard(groupOf("g", 3, known, known), groupOf("g", 4, known, known)), true},
		"trim: unknown":              {hard(groupOf("g", 3, known, known), groupOf("g", 3, unknown, unknown)), true},
		"trim: counted, the same":    {hard(groupOf("g", 3, known, known), groupOf("g", 3, unknown, known)), false},
		"trim: a group unnamed":      {hard(groupOf("g", 3, known, known), groupOf("h", 1, model.Exactly(0), known)), true},
		"trim: one without a cost":   {hard(groupOf("g", 3, known, known), groupOf("h", 0, model.Exactly(0), known)), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: worse %v", name, c.got)
		}
	}
}
