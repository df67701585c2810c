package reader

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"streamdesk/model/payload/decode"
	"streamdesk/ui/dialog"
	"streamdesk/ui/theme"
)

func viewOf(t testing.TB, name string, width, height int) dialog.View {
	t.Helper()
	th, err := theme.New(name, theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	return dialog.View{Theme: th, Width: width, Height: height}
}

// harness is a window that is driven by hand.
type harness struct {
	t      testing.TB
	w      *Window
	view   dialog.View
	copied string
	closed bool
}

func open(t testing.TB, v Value) *harness {
	t.Helper()
	b := &harness{t: t, view: viewOf(t, "none", 80, 20)}
	w, cmd := New(v, decode.Opener{}.Open)
	b.w = w
	b.draw()
	b.answer(cmd)
	return b
}

func (b *harness) answer(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case dialog.Copy:
		b.copied = msg.Text
	default:
		_, _ = b.w.Update(msg)
	}
	b.draw()
}

func (b *harness) draw() string { return strings.Join(b.w.Draw(b.view), "\n") }

// press sends keys apart by spaces, and draws after each.
func (b *harness) press(keys string) {
	for key := range strings.FieldsSeq(keys) {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
		for named, t := range map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace} {
			if key == named {
				k = tea.KeyMsg{Type: t}
			}
		}
		cmd, done := b.w.Update(k)
		if b.closed = b.closed || done; b.closed {
			return
		}
		b.answer(cmd)
		b.draw()
	}
}

// sees fails unless the window shows the texts.
func (b *harness) sees(texts ...string) {
	b.t.Helper()
	drawn := ansi.Strip(b.draw())
	for _, text := range texts {
		if !strings.Contains(drawn, text) {
			b.t.Errorf("the window doesn't show %q:\n%s", text, drawn)
		}
	}
}

const solidity = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

contract Vault {
	mapping(address => uint256) private balances; // naïve 日本語

	function withdraw(uint256 amount) external {
		require(balances[msg.sender] >= amount, "withdraw: the balance of this account is not sufficient for the amount that was asked for");
		(bool ok, ) = msg.sender.call{value: amount}("");
		require(ok);
		balances[msg.sender] -= amount;
	}
}
` + "\x1b[31m\u202ered\x00\r\n"

// packed is base64 of gzip of msgpack of {"code":1,"log":"a\nb","raw":bytes}.
func packed(t testing.TB) string {
	t.Helper()
	text, err := decode.Opener{}.Pack([]string{"base64", "gzip", "msgpack"}, `{"code":1,"log":"compiling\nfailed: stack too deep","raw":{"$bytes":"AAH/"}}`)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheWindowLooks(t *testing.T) {
	text := Value{Path: ".data.result.stdout", Bytes: solidity, Quoted: true}
	binary := Value{Path: "trace_state", Bytes: "\x00\x01\xfe" + solidity + strings.Repeat("\x00\xff\n", 200), Field: true}
	for _, c := range []struct {
		name, keys string
		value      Value
	}{
		{"text", "", text},
		{"found", "/ R e backspace backspace r e q u i r e enter n", text},
		{"typing", "/ a m o u n t", text},
		{"aside", "w l l", text},
		{"opened", "j", Value{Path: ".data.blob", Bytes: packed(t), Quoted: true}},
		{"stored", "V", Value{Path: ".data.blob", Bytes: packed(t), Quoted: true}},
		{"hex", "/ v a u l t enter", binary},
		{"broken", "", Value{Path: ".", Bytes: "\x1f\x8b\x08\x00 no gzip at all"}},
	} {
		for _, size := range [][2]int{{78, 20}, {118, 36}, {198, 56}} {
			for _, name := range []string{"dark", "light", "none"} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", c.name, name, size[0]+2, size[1]+4), func(t *testing.T) {
					b := open(t, c.value)
					b.view = viewOf(t, name, size[0], size[1])
					b.draw()
					b.press(c.keys)
					golden.RequireEqual(t, b.draw()+"\n")
				})
			}
		}
	}
}

func TestAValueIsOpenedAndItsWayIsSaid(t *testing.T) {
	for _, c := range []struct {
		name  string
		value Value
		sees  []string
		views string // the note in each view, up to the place
	}{
		{"text", Value{Bytes: "just words"}, []string{"just words"}, "text|hex"},
		{"empty", Value{Bytes: ""}, []string{"(empty)"}, "text|hex"},
		{"a number", Value{Bytes: "12"}, []string{"12"}, "text|hex"},
		{"JSON in a string", Value{Bytes: `{"a":1}`, Quoted: true}, []string{`"a": 1 }`}, "JSON string · JSON|as stored|hex"},
		{"JSON in a field", Value{Bytes: `{"a":1}`}, []string{`"a": 1 }`}, "JSON|as stored|hex"},
		{"a text in quotes", Value{Bytes: `"a\nb"`}, []string{"1  a", "2  b"}, "text|as stored|hex"},
		{"wrapped", Value{Bytes: packed(t), Quoted: true}, []string{`"code": 1,`}, "base64 → gzip → msgpack · JSON|as stored|hex"},
		{"bytes", Value{Bytes: "\x00\x01 abc"}, []string{"0000  00 01 20"}, "hex|as stored"},
		{"a broken wrapping", Value{Bytes: "\x1f\x8b\x08\x00"}, []string{"✗ not opened further: gzip: "}, "hex|as stored"},
		{"opened by a schema", Value{Path: ".", Bytes: "\x08\x01", JSON: `{"order":1}`, Way: "protobuf acme.Order"}, []string{`"order": 1 }`}, "protobuf acme.Order · JSON|as stored|hex"},
		{"broken JSON", Value{Bytes: `{"a":`, Quoted: true}, []string{`{"a":`}, "text|hex"},
	} {
		b := open(t, c.value)
		b.sees(c.sees...)
		var notes []string
		for range b.w.level().views {
			note := b.w.note()
			notes = append(notes, strings.TrimSuffix(note, " · "+b.w.body().place()))
			b.press("V")
		}
		if got := strings.Join(notes, "|"); got != c.views {
			t.Errorf("%s: the views are %s, want %s", c.name, got, c.views)
		}
	}
}

func TestEnterGoesDeeperAndEscComesBackToTheSameRow(t *testing.T) {
	b := open(t, Value{Path: ".", Bytes: `{"n":1,"list":[{},"x"],"blob":"` + packed(t) + `"}`})
	b.press("j enter")
	b.sees("╭─.n ─", "1")
	b.press("esc j enter") // folds
	b.sees(`▸ "list": [ 2 items ],`)
	b.press("enter j enter")
	b.sees("it is empty")
	b.press("j j enter")
	b.sees("╭─.blob ─")
	b.press("j j j j enter")
	b.sees(`╭─.blob › .raw["$bytes"] ─`, "─ base64 · hex · 3B ─", "0000  00 01 ff")
	b.press("esc")
	b.sees(`›      "$bytes": "AAH/" }`)
	b.press("esc")
	b.sees(`›    "blob": "`)
	b.press("esc")
	if !b.closed {
		t.Error("esc at the first level leaves the window open")
	}
}

