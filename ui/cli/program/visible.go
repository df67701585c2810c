package program

import (
	"io"
	"sync"
	"unicode/utf8"

	"streamdesk/model"
)

// visible is the only writer to stdout and stderr. It escapes control characters and invalid UTF-8 so that they can be
// seen, whatever their source. The program's own terminal sequences are written by [Rewrite]. It is safe for concurrent
// use.
type visible struct {
	to io.Writer
	// exact reports whether output is written unchanged now: JSON for a program. Nil means never.
	exact func() bool

	mu   sync.Mutex
	rest []byte // the first bytes of an incomplete character
	text []byte // the escaped text of the last write; kept to reuse its memory
}

// Write writes all of b or fails. On failure n is 0, unless b was written unchanged.
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

// end writes the bytes of a character that was never completed.
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

// unfinished returns how many bytes at the end of b may be the beginning of a character.
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

// lineAnew moves to the beginning of the line and clears it.
const lineAnew = "\r\x1b[K"

// Rewrite clears the terminal's current line and writes text at its beginning.
func Rewrite(to io.Writer, text string) {
	line := []byte(lineAnew)
	if v, ok := to.(*visible); ok {
		v.mu.Lock()
		defer v.mu.Unlock()
		to = v.to
	}
	_, _ = to.Write(model.AppendVisible(line, text)) // there is nowhere left to report an error on stderr
}

// Data returns stdout for data that must stay unchanged, such as an export. On a terminal, control characters are
// escaped all the same.
func (p *Program) Data() io.Writer {
	if v, ok := p.Out.(*visible); ok && !IsTerminal(v) {
		return v.to
	}
	return p.Out
}
