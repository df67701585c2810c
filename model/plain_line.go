package model

import "strings"

// plainLine parses a line as [Entry.AppendLine] writes it for an entry whose text is ASCII, in one pass. ok is false for any other
// line, be it right or wrong. It is the hot path of an import.
func plainLine(text string) (e Entry, ok bool) {
	p := plainParser{left: text}
	e.Stream = p.quoted(`{"stream":"`)
	id := p.quoted(`,"id":"`)
	next := `,"fields":[{"name":"`
	for e.Fields = make([]Field, 0, 1); !p.failed; next = `,{"name":"` {
		e.Fields = append(e.Fields, Field{Name: p.quoted(next), Value: p.quoted(`,"value":"`)})
		p.cut(`}`)
		if p.left == `]}` {
			break
		}
	}
	var err error
	if !p.failed {
		e.ID, err = ParsePosition(id)
	}
	return e, !p.failed && err == nil && !e.ID.IsZero() && e.Stream != ""
}

// plainParser stands before what is left of a line. Once something else was there than asked for, it has failed.
type plainParser struct {
	left   string
	failed bool
}

// cut steps over a mark.
func (p *plainParser) cut(mark string) {
	left, found := strings.CutPrefix(p.left, mark)
	p.left, p.failed = left, p.failed || !found
}

// quoted steps over a mark, which ends with a quote, and a string up to its closing quote. It returns the string.
func (p *plainParser) quoted(mark string) string {
	p.cut(mark)
	escapes, end := 0, 0
	for ; ; end++ {
		if p.failed || end >= len(p.left) || p.left[end] < ' ' || p.left[end] >= 0x80 {
			p.failed = true
			return ""
		}
		if c := p.left[end]; c == '"' {
			break
		} else if c == '\\' {
			escapes++
			end++
		}
	}
	raw := p.left[:end]
	p.left = p.left[end+1:]
	if escapes == 0 {
		return raw
	}
	return p.unescaped(raw, len(raw)-escapes)
}

// unescaped returns a string of that length without its escapes. Those of four digits are left to others.
func (p *plainParser) unescaped(raw string, length int) string {
	var b strings.Builder
	b.Grow(length)
	for {
		at := strings.IndexByte(raw, '\\')
		if at < 0 {
			b.WriteString(raw)
			return b.String()
		}
		b.WriteString(raw[:at])
		switch c := raw[at+1]; c {
		case '"', '\\', '/':
			b.WriteByte(c)
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		default:
			p.failed = true
			return ""
		}
		raw = raw[at+2:]
	}
}
