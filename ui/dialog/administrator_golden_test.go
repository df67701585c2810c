package dialog

import (
	"strings"
	"testing"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/dialog/keyboard"
)

func administratorScenes() []scene {
	acknowledge := func(f *fakeBus, _ *Target) { f.acknowledge() }
	return []scene{
		{name: "trim", open: openTrim, arrange: acknowledge},
		{name: "trim-hard", open: openTrim, arrange: acknowledge, keys: "down space tab '7' tab"},
		{name: "trim-production", open: openTrim, arrange: acknowledge, production: true},
		{name: "set-id", open: openSetID, arrange: func(f *fakeBus, _ *Target) { f.delivered(1204, 0) }, keys: "down '0' tab"},
		{name: "set-id-skip", open: openSetID, arrange: func(f *fakeBus, _ *Target) { f.delivered(0, 88) }, keys: "down '$' tab"},
		{name: "set-id-fault", open: openSetID, keys: "down 'soon'"},
		{name: "dead-letters", open: openDeadLetters, arrange: givenUp, keys: "space j"},
		{name: "dead-letters-none", open: openDeadLetters},
		{name: "dead-letters-fields", open: openDeadLetters, arrange: givenUp, keys: "enter"},
		{name: "dead-letters-requeue", open: openDeadLetters, arrange: givenUp, keys: "space*2 tab*2 enter"},
		{name: "create-group", open: openCreateGroup, arrange: peopledScene(0), keys: "'audit' tab"},
		{name: "destroy-group", open: openDestroyGroup, arrange: peopledScene(0)},
		{name: "move-consumer", open: openMoveConsumer, arrange: peopledScene(1204)},
		{name: "delete-consumer", open: openDeleteConsumer, arrange: peopledScene(0)},
		{name: "delete-consumer-pending", open: openDeleteConsumer, arrange: peopledScene(1204)},
		{name: "trim-done", open: openTrim, arrange: acknowledge, keys: "tab enter"},
	}
}

func TestEveryDialogAboutStreamsFitsItsView(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile().Draw(rt, "text")
		f, _ := stuck()
		f.hostile(text)
		env := testEnv(f)
		env.Production, env.ProfileName = rapid.Bool().Draw(rt, "production"), text
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"tab", "shift+tab", "right", "x", "space", "0", "enter", "pgdown", "down"}), 0, 10).Draw(rt, "keys")
		width, height := rapid.IntRange(60, 130).Draw(rt, "width"), rapid.IntRange(15, 50).Draw(rt, "height")
		for _, open := range administratorDialogs {
			d, cmd := open(env, text)
			b := &harness{t: t, dialog: d}
			b.run(cmd)
			for _, k := range keys {
				if !b.closed {
					b.send(keyboard.Key(k))
				}
			}
			fits(rt, d, d.Draw(testView(t, width, height)), width, height)
		}
	})
}

// fits fails unless the lines are as wide as each other, and within the view.
func fits(rt *rapid.T, d Dialog, lines []string, width, height int) {
	if len(lines) > height {
		rt.Fatalf("%T has %d lines of %d", d, len(lines), height)
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w > width || w != ansi.StringWidth(lines[0]) {
			rt.Fatalf("%T draws a line of %d cells in %d: %q", d, w, width, l)
		}
		if strings.ContainsFunc(ansi.Strip(l), unicode.IsControl) {
			rt.Fatalf("%T draws a control character: %q", d, l)
		}
	}
}

// administratorDialogs open each dialog about the stream, group or consumer of that name.
var administratorDialogs = []func(env Env, name string) (Dialog, tea.Cmd){
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.Trim, Target{Stream: name}, "")
	},
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.SetGroupID, Target{Stream: name}, name)
	},
	func(env Env, name string) (Dialog, tea.Cmd) { return NewDeadLetters(env, name, "") },
	func(env Env, name string) (Dialog, tea.Cmd) { return NewDeadLetters(env, name, name) },
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.CreateGroup, Target{Stream: name}, "")
	},
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.DestroyGroup, Target{Stream: name}, name)
	},
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.MoveConsumer, Target{Stream: name}, name)
	},
	func(env Env, name string) (Dialog, tea.Cmd) {
		return NewChange(env, &change.DeleteConsumer, Target{Stream: name}, name)
	},
}

// hostile gives everything that text for a name.
func (f *fakeBus) hostile(text string) {
	f.letters = []model.DeadLetter{
		letterOf(2, text, text, text), letterOf(1, "", text, text), {Entry: model.Entry{Stream: text, ID: model.MaxPosition}},
	}
	f.stream = model.Stream{Key: text, Length: 1 << 60, Groups: []model.Group{{
		Name: text, Pending: 1 << 60, Oldest: &model.Pending{ID: model.MaxPosition}, Consumers: []model.Consumer{{Name: text, Pending: 1 << 60, Idle: 1 << 60}},
	}}}
	f.between = new(model.About(1 << 60))
}
