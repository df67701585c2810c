package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/muesli/termenv"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/live"
	"streamdesk/ui/theme"
)

// hostile are texts that a terminal obeys, that turn the direction of writing, that end a line or that can't be seen.
var hostile = map[string]string{
	"escapes":    "a\x1b[2J\x1b[31mb\x1bc",
	"clipboard":  "a\x1b]52;c;ZXZpbA==\x07b",
	"title":      "a\x1b]0;evil\x1b\\b",
	"C0":         "a\r\x07\x08\x7f\x00b",
	"lines":      "a\nb\tc\vd",
	"C1":         "a\u009b31m\u0085b\x9b31m\x9d0;evil\x9cc",
	"directions": "a\u202egpj.exe\u2066b\u2069\u200e\u061c",
	"unseen":     "a\u200bb\u200d\ufeff\u2060c\u00ad",
	"separators": "a\u2028b\u2029c",
	"broken":     "a\xe2\x82b\xc0\x9bc\xed\xa0\x80d\xff",
}

// uncoloured is a frame without the desk's own sequences, ESC [ digits and semicolons m. Any other sequence stays for a test to find.
// It goes through thousands of frames, for which a regular expression takes longer than the desk takes to draw them.
func uncoloured(frame string) string {
	var plain strings.Builder
	plain.Grow(len(frame))
	for i, after := range strings.Split(frame, "\x1b[") {
		if i > 0 {
			sequence := after
			if after = strings.TrimLeft(after, "0123456789;"); strings.HasPrefix(after, "m") {
				after = after[1:]
			} else {
				plain.WriteString("\x1b[")
				after = sequence
			}
		}
		plain.WriteString(after)
	}
	return plain.String()
}

// foreignIn is what stands in a frame that a terminal would obey or can't show, with what stands around it; "" when nothing does.
func foreignIn(frame string) string {
	plain := uncoloured(frame)
	for at, r := range plain {
		if ' ' <= r && r <= '~' || r == '\n' {
			continue
		}
		broken := r == utf8.RuneError && !strings.HasPrefix(plain[at:], "\uFFFD")
		if broken || model.Obeyed(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return fmt.Sprintf("%q", plain[max(at-30, 0):min(at+30, len(plain))])
		}
	}
	return ""
}

// hostileBench is a desk on which every text that isn't its own is hostile: the names of streams, groups, consumers and
// fields, all of an event, a dead letter, the profile, and what the server calls itself.
func hostileBench(t testing.TB, evil string, width, height int) *harness {
	t.Helper()
	b := newHarness(t, width, height, func(o *Options) {
		o.Profile, o.Address, o.Environment = evil, evil, evil
	})
	th, err := theme.New("dark", theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	b.desk.looks.Theme, b.desk.looks.Dimmed = th, th.Dimmed()
	data, err := json.Marshal(map[string]any{evil: evil, "list": []any{evil}})
	if err != nil {
		t.Fatal(err)
	}
	key := b.bus.Reader().Prefix() + evil
	for _, stream := range []string{key, started} {
		b.publish(model.WorkflowStarted, evil, string(data))
		envelope, err := json.Marshal(map[string]any{
			"id": evil, "type": evil, "workflow_id": evil, "source_agent": evil, "data": map[string]any{evil: evil}, "timestamp": evil,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.add(stream, "data", string(envelope))
		b.add(stream, "data", `{"id":"`+evil+`","workflow_id":"`+evil+`","data":{"`+evil+`":"`+evil+`"}}`)
		b.add(stream, "data", evil, evil, evil)
		b.deliver(stream, evil, evil, 3)
		b.deliver(stream, "db_writers", "worker-3", 1)
		b.deliver(stream, "db_writers", evil, 1)
	}
	entry := model.Entry{Stream: key, ID: model.Position{Ms: 1}, Fields: []model.Field{{Name: "data", Value: evil}, {Name: evil, Value: evil}}}
	if _, err := b.bus.Writer().DeadLetter(t.Context(), change.DeadLetterRequest{Entry: entry, Group: evil, Reason: evil}); err != nil {
		t.Fatal(err)
	}
	b.pass(2 * time.Minute)
	b.look()
	b.pass(time.Second)
	b.look()
	b.desk.data.Server.Name, b.desk.data.Server.Version, b.desk.data.Server.Mode = evil, evil, evil
	b.streams().Select(key)
	b.press("j k")
	b.settled()
	return b
}

// clean fails when something foreign stands in the frame, or when it doesn't fit the screen.
func (b *harness) clean(where string) {
	b.t.Helper()
	if foreign := foreignIn(b.desk.View()); foreign != "" {
		b.t.Errorf("%s: %s in\n%s", where, foreign, visibly(b.desk.View()))
	}
	b.fits()
}

// visibly is a frame as a test may print it.
func visibly(frame string) string {
	return string(model.AppendVisible(nil, uncoloured(frame)))
}

// allHostile is one text of them all.
func allHostile() string {
	var all strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(hostile)) {
		all.WriteString(hostile[kind])
	}
	return all.String()
}

func TestHostileScreens(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, c := range [][3]string{{"desk"}, {"claim", "3", "claim"}, {"delete-consumer", "", "delete-consumer"}} {
			b := hostileBench(t, allHostile(), size[0], size[1])
			b.press(c[1])
			b.settled()
			if c[2] != "" {
				b.command(c[2])
			}
			b.clean(c[0])
			golden(t, fmt.Sprintf("hostile-%s-%dx%d", c[0], size[0], size[1]), uncoloured(b.desk.View())+"\n")
		}
	}
}

// Every action is taken from every place of the action table, and gone on with by some keys.
func TestNoHostileTextReachesTheTerminal(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		t.Run(r.action+" after "+r.given, func(t *testing.T) {
			t.Parallel()
			b := hostileBench(t, allHostile(), 120, 40)
			b.press(r.given)
			b.settled()
			if r.action == "quit" || r.action == "suspend" {
				return
			}
			b.command(r.action)
			where := r.given + ", " + r.action
			b.clean(where)
			b.typing("e")
			for _, keys := range []string{"", "tab", "tab", "tab", "enter", "@"} {
				b.press(keys)
				where += " " + keys
				b.clean(where)
			}
		})
	}
}

