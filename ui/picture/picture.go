// Package picture converts a drawn screen, lines with escape sequences, into a file for viewing without a terminal:
// plain text, an SVG image or an HTML page. Start reading at [Draw].
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image/color"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/cellbuf"
)

// Format is the file format.
type Format string

// The formats, by the extensions of their files.
const (
	Text Format = ".txt"
	SVG  Format = ".svg"
	HTML Format = ".html"
)

// FormatOf returns the format of a file with that name. The error lists the formats.
func FormatOf(name string) (Format, error) {
	switch f := Format(strings.ToLower(filepath.Ext(name))); f {
	case Text, SVG, HTML:
		return f, nil
	case "":
		return "", errors.New("end the name in .svg, .html or .txt")
	default:
		return "", fmt.Errorf("end the name in .svg, .html or .txt, not in %s", f)
	}
}

// Draw returns the file's content. Text without a colour is light on dark if dark is set, otherwise dark on light.
func Draw(f Format, lines []string, dark bool) []byte {
	colours := paper{ink: "#24292e", ground: "#ffffff"}
	if dark {
		colours = paper{ink: "#d4d4d4", ground: "#16181d"}
	}
	var b bytes.Buffer
	switch f {
	case SVG:
		colours.svg(&b, lines)
	case HTML:
		colours.page(&b, lines)
	default:
		for _, line := range lines {
			b.WriteString(strings.TrimRight(ansi.Strip(line), " "))
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// run is text in one style, with its width in cells.
type run struct {
	text  string
	cells int
	style cellbuf.Style
}

// runsOf splits a line where its style changes. Sequences other than styles are left out.
func runsOf(line string) []run {
	parser := ansi.NewParser()
	var runs []run
	var pen cellbuf.Style
	for state := byte(0); line != ""; {
		seq, width, n, next := ansi.DecodeSequence(line, state, parser)
		switch {
		case seq[0] >= utf8.RuneSelf && width == 0 && len(runs) > 0: // an accent on the previous letter
			runs[len(runs)-1].text += seq
		case width > 0 && len(runs) > 0 && runs[len(runs)-1].style.Equal(&pen):
			last := &runs[len(runs)-1]
			last.text += seq
			last.cells += width
		case width > 0:
			runs = append(runs, run{text: seq, cells: width, style: pen})
		case parser.Command() == 'm' && strings.HasPrefix(seq, "\x1b["):
			cellbuf.ReadStyle(parser.Params(), &pen)
		}
		line, state = line[n:], next
	}
	return runs
}

// paper is the default colours.
type paper struct{ ink, ground string }

// of returns the colours of a style; ground is "" for the default background.
func (p paper) of(s *cellbuf.Style) (ink, ground string) {
	ink, ground = p.ink, ""
	if s.Fg != nil {
		ink = hex(s.Fg)
	}
	if s.Bg != nil {
		ground = hex(s.Bg)
	}
	if s.Attrs.Contains(cellbuf.ReverseAttr) {
		if ground == "" {
			ground = p.ground
		}
		return ground, ink
	}
	return ink, ground
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// look returns the properties of a style other than its colours, as CSS.
func look(s *cellbuf.Style) (css string) {
	if s.Attrs.Contains(cellbuf.BoldAttr) {
		css += ";font-weight:bold"
	}
	if s.Attrs.Contains(cellbuf.FaintAttr) {
		css += ";opacity:.6"
	}
	if s.Attrs.Contains(cellbuf.ItalicAttr) {
		css += ";font-style:italic"
	}
	if s.UlStyle != cellbuf.NoUnderline {
		css += ";text-decoration:underline"
	}
	return css
}

// Sizes of an image in pixels: a cell, the baseline of the text below the cell's upper edge, and the margin around
// everything.
const (
	cellWidth, cellHeight = 8.4, 17
	baseline              = 13
	margin                = 10
	fonts                 = `'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace`
)

func (p paper) svg(b *bytes.Buffer, lines []string) {
	widest := 0
	for _, line := range lines {
		widest = max(widest, ansi.StringWidth(line))
	}
	width, height := cellWidth*float64(widest)+2*margin, cellHeight*len(lines)+2*margin
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.0f %d" font-family="%s" font-size="14">`+"\n",
		width, height, width, height, fonts)
	fmt.Fprintf(b, `<rect width="100%%" height="100%%" rx="6" fill="%s"/>`+"\n", p.ground)
	for i, line := range lines {
		at, top := 0, margin+cellHeight*i
		for _, r := range runsOf(line) {
			ink, ground := p.of(&r.style)
			x, wide := margin+cellWidth*float64(at), cellWidth*float64(r.cells)
			if ground != "" {
				fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, x, top, wide, cellHeight, ground)
			}
			if strings.TrimSpace(r.text) != "" {
				fmt.Fprintf(b, `<text x="%.1f" y="%d" textLength="%.1f" xml:space="preserve" style="fill:%s%s">%s</text>`,
					x, top+baseline, wide, ink, look(&r.style), html.EscapeString(r.text))
			}
			at += r.cells
		}
		b.WriteByte('\n')
	}
	b.WriteString("</svg>\n")
}

func (p paper) page(b *bytes.Buffer, lines []string) {
	fmt.Fprintf(b, `<!doctype html><html><head><meta charset="utf-8"><title>streamdesk</title></head><body style="background:%s">`+"\n", p.ground)
	fmt.Fprintf(b, `<pre style="color:%s;font:14px/17px %s">`, p.ink, fonts)
	for _, line := range lines {
		for _, r := range runsOf(line) {
			ink, ground := p.of(&r.style)
			css := "color:" + ink
			if ground != "" {
				css += ";background:" + ground
			}
			fmt.Fprintf(b, `<span style="%s%s">%s</span>`, css, look(&r.style), html.EscapeString(r.text))
		}
		b.WriteByte('\n')
	}
	b.WriteString("</pre></body></html>\n")
}
