package widget

import (
	"strings"

	"streamdesk/ui/theme"
)

// Mark returns a drawn line with each place of the needle in the given ink, whatever inks the line has there.
func Mark(line string, n Needle, ink theme.Ink) string {
	text, at := withoutInk(line)
	places := n.All(text, len(text))
	if len(places) == 0 {
		return line
	}
	var b strings.Builder
	from := 0 // of the line, up to which it is written
	for _, place := range places {
		first, last := at[place.From], at[place.To-1]+1
		b.WriteString(line[from:first])
		b.WriteString(reset + ink.Paint(text[place.From:place.To]))
		b.WriteString(open(line[:last]))
		from = last
	}
	b.WriteString(line[from:])
	return b.String()
}

// withoutInk returns a line without its escape sequences, and where each byte of that stands in the line.
func withoutInk(line string) (text string, at []int) {
	var b strings.Builder
	b.Grow(len(line))
	at = make([]int, 0, len(line))
	for i := 0; i < len(line); i++ {
		if line[i] == '\x1b' {
			if end := strings.IndexByte(line[i:], 'm'); end >= 0 {
				i += end
				continue
			}
		}
		b.WriteByte(line[i])
		at = append(at, i)
	}
	return b.String(), at
}

// open returns the escape sequences of the inks in which a line goes on.
func open(line string) string {
	inks := ""
	for {
		at := strings.IndexByte(line, '\x1b')
		if at < 0 {
			return inks
		}
		line = line[at:]
		end := strings.IndexByte(line, 'm')
		if end < 0 {
			return inks
		}
		if seq := line[:end+1]; seq == reset || seq == "\x1b[m" {
			inks = ""
		} else {
			inks += seq
		}
		line = line[end+1:]
	}
}
