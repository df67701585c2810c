// Package picture turns a screen as it was drawn, lines with escape sequences, into a file that shows it where there is no
// terminal: plain text, an SVG image or an HTML page. Start reading at [Draw].
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

// Format is what kind of file is made.
type Format string

// The formats, by the ends of their files' names.
const (
	Text Format = ".txt"
	SVG  Format = ".svg"
	HTML Format = ".html"
)

// FormatOf is the format of a file with that name; the error names those that there are.
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

// Draw makes the file's content. What has no colour of its own stands in light on dark, or in dark on light.
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

// run is text of one style, and how many cells it takes.
type run struct {
	text  string
	cells int
	style cellbuf.Style
}

// runsOf parts a line where its style changes. Sequences that are no style are left out.
func runsOf(line string) []run {
	parser := ansi.NewParser()
	var runs []run
	var pen cellbuf.Style
	for state := byte(0); line != ""; {
		seq, width, n, next := ansi.DecodeSequence(line, state, parser)
		switch {
		case seq[0] >= utf8.RuneSelf && width == 0 && len(runs) > 0: // an accent of the letter before
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

// paper is the colours of what has none of its own.
type paper struct{ ink, ground string }

// of are the colours of a style, "" for the ground that is there anyhow.
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

// look are the properties of a style besides its colours, as CSS names them.
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

// Sizes of an image, in pixels: a cell, how far below its upper edge the letters stand, and what is left free around all.
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
