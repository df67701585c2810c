package desk

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
)

// gzipped is text in gzip, in base64.
func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wrapped is a real server with an event that has, four deep, a value worth reading.
func wrapped(t *testing.T) *harness {
	t.Helper()
	b := newRealHarness(t, 120, 40)
	innermost := inJSON(t, map[string]any{"trace": []string{"first", "contract Vault {\n\tfunction drain() {}\n}\x1b[2J"}})
	inside := inJSON(t, map[string]any{"code": 1, "report": innermost})
	b.publish(model.AuditCompleted, "wf-1", inJSON(t, map[string]any{"result": map[string]any{"stdout": gzipped(t, inside), "took": 12.5}}))
	b.look()
	b.press("5 enter")
	return b
}

// rowUnder puts the cursor of the event on the row with the text.
func (b *harness) rowUnder(text string) {
	b.t.Helper()
	b.press("g")
	for range 40 {
		for line := range strings.SplitSeq(stripped(b.screen()), "\n") {
			if _, row, ok := strings.Cut(line, "›"); ok && strings.Contains(row, text) {
				return
			}
		}
		b.press("j")
	}
	b.t.Fatalf("the cursor comes to no row with %q:\n%s", text, b.desk.View())
}

func TestAStringIsReadToItsInnermostValueByKeysAlone(t *testing.T) {
	b := wrapped(t)
	b.rowUnder(`"stdout"`)
	b.press("enter")
	b.sees("╭─.data.result.stdout ─")
	b.sees("─ base64 → gzip · JSON · row 1 of 3 ─")
	b.press("j j")
	b.sees(`›    "report": "{\"trace\":`[:15])
	b.press("enter")
	b.sees("╭─.data.result.stdout › .report ─")
	b.sees("─ JSON string · JSON · row 1 of ")
	b.press("G k enter")
	b.sees("╭─.data.result.stdout › .report | fromjson | .trace[1] ─")
	b.sees("1  contract Vault {")
	b.sees("2      function drain() {}")
	b.sees(`3  }\x1b[2J`)

	// What streams past doesn't change what is read.
	before := b.drawnTop()
	for range 50 {
		b.publish(model.AuditFailed, "wf-2", `{}`)
	}
	b.look()
	if after := b.drawnTop(); after != before {
		t.Errorf("what is read has changed:\n%s\nwas\n%s", after, before)
	}

	b.press("y")
	if want := "contract Vault {\n\tfunction drain() {}\n}\x1b[2J"; b.copied != want {
		t.Errorf("copied %q, want %q", b.copied, want)
	}
	b.press("Y")
	if want := ".data.result.stdout › .report | fromjson | .trace[1]"; b.copied != want {
		t.Errorf("copied the path %q, want %q", b.copied, want)
	}
	b.press("esc")
	b.sees(`›      "contract Vault {`)
	b.press("esc")
	b.sees(`›    "report": "{`)
	b.press("esc")
	if len(b.desk.dialogs) != 0 || !strings.Contains(stripped(b.screen()), `›        "stdout"`) {
		t.Errorf("back on the desk the cursor isn't where it was:\n%s", b.screen())
	}
}

// drawnTop is the dialog on top as it is drawn.
func (b *harness) drawnTop() string {
	_, block := b.desk.dialogRect(b.desk.dialogs.top())
	return strings.Join(block, "\n")
}

func TestWhatEnterReadsInEachView(t *testing.T) {
	for _, c := range []struct{ keys, sees string }{
		{"enter", `▸ {`},                   // an object is folded, as ever
		{"r", "╭─payload ─"},               // and read by its own key
		{"j enter", "╭─.id ─"},             // a string
		{"V enter", "╭─payload ─"},         // raw
		{"V V enter", "╭─payload ─"},       // the field with the payload
		{"V V j enter", "╭─trace_state ─"}, // any other field
		{"V V V enter", "╭─payload ─"},     // hex
		{"V V j enter", "─ hex · 5B ─"},    // binary as bytes
		{"V V j enter V", `\x00\x01\xff`},  // and as text
		{"V V j Y", "copied the path (11B)"},
		{"P enter", "▸ {"}, // a pinned event
		{"P j enter", "╭─.id ─"},
		{"5 r", "╭─payload ─"}, // from another pane
		{"5 Y", "copied the path (1B)"},
		{"j enter /", "enter keep · esc drop"},
		{"r / d enter n", "2 of 3"},
		{"r / E V E N T enter", `no "EVENT"`},
		{"r x", "x does nothing here: esc goes back"},
		{"r n", "nothing is searched for: / does"},
		{"j enter enter", "there is nothing to enter"},
		{"j enter w", "lines run out at the right: h l go sideways"},
		{"? / w h o l e", "Reading a value whole"},
	} {
		b := newHarness(t, 120, 40)
		b.add("events:audit.completed", "data", `{"id":"an event's event","type":"audit.completed","data":{"n":{}}}`, "trace_state", "\x00\x01\xffab")
		b.look()
		b.press("5 enter")
		b.press(c.keys)
		if !strings.Contains(stripped(b.screen()), c.sees) {
			t.Errorf("%s: the screen doesn't show %q:\n%s", c.keys, c.sees, b.screen())
		}
		b.fits()
	}
}

func TestTheWheelAndAClickReachWhatIsRead(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.publish(model.AuditCompleted, "wf-1", inJSON(t, map[string]any{"log": strings.Repeat("a line\n", 200), "n": 1}))
	b.look()
	b.press("5 enter r")
	rect, block := b.desk.dialogRect(b.desk.dialogs.top())
	row := 0
	for i, line := range block {
		if strings.Contains(stripped(line), `"log"`) {
			row = i
		}
	}
	click := tea.MouseMsg{X: rect.X + 10, Y: rect.Y + row, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress}
	b.send(click) // goes there
	b.sees(`›      "log"`)
	b.send(click) // and in
	b.sees("line 1 of 200")
	b.send(tea.MouseMsg{X: 60, Y: 20, Button: tea.MouseButtonWheelDown, Action: tea.MouseActionPress})
	b.sees("line 4 of 200")
	b.press("G")
	b.sees("100%")
	b.press("q")
	if len(b.desk.dialogs) != 0 {
		t.Error("q leaves something open")
	}
}

func TestNothingIsReadOfAnEntryThatIsGone(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.press("r")
	b.sees("read the value under the cursor whole: there is no event under the cursor")
}

func TestWhatIsCopiedIsOfTheEventThatTheMenuWasOpenedOn(t *testing.T) {
	b := newHarness(t, 120, 40)
	b.publish(model.AuditStarted, "wf-1", `{}`)
	b.look()
	b.press("5 c")
	id := b.desk.subject.key.ID.String()
	for range 3 {
		b.publish(model.AuditFailed, "wf-2", `{}`)
		b.look()
		b.pass(2 * time.Second)
	}
	b.press("i")
	if b.copied != id {
		t.Errorf("copied %s, want %s, which was shown", b.copied, id)
	}
}