func TestAPathIsWhatJQNeedsWhereThereIsOne(t *testing.T) {
	for _, c := range []struct {
		value Value
		way   []string
		want  string
	}{
		{Value{Path: "."}, nil, ".a[0]"},
		{Value{Path: "."}, []string{"gzip"}, ".a[0]"}, // jq is given what was opened
		{Value{Path: ".data"}, nil, ".data.a[0]"},
		{Value{Path: ".data.s", Quoted: true}, nil, ".data.s | fromjson | .a[0]"},
		{Value{Path: ".data.s", Quoted: true}, []string{"JSON string"}, ".data.s | fromjson | fromjson | .a[0]"},
		{Value{Path: ".data.s", Quoted: true}, []string{"base64"}, ".data.s | @base64d | fromjson | .a[0]"},
		{Value{Path: ".data.s", Quoted: true}, []string{"base64", "zstd"}, ".data.s › .a[0]"},
		{Value{Path: "trace", Field: true}, nil, "trace › .a[0]"},
	} {
		l := newLevel(c.value)
		l.opened(decode.Value{Steps: c.way}, nil)
		if got := l.join(".a[0]"); got != c.want {
			t.Errorf("%+v, %v: %s, want %s", c.value, c.way, got, c.want)
		}
	}
	if got := newLevel(Value{Path: ".data"}).join(".[3]"); got != ".data[3]" {
		t.Errorf("%s isn't what jq of every version takes", got)
	}
}

func TestWhatIsReadIsSearched(t *testing.T) {
	b := open(t, Value{Path: ".s", Bytes: strings.Repeat("a line\n", 50) + "Needle\n" + strings.Repeat("b line\n", 50) + "needle"})
	b.press("/ n e e d l e")
	b.sees("1 of 2", "51  Needle")
	b.press("enter n")
	b.sees("2 of 2", "102  needle")
	b.press("n")
	b.sees("1 of 2", "51  Needle")
	b.press("N")
	b.sees("2 of 2", "102  needle")
	b.press("/ N e e d l e enter")
	b.sees("1 of 1", "51  Needle")
	b.press("V") // the bytes have it as well
	b.sees("1 of 1", "hex")
	b.press("/ o esc")
	b.sees("/ search · ")
	b.press("n")
	b.sees("nothing is searched for: / does")
	b.press("/ n o n e enter")
	b.sees(`no "none"`)
}