func TestNoHostileTextReachesTheTerminalFromAnyPane(t *testing.T) {
	t.Parallel()
	for kind, evil := range hostile {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			t.Run(fmt.Sprintf("%s %dx%d", kind, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				b := hostileBench(t, evil, size[0], size[1])
				for _, pane := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "W", "F"} {
					for _, keys := range []string{pane, "z", "V", "V", "V", "s", "j", "G", "k", "w", "v", "j", "l", "k", "esc", "P", "esc", "esc", "z"} {
						b.press(keys)
						b.settled()
						b.clean(kind + ", pane " + pane + ", " + keys)
					}
				}
			})
		}
	}
}

// A server's error reply is a text from outside like any other.
func TestNoHostileReplyReachesTheTerminal(t *testing.T) {
	for kind, evil := range hostile {
		b := hostileBench(t, evil, 120, 40)
		err := errors.New("ERR " + evil)
		b.desk.notes.Say(notes.Bad, err.Error())
		b.clean(kind + ", the status line")
		b.desk.notes.Clear()
		b.desk.line.feed.Add(func(b *live.Batch) { b.Trouble, b.Healthy = err, false })
		b.frame()
		b.clean(kind + ", trouble")
		b.desk.data.Server.Withheld = err.Error()
		b.command("server")
		b.clean(kind + ", the server")
		b.press("esc")
		b.send(subjectMsg{asked: asked{b.bus}, key: b.desk.subject.key, err: err})
		b.clean(kind + ", an event")
	}
}

// A name can't forge a line of a dialog: what follows its line feed stands behind it, and is folded like any other letter.
func TestNoNameEndsItsLineInADialog(t *testing.T) {
	named := 0
	for _, r := range rows {
		t.Run(r.action+" after "+r.given, func(t *testing.T) {
			b := hostileBench(t, "a\nforged", 120, 40)
			b.press(r.given)
			b.settled()
			b.command(r.action)
			for _, keys := range []string{"", "tab", "enter"} {
				b.press(keys)
				if len(b.desk.dialogs) == 0 {
					break
				}
				above := ""
				for _, line := range b.box() {
					line = strings.TrimSpace(line)
					if strings.HasPrefix(line, "forged") && strings.HasSuffix(above, "a") {
						t.Errorf("%s, %s, %s:\n%s", r.given, r.action, keys, strings.Join(b.box(), "\n"))
					}
					named += strings.Count(line, "a·forged")
					above = line
				}
			}
		})
	}
	if named < len(actions()) {
		t.Errorf("the name stands in all dialogs only %d times", named)
	}
}
