package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/filterbar"

	"github.com/redis/go-redis/v9"

	"streamdesk/ui/dialog/keyboard"
	"streamdesk/ui/widget"
)

// formRow is bad input to one field of a form: the action that opens the form after the keys of given, what has to be
// done in it before the field can be reached, what is typed into the field once it is empty, and the words that have to
// stand beside it. FILE in what is typed is a file of events whose second line is broken.
type formRow struct {
	action, given   string
	prepare         string
	field           string
	typed, says     string
	onProduction    bool
	keepWhatIsThere bool // the field isn't emptied first
}

// formRows has, for every field of every form that can be wrong, what it says then.
var formRows = []formRow{
	{action: "filter-events", field: filterField, typed: "wf:", says: "wf: wants a value, such as wf:wf-8f31"},
	{action: "filter-events", field: filterField, typed: "nosuch:x age<soon", says: "known are wf: type: agent:"},
	{action: "filter-events", field: filterField, typed: "jq:.a = 1", says: "to compare, write =="},
	{action: "filter-events", field: filterField, typed: `"open`, says: `add a " at the end`},
	{action: "filter-events", field: filterField, typed: "@nosuch", says: "there is no saved filter nosuch: there are failures, mine"},
	{action: "go-to", field: "Go to", typed: "soon", says: "want an entry ID, a time (14:02) or how long ago (5m ago)"},
	{action: "narrow", field: "Idle for", typed: "soon", says: "not a length of time, such as 30s, 5m, 2h or 1d"},
	{action: "narrow", field: "Delivered", typed: "0", says: "want a whole number, 1 or more"},
	{action: "save-screen", field: "File", typed: ".png", says: "end the name in .svg, .html or .txt, not in .png"},
	{action: "palette", field: paletteField, typed: "xyzzy", says: "No command is called that: type fewer letters."},

	{action: "claim", given: "3", field: "Consumer", typed: "  ", says: "name a consumer: the entries need an owner"},
	{action: "claim", given: "3", field: "Min idle", typed: "soon", says: "not a length of time, such as 30s, 5m, 2h or 1d"},
	{action: "claim", given: "3", field: "Min idle", typed: "-5s", says: "not a length of time, such as 30s, 5m, 2h or 1d"},
	{action: "claim", given: "3", field: "Set idle", typed: "30", says: "not a length of time, such as 30s, 5m, 2h or 1d"},
	{action: "claim", given: "3", field: "Deliveries", typed: "-1", says: "want a whole number, 0 or more"},
	{action: "claim", given: "3", field: "Deliveries", typed: "99999999999999999999", says: "too large: want at most 9223372036854775807"},
	{action: "claim", given: "3 space space", field: "Deliveries", typed: "many", says: "want a whole number, 0 or more"},
	{action: "claim", given: "5 g", field: "Min idle", typed: "soon", says: "not a length of time"},
	{action: "republish", given: "5", field: "To stream", typed: "", says: "name the stream it goes to, such as events:workflow.started"},
	{action: "republish", given: "5", prepare: "tab*3 right", field: "JSON", typed: "x", says: "line 1, column 1: want a value", keepWhatIsThere: true},
	{action: "republish", given: "5", prepare: "tab*3 right", field: "JSON", typed: `[1]`, says: "nothing may follow the object, not '{'", keepWhatIsThere: true},
	{action: "trim", prepare: "tab*2 space", field: "Keep", typed: "all", says: "want a whole number, 0 or more"},
	{action: "trim", prepare: "tab*2 space", field: "Keep", typed: "", says: "want a whole number, 0 or more"},
	{action: "trim", field: "Before", typed: "soon", says: "want an entry ID such as 1700000000000-0, a time such as"},
	{action: "set-group-id", field: "Go on after", typed: "soon", says: "want 0, $, an ID, 2026-11-23T14:00:00Z or 10m ago"},
	{action: "pause-group", field: "For", typed: "soon", says: "not a length of time, such as 30s, 5m, 2h or 1d"},
	{action: "limit-group", field: "Rate", typed: "fast", says: "want a number of events per second such as 200/s"},
	{action: "create-group", field: "Name", typed: "", says: "name the group"},
	{action: "create-group", field: "Name", typed: "db_writers", says: "there is a group of that name already: choose another"},
	{action: "create-group", field: "Begins after", typed: "last", says: "want 0, $, an ID, 2026-11-23T14:00:00Z or 10m ago"},
	{action: "destroy-group", field: "Type the group", typed: "db_writer", says: "type db_writers to confirm: its pending list goes with it"},
	{action: "move-consumer", field: "Move to", typed: "", says: "name a consumer: the entries need an owner"},
	{action: "move-consumer", field: "Move to", typed: "worker-3", says: "name another consumer: this one has them"},
	{action: "delete-consumer", field: "Move to", typed: "", says: "name a consumer: the entries need an owner"},
	{action: "delete-consumer", field: "Move to", typed: "worker-3", says: "name another consumer: this one has them"},
	{action: "inject", field: "Type", typed: "", says: "name a type, such as workflow.started"},
	{action: "inject", field: "Type", typed: "workflow", says: `"workflow" (want family.name, such as workflow.started)`},
	{action: "inject", field: "Type", typed: "work flow.x", says: "want family.name of letters, digits"},
	{action: "inject", prepare: fillsType, field: "Due", typed: "soon", says: "want in 10m, 15:04, 2026-11-23 15:04 or 2026-11-23T15:04:05Z"},
	{action: "edit", given: "5", field: "Due", typed: "25:00", says: "want in 10m, 15:04,"},
	{action: "inject", field: "Data", typed: "x", says: "line 1, column 1: want a value", keepWhatIsThere: true},
	{action: "inject-file", field: "File", typed: "", says: "name a file of events, one JSON object a line"},
	{action: "inject-file", field: "File", typed: "/nowhere/events.jsonl", says: "there is no file /nowhere/events.jsonl"},
	{action: "inject-file", field: "File", typed: "FILE", says: "line 2: "},
	{action: "edit", given: "5", field: "Type", typed: "retry", says: `"retry" (want family.name, such as workflow.started)`},
	{action: "edit", given: "5", field: "Data", typed: "}", says: "line 1, column 1: want a value", keepWhatIsThere: true},
}

