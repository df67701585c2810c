package program

import (
	"io"
	"sync"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/tty"
	"streamdesk/ui/widget"
)

// visible is the only writer to stdout and stderr. It escapes control characters and invalid UTF-8 so that they can be
// seen, whatever their source. The program's own terminal sequences are written by [Rewrite]. It is safe for concurrent
// use.
type visible struct {
	to io.Writer
	// exact reports whether output is written unchanged now: JSON for a program. Nil means never.
	exact func() bool
	// signs returns the function that replaces the signs that the terminal can't show, nil when it shows them all. Nil means always.
	signs func() func(text string) string

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
		if _, size := model.NextObeyed(b); size == 0 && v.replaced() == nil {
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
		if _, err := v.to.Write(v.shown(v.text)); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// shown returns text with the signs that the terminal can show.
func (v *visible) shown(text []byte) []byte {
	if replace := v.replaced(); replace != nil {
		return []byte(replace(string(text)))
	}
	return text
}

func (v *visible) replaced() func(text string) string {
	if v.signs == nil {
		return nil
	}
	return v.signs()
}

// signs returns what replaces signs in the text to a stream; written reports whether that is text for a person, and not JSON. On a
// terminal that shows only ASCII, other characters become question marks; elsewhere they are somebody's data, and stay.
func (p *Program) signs(to io.Writer, written func() bool) func() func(string) string {
	p.plain.Store(p.Env != nil && tty.ASCII(config.GlyphsAuto, func(name string) string {
		value, _ := p.Env(name)
		return value
	}))
	replace := widget.ASCIISigns
	if IsTerminal(to) {
		replace = widget.ASCII
	}
	return func() func(string) string {
		if !p.plain.Load() || !written() {
			return nil
		}
		return replace
	}
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
		to, text = v.to, string(v.shown([]byte(text)))
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
