package desk

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/filter/jq"
	"streamdesk/ui/widget"
)

// completion is what the word at the cursor could become, and how far the tab key has gone through it.
type completion struct {
	title   string
	options []string
	text    string // what was typed, and the bytes of it that an option takes the place of
	from    int
	to      int
	cycling bool
	place   int
}

const (
	// seenMost bounds how many workflows or agents are offered: nobody looks through more.
	seenMost = 200
	// offeredMost bounds the list, and popupMost how many of it are in sight.
	offeredMost = 100
	popupMost   = 8
)

// offer works out what the word at the cursor could become.
func (d *Desk) offer() {
	f := &d.filter
	text := f.input.Value()
	runes := []rune(text)
	at := len(string(runes[:min(f.input.Position(), len(runes))]))
	f.offered = d.completionOf(text, at)
	d.drawn.valid = false
}

// complete puts the next option in the place of the word.
func (f *filterBar) complete(by int) {
	c := &f.offered
	n := len(c.options)
	if n == 0 {
		return
	}
	switch {
	case c.cycling:
		c.place = (c.place + by + n) % n
	case by < 0:
		c.place = n - 1
	}
	option := c.options[c.place]
	f.input.SetValue(c.text[:c.from] + option + c.text[c.to:])
	f.input.SetCursor(utf8.RuneCountInString(c.text[:c.from] + option))
	// The only one there is: the next tab is about what follows it.
	c.cycling = n > 1
}

// completionOf is what the word at a byte of the text could become.
func (d *Desk) completionOf(text string, at int) completion {
	start := wordStart(text, at)
	end := at
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if unicode.IsSpace(r) {
			break
		}
		end += size
	}
	c := completion{text: text, from: start, to: end}
	word := strings.TrimPrefix(text[start:at], "-")
	c.from = at - len(word)
	if strings.HasPrefix(word, savedMark) && strings.TrimSpace(text[:start]) == "" {
		c.title, c.options = "saved filters", matching(d.savedNames(), word)
		return c
	}
	if strings.HasPrefix(strings.ToLower(word), "jq:") {
		return d.completeJQ(c, at)
	}
	for _, op := range []string{"age<", "age>"} {
		if value, ok := strings.CutPrefix(word, op); ok {
			c.from = at - len(value)
			c.title, c.options = "ages", matching([]string{"30s", "1m", "5m", "15m", "1h", "1d"}, value)
			return c
		}
	}
	key, value, keyed := strings.Cut(word, ":")
	if !keyed {
		c.title = "keys"
		options := filter.Keys()
		if strings.TrimSpace(text) == word {
			options = append(options, d.savedNames()...)
		}
		c.options = matching(options, word)
		return c
	}
	// Of a list the last value is meant.
	value = value[strings.LastIndexAny(value, `,|"`)+1:]
	c.from = at - len(value)
	c.title, c.options = d.values(strings.ToLower(key))
	c.options = matching(c.options, value)
	return c
}

// completeJQ offers jq's functions for the name at the cursor.
func (d *Desk) completeJQ(c completion, at int) completion {
	name := at
	for name > c.from && (c.text[name-1] == '_' || c.text[name-1] >= 'a' && c.text[name-1] <= 'z' || c.text[name-1] >= '0' && c.text[name-1] <= '9') {
		name--
	}
	if name == at || c.text[name-1] == '.' || c.text[name-1] == '$' || c.text[name-1] == '"' {
		return completion{}
	}
	c.from, c.to = name, at
	c.title, c.options = "jq", matching(jq.Functions(), c.text[name:at])
	return c
}

// wordStart is where the word before a byte of the text begins: after the last space that isn't in quotes, and for a jq
// term at its key.
func wordStart(text string, at int) int {
	start, quoted := 0, false
	for i, r := range text[:at] {
		switch {
		case r == '"':
			quoted = !quoted
		case unicode.IsSpace(r) && !quoted:
			start = i + utf8.RuneLen(r)
		case i == start && strings.HasPrefix(strings.ToLower(strings.TrimPrefix(text[i:at], "-")), "jq:"):
			return i
		}
	}
	return start
}

// values are what a key can be followed by, as far as the desk knows it.
func (d *Desk) values(key string) (title string, options []string) {
	log := d.data.Log
	seen := func(part func(*model.Record) string) []string {
		values := log.Seen(seenMost, part)
		slices.Sort(values)
		return quoted(values)
	}
	switch key {
	case "wf", "workflow":
		return "workflows", quoted(log.Seen(seenMost, func(r *model.Record) string { return r.Event.WorkflowID })) // newest first
	case "type":
		return "types", d.types()
	case "agent":
		return "agents", seen(func(r *model.Record) string { return r.Event.SourceAgent })
	case "stream":
		return "streams", quoted(d.data.Readable())
	case "state":
		return "states", filter.StateNames()
	case "group":
		return "groups", quoted(d.groupNames())
	default:
		return "", nil
	}
}

