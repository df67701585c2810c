package widget

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/theme"
)

// AreaField asks for text of several lines, such as JSON. Long lines are folded on the screen only.
type AreaField struct {
	// Check returns what is wrong with the text, "" when it is valid. It is called once per change. Nil accepts any text.
	Check func(text string) string
	// Least and Most are the min and max number of lines of the field on the screen, default 3 and 10.
	Least, Most int

	lines   [][]rune
	row     int  // the cursor's line
	line    Line // that line, being edited; lines[row] is updated with it
	top     int  // the first line in sight
	problem string
	changes int
	tallest int // the form's max number of lines on the screen; 0 when there is none
}

// NewAreaField returns a new area that contains the text, with the cursor at its beginning.
func NewAreaField(text string, check func(string) string) *AreaField {
	f := &AreaField{Check: check, Least: 3, Most: 10}
	f.Set(text)
	return f
}

// Set replaces the text and puts the cursor before it.
func (f *AreaField) Set(text string) {
	f.lines = nil
	for l := range strings.SplitSeq(lineBreaks.Replace(text), "\n") {
		f.lines = append(f.lines, []rune(l))
	}
	f.row, f.top, f.line = 0, 0, Line{runes: f.lines[0]}
	f.check()
}

// lineBreaks replaces the line ends of terminals and files by \n.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Text returns the text of the area.
func (f *AreaField) Text() string {
	var b strings.Builder
	for i, l := range f.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(l))
	}
	return b.String()
}

// Problem returns the result of Check for the text.
func (f *AreaField) Problem() string { return f.problem }

// Changes returns the number of changes of the text. While the number is the same, the text is the same.
func (f *AreaField) Changes() int { return f.changes }

func (f *AreaField) check() {
	f.changes++
	f.problem = ""
	if f.Check != nil {
		f.problem = f.Check(f.Text())
	}
}

// Key edits the text. It doesn't use up in the first line and down in the last one.
func (f *AreaField) Key(k tea.KeyMsg) bool {
	if text := typed(k); text != nil {
		f.paste(text)
		f.check()
		return true
	}
	switch k.String() {
	case "enter":
		f.split()
		return true
	case "up":
		return f.vertical(-1)
	case "down":
		return f.vertical(1)
	case "pgup":
		f.vertical(-f.Most)
		return true
	case "pgdown":
		f.vertical(f.Most)
		return true
	case "ctrl+home":
		f.vertical(-len(f.lines))
		return true
	case "ctrl+end":
		f.vertical(len(f.lines))
		return true
	case "left":
		if f.line.at == 0 && f.row > 0 {
			f.vertical(-1)
			f.line.at = len(f.line.runes)
			return true
		}
	case "right":
		if f.line.at == len(f.line.runes) && f.row < len(f.lines)-1 {
			f.vertical(1)
			f.line.at = 0
			return true
		}
	case "backspace":
		if f.line.at == 0 {
			f.join(f.row - 1)
			return true
		}
	case "delete":
		if f.line.at == len(f.line.runes) {
			f.join(f.row)
			return true
		}
	}
	used, before := f.line.edit(k), len(f.lines[f.row])
	if f.lines[f.row] = f.line.runes; len(f.line.runes) != before {
		f.check()
	}
	return used
}

// paste inserts text of any number of lines at the cursor. A tab becomes two spaces: JSON allows none in strings, and between
// its parts a tab means nothing.
func (f *AreaField) paste(text []rune) {
	clean := strings.ReplaceAll(lineBreaks.Replace(string(text)), "\t", "  ")
	for i, l := range strings.Split(clean, "\n") {
		if i > 0 {
			f.breakLine()
		}
		kept := make([]rune, 0, len(l))
		for _, r := range l {
			if !unicode.IsControl(r) {
				kept = append(kept, r)
			}
		}
		f.line.insert(kept)
		f.lines[f.row] = f.line.runes
	}
}

// split breaks the line at the cursor, and gives the new line the same indent.
func (f *AreaField) split() {
	indent := 0
	for indent < f.line.at && f.line.runes[indent] == ' ' {
		indent++
	}
	f.breakLine()
	f.line.insert([]rune(Spaces(indent)))
	f.lines[f.row] = f.line.runes
	f.check()
}

func (f *AreaField) breakLine() {
	rest := append([]rune(nil), f.line.runes[f.line.at:]...)
	f.lines[f.row] = f.line.runes[:f.line.at:f.line.at]
	f.lines = append(f.lines, nil)
	copy(f.lines[f.row+2:], f.lines[f.row+1:])
	f.row++
	f.lines[f.row], f.line = rest, Line{runes: rest}
}

// join appends the next line to the given one, with the cursor between the two parts.
func (f *AreaField) join(row int) {
	if row < 0 || row+1 >= len(f.lines) {
		return
	}
	at := len(f.lines[row])
	joined := slices.Concat(f.lines[row], f.lines[row+1])
	f.lines = append(f.lines[:row+1], f.lines[row+2:]...)
	f.row, f.lines[row], f.line = row, joined, Line{runes: joined, at: at}
	f.check()
}

// vertical moves the cursor by a number of lines, and reports whether the cursor moved.
func (f *AreaField) vertical(by int) bool {
	row := max(min(f.row+by, len(f.lines)-1), 0)
	if row == f.row {
		return false
	}
	f.row = row
	f.line = Line{runes: f.lines[row], at: min(f.line.at, len(f.lines[row]))}
	return true
}

