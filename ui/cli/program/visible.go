package program

import (
	"io"
	"sync"
	"unicode/utf8"

	"streamdesk/model"
)

// visible is the one way to stdout and stderr: what a terminal would obey, and what is no UTF-8, is written so that it can
// be seen, wherever it comes from. What the program itself tells the terminal goes by [Rewrite]. It is safe for concurrent
// use.
type visible struct {
	to io.Writer
	// exact says that what is written now stays byte for byte what it is: JSON for a program. Nil means never.
	exact func() bool

	mu   sync.Mutex
	rest []byte // the beginning of a character whose other bytes haven't come yet
	text []byte // what the last write came to; kept for its memory
}

// Write takes all of b or fails; n is 0 then, unless b went out as it is.
func (v *visible) Write(b []byte) (n int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.exact != nil && v.exact() {
		return v.to.Write(b)
	}
	whole := len(b) - unfinished(b)
	if len(v.rest) == 0 && whole == len(b) {
		if _, size := model.NextObeyed(b); size == 0 {
			return v.to.Write(b)
		}
	}
	pending := b
	if len(v.rest) > 0 {
		v.rest = append(v.rest, b...)
		pending = v.rest
		whole = len(pending) - unfinished(pending)
	}
	v.text = model.AppendVisible(v.text[:0], pending[:whole])
	v.rest = append([]byte(nil), pending[whole:]...)
	if len(v.text) > 0 {
		if _, err := v.to.Write(v.text); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// end writes what was kept of a character that never became whole.
func (v *visible) end() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.rest) == 0 {
		return nil
	}
	_, err := v.to.Write(model.AppendVisible(nil, v.rest))
	v.rest = nil
	return err
}

// unfinished is how many bytes at the end of b may be the beginning of a character.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		switch c := b[len(b)-n]; {
		case c < utf8.RuneSelf:
			return 0
		case utf8.RuneStart(c):
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// lineAnew goes to the line's beginning and clears it.
const lineAnew = "\r\x1b[K"

// Rewrite goes to the beginning of the line that the terminal is on, clears it and writes text.
func Rewrite(to io.Writer, text string) {
	line := []byte(lineAnew)
	if v, ok := to.(*visible); ok {
		v.mu.Lock()
		defer v.mu.Unlock()
		to = v.to
	}
	_, _ = to.Write(model.AppendVisible(line, text)) // stderr has nobody left to tell
}

// Data is stdout for what has to stay byte for byte what it is, such as an export: on a terminal that has to be visible,
// too.
func (p *Program) Data() io.Writer {
	if v, ok := p.Out.(*visible); ok && !IsTerminal(v) {
		return v.to
	}
	return p.Out
}
