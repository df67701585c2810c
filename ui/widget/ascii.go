package widget

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// signs maps the non-ASCII characters that this program draws to ASCII characters of the same width. Characters that mean
// different things in the same place map to different ones.
var signs = map[rune]byte{
	// Frames, axes and lines.
	'─': '-', '━': '=', '╌': '~', '│': '|', '┃': '#', '┊': ':', '┤': '|', '┠': '+', '┨': '+', '├': '+', '└': '+', '╭': '+', '╮': '+', '╰': '+', '╯': '+', '┬': '+', '║': '|', '═': '=',
	// Bars, from the left and from below, and shades.
	'▏': '-', '▎': '-', '▍': '-', '▌': '=', '▋': '=', '▊': '#', '▉': '#', '█': '#', '▐': '#',
	'▁': '_', '▂': '.', '▃': ':', '▄': '-', '▅': '=', '▆': '+', '▇': '*',
	'░': '.', '▒': ':', '▓': '%',
	// States and marks.
	'✓': '+', '✗': 'x', '✖': 'x', '✕': 'x', '╳': 'X', '●': '*', '○': 'o', '◆': '@', '◷': '!', '⊘': '/', '‖': '|', '⌖': '@', '↻': '@', '↺': '@', '⋄': '.', '•': '*',
	// Arrows and pointers.
	'→': '>', '←': '<', '↑': '^', '↓': 'v', '›': '>', '‹': '<', '▸': '>', '◂': '<', '▾': 'v', '▶': '>', '»': '>', '▷': '>', '◀': '<', '▲': '^', '▼': 'v',
	// Punctuation.
	'…': '~', '·': '.', '—': '-', '–': '-', '×': 'x', 'µ': 'u', '\u00a0': ' ',
}

// ASCII converts text for a terminal that shows only ASCII. It keeps escape sequences and the width of each line. It replaces
// this program's signs by ASCII ones, and any other non-ASCII character by one question mark per cell.
func ASCII(text string) string { return ascii(text, false) }

// ASCIISigns converts this program's signs as [ASCII] does, and keeps any other character: for text that another program may read.
func ASCIISigns(text string) string { return ascii(text, true) }

func ascii(text string, keep bool) string {
	var b []byte
	for {
		at := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
		if at < 0 {
			return string(append(b, text...))
		}
		if at > 0 && text[at-1] >= ' ' && text[at-1] <= '~' && !endsInk(text[:at]) {
			at-- // the next character may be a mark on that letter
		}
		b = append(b, text[:at]...)
		cluster, cells := ansi.FirstGraphemeCluster(text[at:], ansi.GraphemeWidth)
		first, _ := utf8.DecodeRuneInString(cluster)
		sign, own := signs[first]
		if first < utf8.RuneSelf {
			sign, own = byte(first), true
		}
		if own && cells > 0 {
			b, cells = append(b, sign), cells-1
		}
		switch {
		case keep && !own:
			b = append(b, cluster...)
		default:
			for range cells {
				b = append(b, '?')
			}
		}
		text = text[at+len(cluster):]
	}
}

// endsInk reports whether text ends with an escape sequence of an ink.
func endsInk(text string) bool {
	at := strings.LastIndexByte(text, '\x1b')
	return at >= 0 && strings.IndexByte(text[at:], 'm') == len(text)-at-1
}
