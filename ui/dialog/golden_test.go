package dialog

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/ui/dialog/keyboard"
)

// scene is a dialog in a state worth looking at.
type scene struct {
	name string
	keys string
	open func(env Env, f *fakeBus, target Target) (Dialog, tea.Cmd)
	// arrange changes the world before the dialog opens, act after that and before the keys.
	arrange, act func(f *fakeBus, target *Target)
	production   bool
}

func openAck(env Env, _ *fakeBus, target Target) (Dialog, tea.Cmd) {
	return NewAck(env, target, "db_writers")
}

func openClaim(env Env, _ *fakeBus, target Target) (Dialog, tea.Cmd) {
	return NewClaim(env, target, "db_writers", testGroup())
}

func openRepublish(env Env, _ *fakeBus, target Target) (Dialog, tea.Cmd) {
	return NewRepublish(env, target)
}

func openInject(env Env, _ *fakeBus, target Target) (Dialog, tea.Cmd) {
	return NewInject(env, DraftOf(target.Sample[0]), []Draft{{Name: "ping", Type: "a2a.message"}}, nil)
}

// many makes the target twelve pending entries, some of which are gone or acknowledged meanwhile.
func many(f *fakeBus, target *Target) {
	for i := range 11 {
		id := f.add(uint64(1001+i), testPayload)
		f.hold("db_writers", model.Pending{ID: id, Consumer: "worker-3", Idle: time.Duration(100-i) * time.Second, Deliveries: int64(4 - i/4)})
		target.IDs = append(target.IDs, id)
	}
	delete(f.entries, target.IDs[1])
	delete(f.groups["db_writers"], target.IDs[2])
}

func scenes() []scene {
	return append(administratorScenes(), []scene{
		{name: "ack", open: openAck},
		{name: "batch-faulty", open: func(env Env, _ *fakeBus, _ Target) (Dialog, tea.Cmd) {
			return NewBatch(env), nil
		}, keys: "'/nowhere/events.jsonl' tab"},
		{name: "ack-many", open: openAck, arrange: many},
		{name: "ack-production", open: openAck, production: true, keys: "tab enter 'prod-us'"},
		{name: "ack-moved", open: openAck, keys: "tab enter", act: func(f *fakeBus, target *Target) {
			f.hold("db_writers", model.Pending{ID: target.IDs[0], Consumer: "worker-1", Idle: time.Second, Deliveries: 5})
		}},
		{name: "ack-done", open: openAck, keys: "tab enter"},
		{name: "ack-late", open: openAck, keys: "tab enter", act: func(f *fakeBus, target *Target) {
			delete(f.groups["db_writers"], target.IDs[0])
		}},
		{name: "ack-error", open: openAck, keys: "tab enter", arrange: func(f *fakeBus, _ *Target) {
			f.fail = errors.New("bus: ack in group db_writers on events:workflow.failed: READONLY You can't write against a read only replica")
		}},
		{name: "claim", open: openClaim, keys: "down"},
		{name: "claim-many", open: openClaim, arrange: many},
		{name: "claim-fault", open: openClaim, keys: "down*2 ctrl+u 'soon'"},
		{name: "republish", open: openRepublish},
		{name: "republish-edited", open: openRepublish, keys: "down*2 right down*4"},
		{name: "inject", open: openInject, keys: "down"},
		{name: "inject-fault", open: openInject, keys: "tab*5 end 'x'"},
		{name: "message", open: func(Env, *fakeBus, Target) (Dialog, tea.Cmd) {
			return NewMessage("Can't connect", "dial tcp 10.0.0.7:6379: connect: connection refused", "", "Is Redis running there? The address comes from the profile prod-eu."), nil
		}},
		{name: "help", open: func(Env, *fakeBus, Target) (Dialog, tea.Cmd) { return NewHelp(testHelp()), nil }},
	}...)
}

func (s scene) play(t *testing.T) *harness {
	t.Helper()
	f, target := stuck()
	if s.arrange != nil {
		s.arrange(f, &target)
	}
	env := testEnv(f)
	env.Production = s.production
	d, cmd := s.open(env, f, target)
	b := newHarness(t, d, cmd)
	if s.act != nil {
		s.act(f, &target)
	}
	b.press(s.keys)
	return b
}

func TestLooks(t *testing.T) {
	t.Parallel()
	for _, s := range scenes() {
		for _, size := range [][2]int{{60, 15}, {120, 40}} {
			t.Run(fmt.Sprintf("%s-%dx%d", s.name, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				lines := s.play(t).dialog.Draw(testView(t, size[0], size[1]))
				golden.RequireEqual(t, strings.Join(lines, "\n")+"\n")
			})
		}
	}
}

// hostile draws texts that producers can write and terminals can't show.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune("ab {}\"\\,:工作é\u0301👍🏽\t\n\r\x1b\x9b\u200d\u202e\ufe0f🇩🇪"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func TestEveryDialogFitsItsView(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := hostile().Draw(rt, "text")
		f, target := stuck()
		id := target.IDs[0]
		f.entries[id] = model.Entry{Stream: testStream, ID: id, Fields: []model.Field{{Name: text, Value: text}, {Name: "data", Value: hostile().Draw(rt, "payload")}}}
		f.hold("db_writers", model.Pending{ID: id, Consumer: text, Idle: time.Minute, Deliveries: 1 << 40})
		f.hold(text+"g", model.Pending{ID: id, Consumer: "c", Idle: time.Minute, Deliveries: 1})
		record := payload.Wire(f.entries[id], "events:")
		record.Event = model.Event{Type: model.Type(text), WorkflowID: text, SourceAgent: text, Data: []byte(text)}
		target.Sample = []model.Record{record}
		env := testEnv(f)
		env.Production, env.ProfileName = rapid.Bool().Draw(rt, "production"), text

		ack, ackLook := NewAck(env, target, "")
		claim, claimLook := NewClaim(env, target, text+"g", testGroup())
		republish, republishLook := NewRepublish(env, target)
		inject, injectLook := NewInject(env, DraftOf(record), []Draft{{Name: text}}, nil)
		help := NewHelp([]HelpGroup{{Title: text, Keys: []HelpKey{{Key: text, Title: text, Disabled: text}}}})
		looks := map[Dialog]tea.Cmd{ack: ackLook, claim: claimLook, republish: republishLook, inject: injectLook, help: nil, NewMessage(text, text): nil}

		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"tab", "shift+tab", "right", "x", "enter", "pgdown", "down"}), 0, 8).Draw(rt, "keys")
		width, height := rapid.IntRange(60, 130).Draw(rt, "width"), rapid.IntRange(15, 50).Draw(rt, "height")
		view := testView(t, width, height)
		for d, look := range looks {
			b := &harness{t: t, dialog: d}
			b.run(look)
			for _, k := range keys {
				if !b.closed {
					b.send(keyboard.Key(k))
				}
			}
			lines := d.Draw(view)
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
	})
}