const (
	// filterField is the filter's line, paletteField that of the palette: neither stands in a form with labels.
	filterField, paletteField = "filter", "›"
	// guardField is the name that a change on production asks for.
	guardField = "Type prod-eu"
)

// guarded are the actions that ask for the profile's name on production, with the keys before each.
var guarded = [][2]string{
	{"ack", "3"},
	{"ack", "3 space space"},
	{"claim", "3"},
	{"republish", "5"},
	{"dead-letter", "3"},
	{"delete", "5"},
	{"ackdel", "3"},
	{"trim", ""},
	{"set-group-id", ""},
	{"create-group", ""},
	{"destroy-group", ""},
	{"pause-group", ""},
	{"resume-group", ""},
	{"limit-group", ""},
	{"move-consumer", ""},
	{"delete-consumer", ""},
	{"inject", ""},
	{"inject-file", ""},
	{"edit", "5"},
}

// fillsType makes right what stands above the other fields of the form that injects.
const fillsType = "'audit.failed'"

// fillsOthers are the keys that make right what stands above the guard.
var fillsOthers = map[string]string{"destroy-group": "tab*2 'db_writers'", "inject": fillsType, "create-group": "'new'", "limit-group": "tab*2 '5/s'"}

func allFormRows() []formRow {
	list := slices.Clone(formRows)
	for _, g := range guarded {
		list = append(list, formRow{
			action: g[0], given: g[1], prepare: fillsOthers[g[0]], field: guardField, typed: "prod-us", onProduction: true,
			says: "type prod-eu to confirm: this changes a production system",
		})
	}
	for _, below := range formsBelow["dead-letters"] {
		list = append(list, formRow{
			action: "dead-letters", prepare: below, field: guardField, typed: "prod", onProduction: true,
			says: "type prod-eu to confirm: this changes a production system",
		})
	}
	return list
}

// onlyLook are the commands that only look: anything else on the wire is a change.
var onlyLook = []string{
	"xinfo", "xlen", "xrange", "xrevrange", "xread", "xpending", "scan", "info", "time", "type", "ping", "hello", "client",
	"command", "config", "acl", "exists", "get", "pttl", "hget", "zcard", "zrange",
}

// spy writes down the commands that change something.
type spy struct{ changes []string }

func (s *spy) DialHook(next redis.DialHook) redis.DialHook { return next }

func (s *spy) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		s.note(cmd)
		return next(ctx, cmd)
	}
}

func (s *spy) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			s.note(cmd)
		}
		return next(ctx, cmds)
	}
}

func (s *spy) note(cmd redis.Cmder) {
	if !slices.Contains(onlyLook, cmd.Name()) {
		s.changes = append(s.changes, cmd.String())
	}
}

// formBench is a desk with traffic whose changes are written down, on production or not.
func formBench(t *testing.T, width, height int, production bool) (*harness, *spy) {
	t.Helper()
	b := withTraffic(t, width, height, withSaved, func(o *Options) {
		if o.Production = production; production {
			o.Profile = "prod-eu"
		}
	})
	b.giveUp()
	s := &spy{}
	b.client.AddHook(s)
	return b, s
}

