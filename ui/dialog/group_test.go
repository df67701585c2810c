package dialog

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// peopled makes it a stream of 1,204 entries with the group db_writers, whose worker-3 has been gone for an hour.
func (f *fakeBus) peopled(pending int64) {
	f.changed = true
	f.stream = model.Stream{
		Key: testStream, Length: 1204, Last: model.Position{Ms: 9000},
		Groups: []model.Group{{
			Name: "db_writers", Pending: 12, Lag: model.Exactly(30),
			Consumers: []model.Consumer{
				{Name: "worker-1", Idle: time.Second, Inactive: model.Exactly(2000)},
				{Name: "worker-3", Pending: pending, Idle: time.Hour},
			},
		}},
	}
}

func peopledScene(pending int64) func(f *fakeBus, _ *Target) {
	return func(f *fakeBus, _ *Target) { f.peopled(pending) }
}

func openCreateGroup(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.CreateGroup, Target{Stream: testStream}, "")
}

func openDestroyGroup(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.DestroyGroup, Target{Stream: testStream}, "db_writers")
}

func openDeleteConsumer(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.DeleteConsumer, Target{Stream: testStream}, "db_writers")
}

func openMoveConsumer(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
	return NewChange(env, &change.MoveConsumer, Target{Stream: testStream}, "db_writers")
}

type opening func(env Env, f *fakeBus, _ Target) (Dialog, tea.Cmd)

func peopledBench(t *testing.T, pending int64, production bool, open opening) (*fakeBus, *harness) {
	t.Helper()
	f := newFakeBus()
	f.peopled(pending)
	env := testEnv(f)
	env.Production = production
	d, cmd := open(env, f, Target{})
	return f, newHarness(t, d, cmd)
}

func TestCreateGroupIsSentOnlyByItsButton(t *testing.T) {
	t.Parallel()
	const head = "XGROUP CREATE events:workflow.failed "
	for _, c := range []struct{ keys, sent string }{
		{"enter", ""},
		{"tab enter", ""}, // no name
		{"'audit' esc", ""},
		{"'db_writers' tab*3 enter", ""}, // there is one
		{"'audit' tab*3 enter", head + "audit $"},
		{"'audit' tab backspace '0' tab*2 enter", head + "audit 0"},
		{"'audit' tab backspace '7-7' tab*2 enter", head + "audit 7-7"},
		{"'audit' tab 'x' tab*2 enter", ""},
	} {
		f, b := peopledBench(t, 0, false, openCreateGroup)
		b.press(c.keys)
		if c.sent == "" {
			f.wants(t)
			continue
		}
		f.wants(t, c.sent)
		if len(b.done) != 1 || b.done[0].Title != "create group" || b.done[0].Name != "group create" || b.done[0].Group != "audit" {
			t.Errorf("the desk was told %+v", b.done)
		}
	}
}

func TestDestroyGroupAlwaysAsksForTheGroupsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys             string
		production, sent bool
	}{
		{"enter", false, false},
		{"tab enter", false, false},
		{"'audit' tab*2 enter", false, false},
		{"down 'db_writers' esc", false, false},
		{"down 'db_writers' tab*2 enter", false, true},
		{"'db_writers' tab*3 enter", true, false},
		{"down 'db_writers' tab 'prod-eu' tab*2 enter", true, true},
	} {
		f, b := peopledBench(t, 0, c.production, openDestroyGroup)
		b.shows("db_writers will never handle 12 entries it has pending and 30 it has not come to yet", "It has 2 consumers, which aren't told")
		b.press(c.keys)
		if c.sent {
			f.wants(t, "XGROUP DESTROY events:workflow.failed db_writers")
			b.shows("✓ destroyed group db_writers")
		} else {
			f.wants(t)
		}
	}
}

func TestDestroyGroupStopsWhenMoreWouldBeLost(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDestroyGroup)
	f.stream.Groups[0].Pending = 13
	b.press("down 'db_writers' tab*2 enter")
	f.wants(t)
	b.shows("It has changed since you looked", "13 entries it has pending")
}

func TestDestroyingWhatIsNoLongerThereSaysSo(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openDestroyGroup)
	f.changed = false
	b.press("down 'db_writers' tab*2 enter")
	b.shows("✓ destroyed 0 groups: db_writers was no longer there")
}

func TestAGroupThatIsMadeMeanwhileIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	f, b := peopledBench(t, 0, false, openCreateGroup)
	b.press("'audit' tab")
	f.stream.Groups = append(f.stream.Groups, model.Group{Name: "audit"})
	b.press("tab*2 enter")
	f.wants(t)
	b.shows("It has changed since you looked", "there is a group of that name already: choose another")
	b.press("up up '2' tab*3 enter")
	f.wants(t, "XGROUP CREATE events:workflow.failed audit2 $")
}
