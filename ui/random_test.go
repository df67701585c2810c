package ui

import (
	"fmt"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"streamdesk/model"
)

// Whatever is pressed, clicked, resized and received: nothing breaks, no line is wider than the screen, and no frame
// is taller.
func TestTheDeskStandsWhateverHappens(t *testing.T) {
	b := newBench(t, 120, 40)
	keys := []string{
		"tab", "shift+tab", "enter", "esc", "up", "down", "left", "right", "space", "ctrl+d", "ctrl+u", "pgup", "pgdown", "home", "end",
		"backspace", "delete", "ctrl+a", "ctrl+w", "1", "2", "3", "4", "5", "6", "a", "f", "g", "G", "j", "k", "p", "s", "v", "w", "y", "z", "i", "e",
		"+", "-", "/", "?", "@", "!", "A", "C", "R", ":", `"`, "é", "部", "0",
		"<", ">", "{", "}", "P", "t", "M", "m", "b", "f10", "alt+v", "alt+w", "ctrl+w", "ctrl+left", "ctrl+right", "ctrl+up", "ctrl+down",
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			switch rapid.IntRange(0, 9).Draw(rt, "kind") {
			case 0:
				b.send(tea.WindowSizeMsg{Width: rapid.IntRange(1, 240).Draw(rt, "width"), Height: rapid.IntRange(1, 70).Draw(rt, "height")})
			case 1:
				b.send(tea.MouseMsg{
					X: rapid.IntRange(-1, 240).Draw(rt, "x"), Y: rapid.IntRange(-1, 70).Draw(rt, "y"),
					Button: tea.MouseButton(rapid.IntRange(0, 7).Draw(rt, "button")), Action: tea.MouseAction(rapid.IntRange(0, 2).Draw(rt, "action")),
				})
			case 2:
				stream := fmt.Sprintf("events:%s", rapid.StringN(1, 20, 40).Draw(rt, "stream"))
				b.arrive(model.Entry{
					Stream: stream, ID: model.Position{Ms: rapid.Uint64().Draw(rt, "ms"), Seq: rapid.Uint64Range(0, 9).Draw(rt, "seq")},
					Fields: []model.Field{{Name: rapid.SampledFrom([]string{"data", "x", ""}).Draw(rt, "name"), Value: rapid.String().Draw(rt, "value")}},
				})
			case 3:
				b.publish(model.Type(rapid.SampledFrom([]string{"workflow.started", "audit.failed", "a2a.message"}).Draw(rt, "type")), "wf-1", `{"a":[1,{"b":null}]}`)
				b.deliver("events:workflow.started", "db_writers", "worker-1", 1)
				b.look()
			case 4:
				b.pass(time.Duration(rapid.IntRange(0, 100_000).Draw(rt, "ms")) * time.Millisecond)
				b.frame()
			default:
				b.send(keyMsg(rapid.SampledFrom(keys).Draw(rt, "key")))
			}
			b.fits()
		}
	})
}