// types are the types of the streams there are and those that every bus knows, with a wildcard for each family.
func (d *Desk) types() []string {
	known := map[string]bool{}
	add := func(t model.Type) {
		known[string(t)] = true
		if family, _, ok := strings.Cut(string(t), "."); ok && family != "" {
			known[family+".*"] = true
		}
	}
	for _, t := range model.KnownTypes() {
		add(t)
	}
	for _, key := range d.data.Readable() {
		add(model.TypeOf(key, d.options.Bus.Reader().Prefix()))
	}
	return quoted(slices.Sorted(maps.Keys(known)))
}

// groupNames are the groups of all streams, each once.
func (d *Desk) groupNames() []string {
	known := map[string]bool{}
	if d.data.Snapshot != nil {
		for i := range d.data.Snapshot.Streams {
			for _, g := range d.data.Snapshot.Streams[i].Groups {
				known[g.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

func quoted(values []string) []string {
	for i, v := range values {
		values[i] = filter.Quote(v)
	}
	return values
}

func (d *Desk) savedNames() []string {
	names := slices.Sorted(maps.Keys(d.filter.saved))
	for i := range names {
		names[i] = savedMark + names[i]
	}
	return names
}

// matching are the options that a text can become: those that begin with it, then those that hold it.
func matching(options []string, text string) []string {
	var begin, hold []string
	lower := strings.ToLower(text)
	for _, o := range options {
		switch name := strings.ToLower(strings.TrimPrefix(o, `"`)); {
		case o == text:
		case strings.HasPrefix(name, lower):
			begin = append(begin, o)
		case strings.Contains(name, lower):
			hold = append(hold, o)
		}
	}
	found := slices.Concat(begin, hold)
	return found[:min(len(found), offeredMost)]
}

// filterPopup lays the options over the lines, above the filter, and what is wrong with it right above its place.
func (d *Desk) filterPopup(lines []string) []string {
	f := &d.filter
	bottom := d.tiles.layout.Height - bottomHeight
	if f.err != nil {
		problem := d.filterProblem()
		bottom -= len(problem)
		copy(lines[bottom:], problem)
	}
	c := &f.offered
	rows := min(len(c.options), popupMost, (bottom-topHeight)/2)
	if rows < 1 {
		return lines
	}
	first := 0
	if c.cycling {
		first = widget.Scroll(0, c.place, len(c.options), rows)
	}
	width := widget.Width(c.title) + 8
	for _, o := range c.options[first : first+rows] {
		width = max(width, widget.Width(widget.Clean(o))+6)
	}
	th := d.looks.theme
	box := widget.Box{
		Width: min(width, d.tiles.layout.Width-2), Height: rows + 2, Title: c.title, Footer: th.Dim.Paint("tab"), Edge: th.Accent, TitleInk: th.Strong,
	}
	inner, _ := box.Inner()
	var body []string
	for i := first; i < first+rows; i++ {
		current := c.cycling && i == c.place
		mark := "  "
		if current {
			mark = "▸ "
		}
		body = append(body, th.Text.On(current, widget.Pad(mark+widget.Clean(c.options[i]), inner)))
	}
	x := min(widget.Width(widget.Clean(c.text[:c.from]))+1, d.tiles.layout.Width-box.Width)
	return widget.Overlay(lines, box.Draw(body), max(x, 0), bottom-rows-2)
}

// filterProblemMost bounds the lines of what is wrong with a filter: a person's saved filters may be many.
const filterProblemMost = 3

// filterProblem is what is wrong with the filter, with a mark above its place where the whole filter is in sight. What
// doesn't fit into a line takes more.
func (d *Desk) filterProblem() []string {
	f, th, width := &d.filter, d.looks.theme, d.tiles.layout.Width
	text := f.input.Value()
	problem := widget.Clean(f.err.Problem)
	x := 3 + widget.Width(widget.Clean(text[:min(f.err.Column, len(text))]))
	room := widget.Width(problem) + 2
	var lines []string
	switch {
	case widget.Width(text) > f.input.Width:
		lines = behind(" ✗ ", f.err.Error(), width)
	case x+room <= width:
		lines = []string{widget.Spaces(x) + "▾ " + problem}
	case room <= x:
		lines = []string{widget.Spaces(x-room+1) + problem + " ▾"}
	default:
		lines = behind(" ▾ ", problem, width)
	}
	for i := range lines {
		lines[i] = th.Bad.Paint(widget.Pad(lines[i], width))
	}
	return lines
}

// behind folds text behind a mark.
func behind(mark, text string, width int) []string {
	lines := widget.Fold(width-widget.Width(mark), text)
	if len(lines) > filterProblemMost {
		lines = lines[:filterProblemMost]
		lines[filterProblemMost-1] += " " + widget.Ellipsis
	}
	for i := range lines {
		lines[i] = mark + lines[i]
		mark = widget.Spaces(widget.Width(mark))
	}
	return lines
}