// keys gives the desk the keys of a script.
func (b *harness) keys(script string) {
	b.t.Helper()
	for _, k := range keyboard.Keys(script) {
		b.send(k)
	}
}

// box is the top dialog as it is drawn, each line without its frame.
func (b *harness) box() []string {
	_, block := b.desk.dialogRect(b.desk.dialogs[len(b.desk.dialogs)-1])
	lines := make([]string, len(block))
	for i, line := range block {
		lines[i] = strings.Trim(stripped(line), "│▐╭╮╰╯")
	}
	return lines
}

// besides is what stands at a field and right below it, without the blanks that folding makes.
func (b *harness) besides(field string) string {
	b.t.Helper()
	var block []string
	switch field {
	case filterField:
		lines := strings.Split(stripped(b.desk.View()), "\n")
		end := len(lines) - layout.BottomHeight + 1
		block = lines[end-1-filterbar.ProblemMost : end]
		for len(block) > 0 && !strings.Contains(block[0], "▾") && !strings.HasPrefix(block[0], " ✗") {
			block = block[1:]
		}
	case paletteField:
		block = b.box()[1:3]
	default:
		lines := b.box()
		at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, " "), field) })
		if at < 0 {
			return ""
		}
		end := at + 1
		for end < len(lines) && (strings.HasPrefix(lines[end], widget.Spaces(len(field)+1)) || strings.TrimSpace(lines[end]) == "") {
			end++
		}
		block = lines[at:end]
	}
	return strings.Join(strings.Fields(strings.Join(block, " ")), " ")
}

// goTo moves the focus to a field of the top dialog.
func (b *harness) goTo(field string) {
	b.t.Helper()
	for range 20 {
		if slices.ContainsFunc(b.box(), func(l string) bool {
			rest, found := strings.CutPrefix(strings.TrimLeft(l, " "), field)
			return found && strings.HasPrefix(strings.TrimLeft(rest, " "), "▸")
		}) {
			return
		}
		b.press("tab")
	}
	b.t.Fatalf("the keys don't lead to the field %s:\n%s", field, strings.Join(b.box(), "\n"))
}

// goToAct moves the focus to the button that acts, and says whether there is one.
func (b *harness) goToAct() bool {
	for range 20 {
		last := ""
		for _, l := range b.box() {
			if strings.Contains(l, "[▸") || strings.Contains(l, "(▸") {
				last = l
			}
		}
		if last != "" && !strings.Contains(last, "▸Cancel") {
			return true
		}
		b.press("tab")
	}
	return false
}

func TestEveryFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "e.jsonl")
	if err := os.WriteFile(broken, []byte(`{"type":"audit.failed"}`+"\n{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{60, 15}, {120, 40}} {
		for _, r := range allFormRows() {
			t.Run(fmt.Sprintf("%s %s %q %dx%d", r.action, r.field, r.typed, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				r.typed = strings.ReplaceAll(r.typed, "FILE", broken)
				b, s := formBench(t, size[0], size[1], r.onProduction)
				b.press(r.given)
				b.settled()
				b.command(r.action)
				b.keys(r.prepare)
				bare := r.field == filterField || r.field == paletteField
				if !bare {
					b.goTo(r.field)
				}
				if !r.keepWhatIsThere {
					b.press("end ctrl+u")
				}
				b.typing(r.typed)
				b.press("enter")
				b.sendsNothing(s, r, "enter")
				if !bare && b.goToAct() {
					b.press("enter")
					b.sendsNothing(s, r, "the button")
				}
				b.fits()
			})
		}
	}
}

// sendsNothing fails unless the form is still open, says what is wrong beside its field, has what was typed, and nothing
// was changed.
func (b *harness) sendsNothing(s *spy, r formRow, after string) {
	b.t.Helper()
	if len(b.desk.dialogs) == 0 && !b.desk.filter.Typing() {
		b.t.Fatalf("after %s the form is gone", after)
	}
	beside := b.besides(r.field)
	// Of a long text there is as much of the end as the field has room for.
	typed := strings.TrimSpace(r.typed)
	there := strings.Contains(beside, typed) ||
		strings.Contains(beside, widget.Ellipsis) && strings.Contains(beside, typed[max(len(typed)-8, 0):])
	if !there || !strings.Contains(beside, r.says) {
		b.t.Errorf("after %s %q stands there, want %q and %q\n%s", after, beside, r.typed, r.says, stripped(b.desk.View()))
	}
	if len(s.changes) > 0 {
		b.t.Errorf("after %s it sent %v", after, s.changes)
	}
}