// Draw returns the part of the text around the cursor, with line numbers, because problems refer to them.
func (f *AreaField) Draw(t *theme.Theme, width int, focused bool) []string {
	gutter := len(strconv.Itoa(len(f.lines))) + 1
	room := width - gutter
	if room < 2 || f.Most < 1 {
		return nil
	}
	parts, cursor := f.layOut(room)
	height := max(min(len(parts), f.Most), f.Least)
	if f.tallest > 0 {
		height = min(height, f.tallest)
	}
	first := max(min(cursor-height+1, len(parts)-height), 0)
	out := make([]string, 0, height)
	for _, p := range parts[first:min(first+height, len(parts))] {
		out = append(out, f.drawPart(t, p, gutter, room, focused))
	}
	for len(out) < height {
		out = append(out, t.Faint.Paint(Pad("", gutter))+t.Field.Paint(Spaces(room)))
	}
	return out
}

// layOut folds the lines in sight. It returns their parts, and the index of the part that contains the cursor.
func (f *AreaField) layOut(room int) (parts []fold, cursor int) {
	f.top = max(min(f.top, f.row), f.row-f.Most+1)
	for row := f.top; row < len(f.lines) && (len(parts) < f.Most || row <= f.row); row++ {
		for _, part := range folds(f.lines[row], room) {
			part.row = row
			here := row == f.row && part.holds(f.line.at)
			if part.last && part.from > 0 && part.from == part.to && !here {
				continue // an empty part is only needed for the cursor
			}
			if here {
				cursor = len(parts)
			}
			parts = append(parts, part)
		}
	}
	return parts, cursor
}

// drawPart returns one part of a line, after the line's number.
func (f *AreaField) drawPart(t *theme.Theme, p fold, gutter, room int, focused bool) string {
	number := Spaces(gutter)
	if p.from == 0 {
		number = PadLeft(strconv.Itoa(p.row+1), gutter-1) + " "
	}
	here := focused && p.row == f.row && p.holds(f.line.at)
	ink := t.Field
	if here {
		ink = t.FieldFocused
	}
	l := Line{runes: f.lines[p.row][p.from:p.to], at: f.line.at - p.from}
	return t.Faint.Paint(number) + l.Draw(ink, t.ButtonFocused, room, here)
}

// fold is a part of a line that fits on the screen.
type fold struct {
	row, from, to int
	last          bool
}

// holds reports whether a cursor at that rune of the line is in the part.
func (p fold) holds(at int) bool { return at >= p.from && (at < p.to || p.last) }

// folds cuts a line into parts of up to room cells. The last part leaves a cell for the cursor.
func folds(runes []rune, room int) []fold {
	var parts []fold
	from, used := 0, 0
	for i := range runes {
		w := runeWidth(runes[i])
		if used+w > room {
			parts = append(parts, fold{from: from, to: i})
			from, used = i, 0
		}
		used += w
	}
	if used >= room {
		parts = append(parts, fold{from: from, to: len(runes)})
		from = len(runes)
	}
	return append(parts, fold{from: from, to: len(runes), last: true})
}

// CheckJSON checks that a text is a JSON object. It returns what is wrong and where, by line and column (both from 1, columns
// in characters); "" when the text is valid.
func CheckJSON(text string) string {
	if strings.TrimSpace(text) == "" {
		return "nothing here: want a JSON object, such as {}"
	}
	var value json.RawMessage
	err := json.Unmarshal([]byte(text), &value)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line, column := place(text, int(syntax.Offset)-1)
		problem := jsonMend(syntax.Error())
		if int(syntax.Offset) >= len(text) && strings.Contains(problem, "unexpected end") {
			line, column = place(text, len(text))
			problem = "it ends too early: a bracket or a quote isn't closed"
		}
		return fmt.Sprintf("line %d, column %d: %s", line, column, problem)
	case err != nil:
		return err.Error()
	case strings.TrimLeft(text, " \t\r\n")[0] != '{':
		return "line 1: want a JSON object, in braces"
	case !utf8.ValidString(text):
		return "not valid UTF-8"
	}
	if err := model.ValidateData(text); err != nil {
		return err.Error()
	}
	return ""
}

// jsonMends are the corrections for the decoder's errors. complaint is the end of an error's text.
var jsonMends = []struct{ complaint, mend string }{
	{"looking for beginning of object key string", "want a key in double quotes"},
	{"after object key", "want a colon behind the key"},
	{"after object key:value pair", "want a comma or } behind the value"},
	{"after array element", "want a comma or ] behind the value"},
	{"after top-level value", "nothing may follow the object"},
	{"looking for beginning of value", "want a value, such as \"text\", 1, true or null"},
}

// jsonMend returns the correction for an error of the decoder, or the error when there is no correction.
func jsonMend(complaint string) string {
	for _, m := range jsonMends {
		if before, found := strings.CutSuffix(complaint, " "+m.complaint); found {
			return m.mend + ", not " + strings.TrimPrefix(before, "invalid character ")
		}
	}
	return complaint
}

// place returns the line and column of a byte of the text.
func place(text string, offset int) (line, column int) {
	before := text[:max(min(offset, len(text)), 0)]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[lineStart:]) + 1
}

// IndentJSON indents JSON for reading and editing. It returns a text that isn't JSON as it is.
func IndentJSON(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// CompactJSON removes the white space between the parts of JSON and changes nothing else. It returns a text that isn't JSON
// as it is.
func CompactJSON(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
