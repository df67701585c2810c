package desk

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"streamdesk/model"
	"streamdesk/ui/live"
)

// dice chooses one of n, from 0.
type dice func(n int) int

func pick[T any](roll dice, from []T) T { return from[roll(len(from))] }

// stormKeys are every key of every action, and those that dialogs and text fields know.
func stormKeys() []string {
	keys := []string{
		"enter", "enter", "tab", "tab", "shift+tab", "esc", "up", "down", "left", "right", "space", "backspace", "delete",
		"ctrl+a", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w", "alt+enter", "0", "$", "a", "é", "部", "👩‍🚀", "\x07", "{", `"`, "}",
	}
	for _, a := range actions() {
		for _, key := range a.keys {
			if key != "ctrl+z" { // it would stop the test
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// stormTexts are what is hard to put on a screen.
var stormTexts = []string{
	"", "x", "wf-1", "部署完成👍🏽", "é\u0301\u0301\u0301", "\x1b[31mred\x1b]0;title\x07", "a\tb\r\nc\x00\x7f\u0085", "\u202eright to left\u202c", "\xff\xfe\x80",
	"👨‍👩‍👧‍👦", strings.Repeat("w", 300), strings.Repeat("宽", 200), "\u200b\u200d\ufe0f", `{"a":`, `[[[[[[[[[[[[`, "ﷺ", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "▸●✗│",
}

// stormPayload is an event's JSON, or what passes for it.
func stormPayload(roll dice) string {
	text := pick(roll, stormTexts)
	switch roll(8) {
	case 0:
		return text
	case 1:
		return `{"id":` + text + `}`
	case 2:
		return `{"data":` + strings.Repeat(`{"部":[`, roll(200)) + "1" + strings.Repeat("]}", roll(200)) + "}"
	case 3:
		return `{"data":{"long":"` + strings.Repeat("长x", 1<<roll(18)) + `"}}`
	default:
		e := model.Event{
			ID: text, Type: model.Type(pick(roll, stormTexts)), WorkflowID: pick(roll, stormTexts), SourceAgent: pick(roll, stormTexts),
			Data: []byte(`{"a":[1,{"b":null}],"c":1e400}`),
		}
		return string(e.AppendJSON(nil))
	}
}

// stormSizes are sizes at which something changes, and their neighbours.
var stormSizes = []int{0, 1, 2, 3, 5, 8, 14, 15, 16, 23, 24, 29, 30, 31, 40, 59, 60, 61, 79, 80, 119, 120, 121, 200, 300}

// storm does one random thing to the desk.
func (b *harness) storm(roll dice, keys []string) {
	b.t.Helper()
	switch roll(16) {
	case 0:
		b.send(tea.WindowSizeMsg{Width: pick(roll, stormSizes), Height: pick(roll, stormSizes)})
	case 1, 2:
		b.send(tea.MouseMsg{
			X: roll(b.desk.tiles.Layout.Width+3) - 1, Y: roll(b.desk.tiles.Layout.Height+3) - 1,
			Button: tea.MouseButton(roll(12)), Action: tea.MouseAction(roll(3)), Ctrl: roll(9) == 0, Shift: roll(9) == 0,
		})
	case 3:
		b.arrive(model.Entry{
			Stream: "events:" + pick(roll, stormTexts), ID: model.Position{Ms: uint64(start.UnixMilli()) + uint64(roll(1000)), Seq: uint64(roll(3))},
			Fields: []model.Field{{Name: pick(roll, []string{"data", "x", "", "\x1b"}), Value: stormPayload(roll)}},
		})
		b.frame()
	case 4:
		// What is on the server is as bad as what arrives.
		b.add("events:"+pick(roll, []string{"workflow.started", "workflow.failed", "a2a.部", "\x1b[2J"}), "data", stormPayload(roll))
		b.look()
	case 5:
		b.publish(pick(roll, []model.Type{model.WorkflowStarted, model.AuditFailed, model.A2AMessage}), "wf-1", `{"a":[1,{"b":null}]}`)
		b.deliver("events:workflow.started", pick(roll, []string{"db_writers", "部\x07"}), pick(roll, []string{"worker-1", "\x1b[1m"}), int64(1+roll(20)))
		b.look()
	case 6:
		b.pass(time.Duration(roll(200_000)-20_000) * time.Millisecond)
		b.frame()
	case 7:
		b.misfortune(roll)
	case 8:
		b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(pick(roll, stormTexts)), Paste: roll(2) == 0})
	default:
		b.send(keyMsg(pick(roll, keys)))
	}
	b.fits()
}

// misfortune is what befalls servers.
func (b *harness) misfortune(roll dice) {
	b.t.Helper()
	ctx := b.t.Context()
	switch roll(6) {
	case 0:
		b.client.FlushAll(ctx)
		b.look()
	case 1:
		b.client.Del(ctx, "events:workflow.started")
		b.look()
	case 2:
		b.client.XGroupDestroy(ctx, "events:workflow.started", "db_writers")
	case 3:
		b.client.Set(ctx, "events:no.stream", "x", 0)
		b.look()
	case 4:
		b.desk.line.feed.Add(func(b *live.Batch) {
			*b = live.Batch{Trouble: errors.New(pick(roll, stormTexts)), Skipped: model.Count{}}
		})
		b.frame()
	case 5:
		b.desk.line.feed.Add(func(b *live.Batch) { b.Skipped = model.Exactly(int64(roll(1 << 20))) })
		b.frame()
	}
}

// Whatever is pressed, clicked, resized and received: nothing breaks, no line is wider than the screen, and no frame
// is taller.
func TestTheDeskStandsWhateverHappens(t *testing.T) {
	b := newHarness(t, 120, 40)
	keys := stormKeys()
	rapid.Check(t, func(rt *rapid.T) {
		roll := func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "roll") }
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			b.storm(roll, keys)
		}
	})
}

// stormEnv asks for a longer storm, such as 1m; CI has no time for one.
const stormEnv = "STREAMDESK_TEST_STORM"

func TestTheDeskStandsForAsLongAsItIsTold(t *testing.T) {
	during, err := time.ParseDuration(os.Getenv(stormEnv))
	if err != nil {
		t.Skipf("set %s to a duration, such as 1m, for a long storm", stormEnv)
	}
	keys := stormKeys()
	steps := 0
	for end := time.Now().Add(during); time.Now().Before(end); {
		seed := rand.Uint64()
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			b := newHarness(t, 120, 40)
			for range 2000 {
				b.storm(random.IntN, keys)
				steps++
			}
		})
		if t.Failed() {
			break
		}
	}
	t.Logf("%d steps", steps)
}

// FuzzDesk lets the fuzzer choose what happens: each byte is a roll of the dice.
func FuzzDesk(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		seed := make([]byte, 200)
		for i := range seed {
			seed[i] = byte(random.Uint32())
		}
		f.Add(seed)
	}
	keys := stormKeys()
	f.Fuzz(func(t *testing.T, script []byte) {
		b := newHarness(t, 120, 40)
		roll := func(n int) int {
			if len(script) == 0 || n <= 0 {
				return 0
			}
			rolled := int(script[0])
			script = script[1:]
			if n > 256 && len(script) > 0 {
				rolled |= int(script[0]) << 8
				script = script[1:]
			}
			return rolled % n
		}
		for len(script) > 0 {
			b.storm(roll, keys)
		}
	})
}