func TestWhatIsInSightStaysThereWhenItIsWrappedOtherwise(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "line %d %s\n", i+1, strings.Repeat("word ", 40))
	}
	b := open(t, Value{Path: ".s", Bytes: text.String()})
	b.press("pgdown pgdown pgdown pgdown pgdown pgdown")
	at := b.w.body().place()
	line, _, _ := strings.Cut(at, " of")
	b.press("w")
	b.sees(line+" of 300", strings.TrimPrefix(line, "line ")+"  line")
	b.view.Width = 60
	b.press("w")
	b.sees(line + " of 300")
	b.press("w l l")
	b.sees("  … word word")
}

func TestCopyTakesTheValueUnderTheCursorAsTheViewHasIt(t *testing.T) {
	b := open(t, Value{Path: ".blob", Bytes: packed(t), Quoted: true})
	b.press("j j y")
	if want := `"compiling\nfailed: stack too deep"`; b.copied != want {
		t.Errorf("copied %s, want %s", b.copied, want)
	}
	b.press("Y")
	if want := ".blob › .log"; b.copied != want {
		t.Errorf("copied %s, want %s", b.copied, want)
	}
	for range 2 {
		b.press("V y")
		if b.copied != packed(t) {
			t.Errorf("copied %q, want the value as it is stored", b.copied)
		}
	}
}

func TestWhileAValueIsBeingOpenedOnlyLeavingIsLeft(t *testing.T) {
	w, cmd := New(Value{Path: ".", Bytes: "x"}, decode.Opener{}.Open)
	b := &harness{t: t, w: w, view: viewOf(t, "none", 80, 20)}
	b.sees("opening…")
	b.press("j enter / n y V w")
	b.sees("opening…")
	b.answer(cmd)
	b.sees("1 line")
	b.press("q")
	if !b.closed {
		t.Error("q leaves the window open")
	}
}

// Whatever is read, pressed and resized: the window fits, and nothing of the value reaches the terminal raw.
func TestTheWindowStandsWhateverIsRead(t *testing.T) {
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"\x1b[2J", "\xff\xfe\x00", "\u202e", "日本語", "e\u0301\u0301", "👩‍🚀", "\n", "\t", " ", `{"a":"{\"b\":[1,\"x\"]}"}`, `["`, packed(t), `"`, "\x1f\x8b\x08", strings.Repeat("word ", 60),
	}))
	keys := strings.Fields("j j k l h enter enter esc g G / n N V V w y Y x a e pgdown backspace")
	dark := viewOf(t, "dark", 1, 1)
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(rt, "parts"), "")
		if rapid.Bool().Draw(rt, "as JSON") {
			text = `{"k":` + fmt.Sprintf("%q", "x") + `,"inner":` + string(decode.AppendBytes(nil, []byte(text))) + `}`
		}
		b := open(t, Value{Path: ".", Bytes: text})
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			dark.Width, dark.Height = rapid.IntRange(1, 130).Draw(rt, "width"), rapid.IntRange(1, 40).Draw(rt, "height")
			b.view = dark
			lines := b.w.Draw(b.view)
			if len(lines) > dark.Height {
				rt.Fatalf("%d lines of %d", len(lines), dark.Height)
			}
			for _, line := range lines {
				if ansi.StringWidth(line) > dark.Width {
					rt.Fatalf("%d cells of %d: %q", ansi.StringWidth(line), dark.Width, line)
				}
				if plain := ansi.Strip(line); strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 || r == '\u202e' }) {
					rt.Fatalf("raw: %q", line)
				}
			}
			if rapid.IntRange(0, 5).Draw(rt, "mouse") == 0 {
				cmd, _ := b.w.Click(rapid.IntRange(0, 130).Draw(rt, "x"), rapid.IntRange(0, 40).Draw(rt, "y"))
				b.answer(cmd)
				continue
			}
			b.press(rapid.SampledFrom(keys).Draw(rt, "key"))
			if b.closed {
				return
			}
		}
	})
}

// BenchmarkWindow draws a screen of 64 MB once they are open.
func BenchmarkWindow(b *testing.B) {
	for name, text := range map[string]string{
		"text": strings.Repeat("    require(balances[msg.sender] >= amount);\n", 64<<20/45), "bytes": strings.Repeat("\x00\xffab", 16<<20),
	} {
		b.Run(name, func(b *testing.B) {
			w := open(b, Value{Path: ".", Bytes: text})
			w.view = viewOf(b, "dark", 118, 36)
			w.press("G")
			for b.Loop() {
				w.press("k")
			}
		})
	}
}
