package model

// PlainEntryLine parses a line as [Entry.AppendLine] writes it for an entry whose text is ASCII, in one pass. ok is false for any other
// line, be it right or wrong: [ParseEntryLine] says which. It is the hot path of an import: the entry keeps nothing of the line's
// memory, and shares the string stream when that is its stream.
func PlainEntryLine(line []byte, stream string) (e Entry, ok bool) {
	p := plainParser{left: line}
	e.Stream = p.quoted(`{"stream":"`, stream)
	p.cut(`,"id":"`)
	var known bool
	e.ID, p.left, known = CutPosition(p.left)
	p.failed = p.failed || !known
	next := `","fields":[{"name":"`
	for e.Fields = make([]Field, 0, 1); !p.failed; next = `,{"name":"` {
		e.Fields = append(e.Fields, Field{Name: p.quoted(next, FieldData), Value: p.quoted(`,"value":"`, "")})
		p.cut(`}`)
		if string(p.left) == `]}` {
			break
		}
	}
	return e, !p.failed && !e.ID.IsZero() && e.Stream != ""
}

// plainParser stands before what is left of a line. Once something else was there than asked for, it has failed.
type plainParser struct {
	left   []byte
	failed bool
}

// cut steps over a mark.
func (p *plainParser) cut(mark string) {
	if len(p.left) < len(mark) || string(p.left[:len(mark)]) != mark {
		p.failed = true
		return
	}
	p.left = p.left[len(mark):]
}

// quoted steps over a mark, which ends with a quote, and a string up to its closing quote. It returns the string; likely is what it
// probably is, which takes no memory then.
func (p *plainParser) quoted(mark, likely string) string {
	p.cut(mark)
	if p.failed {
		return ""
	}
	text := p.left
	for at, c := range text {
		switch plainBytes[c] {
		case plainText:
		case plainQuote:
			p.left = text[at+1:]
			if string(text[:at]) == likely {
				return likely
			}
			return string(text[:at])
		case plainEscape:
			return p.unescaped(text, at)
		default:
			p.failed = true
			return ""
		}
	}
	p.failed = true
	return ""
}

// unescaped is what quoted returns of a string whose first escape is at a place. Escapes of four digits are left to others.
func (p *plainParser) unescaped(text []byte, at int) string {
	var room [512]byte // most values fit: one allocation, of their own size
	value, from := room[:0], 0
	for ; at < len(text); at++ {
		class := plainBytes[text[at]]
		if class == plainText {
			continue
		}
		value = append(value, text[from:at]...)
		if class == plainQuote {
			p.left = text[at+1:]
			return string(value)
		}
		if class != plainEscape || at+1 == len(text) || unescapedBytes[text[at+1]] == 0 {
			break
		}
		at++
		value = append(value, unescapedBytes[text[at]])
		from = at + 1
	}
	p.failed = true
	return ""
}

// What a byte of a string is in a line.
const (
	plainOther uint8 = iota // a control character, or not ASCII
	plainText
	plainQuote
	plainEscape
)

// plainBytes says what each byte is; unescapedBytes is what a byte after a backslash stands for, 0 for one that isn't known here.
var (
	plainBytes     = classified()
	unescapedBytes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'n': '\n', 'r': '\r', 't': '\t'}
)

func classified() (classes [256]uint8) {
	for c := ' '; c < 0x80; c++ {
		classes[c] = plainText
	}
	classes['"'], classes['\\'] = plainQuote, plainEscape
	return classes
}
