// Package tty is what the desk asks of the terminal beside the screen: whether its background is dark, and to notify the person.
package tty

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// AskBackground returns a function that queries a terminal of that kind (TERM) on out; nil for kinds that would show the query.
func AskBackground(kind string, out io.Writer) func() {
	if kind == "" || kind == "dumb" || kind == "linux" {
		return nil
	}
	return func() { _, _ = io.WriteString(out, ansi.RequestBackgroundColor) } // without an answer, the theme remains
}

// DarkByEnvironment reports whether the background is dark by COLORFGBG ("15;0"), which some terminals set; true without it, as
// most terminals are dark.
func DarkByEnvironment(colors string) bool {
	_, last, ok := cutLast(colors, ";")
	n, err := strconv.Atoi(last)
	const grey, brightBlack, colours = 7, 8, 16 // of the 16 colours, 7 and those from 9 on are light
	return !ok || err != nil || n < grey || n == brightBlack || n >= colours
}

func cutLast(text, separator string) (before, after string, ok bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}

// Input is the terminal's input without its answers to the query for its background, which would be read as keys. It
// is a file, so that Bubble Tea sees a terminal.
type Input struct {
	*os.File
	replies replies
}

// NewInput returns an input that calls told with each answer; nil when in is no terminal.
func NewInput(in *os.File, told func(dark bool)) *Input {
	if !term.IsTerminal(in.Fd()) {
		return nil
	}
	return &Input{File: in, replies: replies{told: told}}
}

// Expect tells the input that an answer may come. Any goroutine may call it.
func (t *Input) Expect() { t.replies.asked.Store(true) }

// Read reads keys.
func (t *Input) Read(b []byte) (int, error) { return t.replies.read(t.File, b) }

// replies removes the answers from the input.
type replies struct {
	told    func(dark bool)
	asked   atomic.Bool // an answer may come, whole or in parts
	held    []byte      // the beginning of what may be an answer
	escaped bool        // the last returned byte was an escape, which may be the first byte of an answer
}

// answer matches a terminal's answer: OSC 11 with a colour, ended by BEL or ST.
var answer = regexp.MustCompile(`\x1b\]11;(rgba?:[0-9a-fA-F/]*|#[0-9a-fA-F]*)(?:\x07|\x1b\\)`)

// maxAnswer is the max number of bytes held back: the longest answer has four numbers of four digits.
const maxAnswer = 40

// read reads from in. It may return 0 bytes, when it read only an answer.
func (r *replies) read(in io.Reader, b []byte) (int, error) {
	room := b
	if len(r.held) > 0 && len(b) > maxAnswer {
		room = b[:len(b)-len(r.held)]
	}
	n, err := in.Read(room)
	data := slices.Concat(r.held, room[:n])
	r.held = nil
	const escape = "\x1b"
	if r.escaped { // the escape was returned as a key, and may be the first byte of an answer
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
			return 0, nil // it continues the escape that was returned
		}
		data = data[:at]
	}
	if r.escaped {
		data = data[len(escape):]
	}
	r.escaped = bytes.HasSuffix(data, []byte(escape)) && r.asked.Load()
	return copy(b, data), err
}

// begun returns the index of an answer that may be incomplete at the end of data; -1 if there is none.
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

// isDark decodes a colour of X11 and reports whether it is dark; ok is false for an invalid colour. The forms are
// rgb:hhhh/hhhh/hhhh with one to four digits per part, rgba: with a fourth part, and #rrggbb.
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
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} { // the shares of red, green and blue in a colour's lightness
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
