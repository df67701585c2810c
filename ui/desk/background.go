package desk

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"streamdesk/ui/quiet"
)

var _ = restored()

// restored undoes what [quiet] did to the environment, now that Bubble Tea is initialized.
func restored() bool {
	quiet.Restore()
	return true
}

// backgroundWait is how long the first frame waits for the terminal to say whether it is dark: most answer within a few
// milliseconds, a distant one after a round trip, some never.
const backgroundWait = 80 * time.Millisecond

// backgroundMsg says what the terminal answered; waitedMsg that the first frame has waited long enough.
type (
	backgroundMsg struct{ dark bool }
	waitedMsg     struct{}
)

// background is the question for the terminal's background and what becomes of its answer.
type background struct {
	ask     func() // nil where nobody answers
	waiting bool   // nothing is drawn yet
}

// askBackground puts the question, once Bubble Tea has the terminal: an answer before that would be echoed on it.
func (d *Desk) askBackground() tea.Cmd {
	if d.looks.background.ask == nil {
		return nil
	}
	d.looks.background.waiting = true
	return tea.Batch(
		func() tea.Msg { d.looks.background.ask(); return nil },
		tea.Tick(backgroundWait, func(time.Time) tea.Msg { return waitedMsg{} }),
	)
}

// gotBackground takes an answer, which may come late.
func (d *Desk) gotBackground(dark bool) {
	d.looks.background.waiting = false
	if d.looks.settings.Dark == dark {
		return
	}
	d.looks.settings.Dark = dark
	d.looks.wear()
	d.drawn.all()
}

// asksBackground returns a function that asks a terminal of that kind (TERM) on out; nil for kinds that would show the question.
func asksBackground(kind string, out io.Writer) func() {
	if kind == "" || kind == "dumb" || kind == "linux" {
		return nil
	}
	return func() { _, _ = io.WriteString(out, ansi.RequestBackgroundColor) } // a terminal that takes nothing shows nothing either
}

// darkByEnvironment is the background as some terminals tell it in COLORFGBG ("15;0"); without that, dark as most are.
func darkByEnvironment(colors string) bool {
	_, last, ok := cutLast(colors, ";")
	n, err := strconv.Atoi(last)
	const grey, brightBlack, colours = 7, 8, 16 // of the sixteen, 7 and from 9 on are light
	return !ok || err != nil || n < grey || n == brightBlack || n >= colours
}

func cutLast(text, separator string) (before, after string, ok bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// terminalInput is the terminal's input without its answers to the question for its background, whenever those come: they
// would be taken for keys. It is a file, so that Bubble Tea sees a terminal.
type terminalInput struct {
	*os.File
	replies replies
}

// newTerminalInput has told called with each answer; nil when in is no terminal.
func newTerminalInput(in *os.File, told func(dark bool)) *terminalInput {
	if !term.IsTerminal(in.Fd()) {
		return nil
	}
	return &terminalInput{File: in, replies: replies{told: told}}
}

// Read reads keys.
func (t *terminalInput) Read(b []byte) (int, error) { return t.replies.read(t.File, b) }

// replies takes the answers out of what is read.
type replies struct {
	told    func(dark bool)
	asked   atomic.Bool // an answer may come, whole or in parts
	held    []byte      // the beginning of an answer, or of what only looks like one
	escaped bool        // the last byte that was passed on was an escape, which may have begun an answer
}

// answer is what a terminal replies: OSC 11 with a colour, ended by BEL or ST.
var answer = regexp.MustCompile(`\x1b\]11;(rgba?:[0-9a-fA-F/]*|#[0-9a-fA-F]*)(?:\x07|\x1b\\)`)

// maxAnswer bounds what is held back: the longest answer has four numbers of four digits.
const maxAnswer = 40

// read reads from in. It may return 0 bytes, when there was nothing but an answer.
func (r *replies) read(in io.Reader, b []byte) (int, error) {
	room := b
	if len(r.held) > 0 && len(b) > maxAnswer {
		room = b[:len(b)-len(r.held)]
	}
	n, err := in.Read(room)
	data := slices.Concat(r.held, room[:n])
	r.held = nil
	const escape = "\x1b"
	if r.escaped { // that was passed on as a key, and may have been the first byte of an answer
		data = append([]byte(escape), data...)
	}
	for at := answer.FindSubmatchIndex(data); at != nil; at = answer.FindSubmatchIndex(data) {
		r.asked.Store(false)
		if dark, ok := isDark(string(data[at[2]:at[3]])); ok {
			r.told(dark)
		}
		if at[0] == 0 {
			r.escaped = false
		}
		data = slices.Delete(data, at[0], at[1])
	}
	if at := r.begun(data); at >= 0 && err == nil {
		if r.held = bytes.Clone(data[at:]); at == 0 && r.escaped {
			r.held = r.held[len(escape):]
			return 0, nil // it goes on with the escape that was passed on
		}
		data = data[:at]
	}
	if r.escaped {
		data = data[len(escape):]
	}
	r.escaped = bytes.HasSuffix(data, []byte(escape)) && r.asked.Load()
	return copy(b, data), err
}

// begun is where an answer begins that the end of data may have cut; -1 for nowhere.
func (r *replies) begun(data []byte) int {
	const start = "\x1b]11;"
	at := bytes.LastIndex(data, []byte(start[:2]))
	if at < 0 || len(data)-at > maxAnswer || !r.asked.Load() {
		return -1
	}
	if rest := data[at:]; !bytes.HasPrefix(rest, []byte(start[:min(len(rest), len(start))])) {
		return -1
	}
	return at
}

// isDark reads a colour as X11 writes it: rgb:hhhh/hhhh/hhhh with one to four digits a part, rgba: with one more, #rrggbb.
func isDark(colour string) (dark, ok bool) {
	var parts []string
	if digits, sharp := strings.CutPrefix(colour, "#"); sharp {
		for width := len(digits) / 3; len(parts) < 3 && width > 0; {
			parts = append(parts, digits[len(parts)*width:(len(parts)+1)*width])
		}
	} else {
		_, list, _ := strings.Cut(colour, ":")
		parts = strings.Split(list, "/")
	}
	if len(parts) < 3 {
		return false, false
	}
	light := 0.0
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} { // of red, green and blue in how light a colour looks
		n, err := strconv.ParseUint(parts[i], 16, 32)
		if err != nil {
			return false, false
		}
		most := uint64(1)<<(4*len(parts[i])) - 1
		light += weight * float64(n) / float64(most)
	}
	const half = 0.5
	return light < half, true
}
