package filter_test

import (
	"strings"
	"testing"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// standing is an entry that is dead for sure, and of which nobody knows whether it is pending.
func standing(_ model.Key, s filter.State, _ func(string) bool) (v filter.Verdict, why string) {
	switch s {
	case filter.StatePending:
		return filter.Undecided, "nobody looked"
	case filter.StateDead:
		return filter.Passes, ""
	default:
		return filter.Fails, ""
	}
}

func TestAFilterAsksHowEntriesStand(t *testing.T) {
	for text, want := range map[string]filter.Verdict{
		"state:dead":              filter.Passes,
		"STATE:Dead":              filter.Passes,
		"-state:dead":             filter.Fails,
		"state:acked":             filter.Fails,
		"-state:acked":            filter.Passes,
		"state:pending":           filter.Undecided,
		"-state:pending":          filter.Undecided, // turning round what isn't known tells nothing
		"state:pending|dead":      filter.Passes,
		"state:acked,dead":        filter.Passes,
		"state:pending|acked":     filter.Undecided,
		"state:pending wf:other":  filter.Fails, // known to fail, whatever its state
		"state:pending jq:.x":     filter.Fails,
		"state:dead state:acked":  filter.Fails,
		"state:dead -state:acked": filter.Passes,
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, why := f.Informed(standing).Judge(&filterRecord, filterNow)
		if got != want || (why != "") != (want == filter.Undecided) {
			t.Errorf("%q: %v (%q), want %v", text, got, why, want)
		}
		if v, why := f.Judge(&filterRecord, filterNow); want == filter.Passes && (v != filter.Undecided || !strings.Contains(why, "isn't known here")) {
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
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if f.Changes() != want.changes || f.AsksState() != want.state || f.Asks(filter.StateDead) != want.dead || f.Costly() != want.costly {
			t.Errorf("%q: changes %v, state %v, dead %v, costly %v", text, f.Changes(), f.AsksState(), f.Asks(filter.StateDead), f.Costly())
		}
	}
}

func TestQuotedFilterValuesMeanThemselves(t *testing.T) {
	for _, id := range []string{"wf-1", "a b", "a,b", "a\tb", `say "x"`, "a\u00a0b", "ä"} {
		f, err := filter.Parse("wf:" + filter.Quote(id))
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
		state  filter.State
		v      filter.Verdict
	}{
		"state:pending":                                   {"db_writers log_aggregators", filter.StatePending, filter.Passes},
		"state:pending group:db_writers":                  {"db_writers", filter.StatePending, filter.Passes},
		"GROUP:db_* state:acked":                          {"db_writers", filter.StateAcked, filter.Passes},
		"group:db_writers":                                {"db_writers", filter.StateOpen, filter.Passes},
		"-group:db_writers":                               {"log_aggregators", filter.StateOpen, filter.Passes},
		"group:*_aggregators,x state:pending":             {"log_aggregators", filter.StatePending, filter.Passes},
		"-state:pending group:db_writers":                 {"db_writers", filter.StatePending, filter.Fails},
		"group:nobody":                                    {"", filter.StateOpen, filter.Fails},
		"group:db_writers -group:db_writers state:acked":  {"", filter.StateAcked, filter.Fails},
		"group:db_writers -group:log* wf:* state:pending": {"db_writers", filter.StatePending, filter.Passes},
	} {
		f, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var groups []string
		asked := filter.State(0)
		got, _ := f.Informed(func(_ model.Key, s filter.State, concerns func(string) bool) (filter.Verdict, string) {
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
				return filter.Fails, ""
			}
			return filter.Passes, ""
		}).Judge(&filterRecord, filterNow)
		if got != want.v || asked != want.state || strings.Join(groups, " ") != want.groups {
			t.Errorf("%q: %v, asked for %s of %v, want %+v", text, got, asked, groups, want)
		}
	}
	if f, err := filter.Parse("group:"); err == nil || !strings.Contains(err.Error(), "group:db_writers") {
		t.Errorf("%v, %v", f, err)
	}
}
