package model_test

import (
	"strings"
	"testing"

	"streamdesk/model"
)

// standing is an entry that is dead for sure, and of which nobody knows whether it is pending.
func standing(_ model.Key, s model.State, _ func(string) bool) (v model.Verdict, why string) {
	switch s {
	case model.StatePending:
		return model.Undecided, "nobody looked"
	case model.StateDead:
		return model.Passes, ""
	default:
		return model.Fails, ""
	}
}

func TestAFilterAsksHowEntriesStand(t *testing.T) {
	for text, want := range map[string]model.Verdict{
		"state:dead":              model.Passes,
		"STATE:Dead":              model.Passes,
		"-state:dead":             model.Fails,
		"state:acked":             model.Fails,
		"-state:acked":            model.Passes,
		"state:pending":           model.Undecided,
		"-state:pending":          model.Undecided, // turning round what isn't known tells nothing
		"state:pending|dead":      model.Passes,
		"state:acked,dead":        model.Passes,
		"state:pending|acked":     model.Undecided,
		"state:pending wf:other":  model.Fails, // known to fail, whatever its state
		"state:pending jq:.x":     model.Fails,
		"state:dead state:acked":  model.Fails,
		"state:dead -state:acked": model.Passes,
	} {
		f, err := model.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		got, why := f.Informed(standing).Judge(&filterRecord, filterNow)
		if got != want || (why != "") != (want == model.Undecided) {
			t.Errorf("%q: %v (%q), want %v", text, got, why, want)
		}
		if v, why := f.Judge(&filterRecord, filterNow); want == model.Passes && (v != model.Undecided || !strings.Contains(why, "isn't known here")) {
			t.Errorf("%q, uninformed: %v %q", text, v, why)
		}
	}
}

func TestAFilterSaysWhatItIsAbout(t *testing.T) {
	for text, want := range map[string]struct{ changes, state, dead, costly bool }{
		"wf:a word":             {},
		"age<5m":                {changes: true},
		"state:pending":         {changes: true, state: true},
		"-state:acked|dead":     {changes: true, state: true, dead: true},
		"type:a.b jq:.a":        {costly: true},
		"state:dead jq:'.a' -b": {true, true, true, true},
	} {
		f, err := model.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.Changes() != want.changes || f.AsksState() != want.state || f.Asks(model.StateDead) != want.dead || f.Costly() != want.costly {
			t.Errorf("%q: changes %v, state %v, dead %v, costly %v", text, f.Changes(), f.AsksState(), f.Asks(model.StateDead), f.Costly())
		}
	}
}

func TestQuotedFilterValuesMeanThemselves(t *testing.T) {
	for _, id := range []string{"wf-1", "a b", "a,b", "a\tb", `say "x"`, "a\u00a0b", "ä"} {
		f, err := model.ParseFilter("wf:" + model.QuoteFilterValue(id))
		if err != nil {
			t.Errorf("%q: %v", id, err)
			continue
		}
		r := filterRecord
		r.Event.WorkflowID = id
		other := filterRecord
		other.Event.WorkflowID = id + "x"
		if !f.Match(&r, filterNow) || f.Match(&other, filterNow) {
			t.Errorf("%q: %s matches wrongly", id, f)
		}
	}
}

// TestGroupsNarrowStates asks somebody who says yes to what one of the groups db_writers and log_aggregators is concerned by.
func TestGroupsNarrowStates(t *testing.T) {
	for text, want := range map[string]struct {
		groups string // those that are concerned
		state  model.State
		v      model.Verdict
	}{
		"state:pending":                                   {"db_writers log_aggregators", model.StatePending, model.Passes},
		"state:pending group:db_writers":                  {"db_writers", model.StatePending, model.Passes},
		"GROUP:db_* state:acked":                          {"db_writers", model.StateAcked, model.Passes},
		"group:db_writers":                                {"db_writers", model.StateOpen, model.Passes},
		"-group:db_writers":                               {"log_aggregators", model.StateOpen, model.Passes},
		"group:*_aggregators,x state:pending":             {"log_aggregators", model.StatePending, model.Passes},
		"-state:pending group:db_writers":                 {"db_writers", model.StatePending, model.Fails},
		"group:nobody":                                    {"", model.StateOpen, model.Fails},
		"group:db_writers -group:db_writers state:acked":  {"", model.StateAcked, model.Fails},
		"group:db_writers -group:log* wf:* state:pending": {"db_writers", model.StatePending, model.Passes},
	} {
		f, err := model.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		var groups []string
		asked := model.State(0)
		got, _ := f.Informed(func(_ model.Key, s model.State, concerns func(string) bool) (model.Verdict, string) {
			asked, groups = s, nil
			for _, group := range []string{"db_writers", "log_aggregators"} {
				if concerns == nil || concerns(group) {
					groups = append(groups, group)
				}
				if f.Concerns(group) != (concerns == nil || concerns(group)) {
					t.Errorf("%q: whether it concerns %s is told in two ways", text, group)
				}
			}
			if len(groups) == 0 {
				return model.Fails, ""
			}
			return model.Passes, ""
		}).Judge(&filterRecord, filterNow)
		if got != want.v || asked != want.state || strings.Join(groups, " ") != want.groups {
			t.Errorf("%q: %v, asked for %s of %v, want %+v", text, got, asked, groups, want)
		}
	}
	if f, err := model.ParseFilter("group:"); err == nil || !strings.Contains(err.Error(), "group:db_writers") {
		t.Errorf("%v, %v", f, err)
	}
}
