package filterbar

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/filter/jq"
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
func (b *Bar) offer(k Known) {
	text := b.input.Text()
	b.offered = b.completionOf(k, text, len(string([]rune(text)[:b.input.At()])))
}

// complete puts the next option in the place of the word.
func (b *Bar) complete(by int) {
	c := &b.offered
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
	b.input.Set(c.text[:c.from]+option+c.text[c.to:], utf8.RuneCountInString(c.text[:c.from]+option))
	// The only one there is: the next tab is about what follows it.
	c.cycling = n > 1
}

// completionOf is what the word at a byte of the text could become.
func (b *Bar) completionOf(k Known, text string, at int) completion {
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
	if strings.HasPrefix(word, SavedMark) && strings.TrimSpace(text[:start]) == "" {
		c.title, c.options = "saved filters", matching(b.savedNames(), word)
		return c
	}
	if strings.HasPrefix(strings.ToLower(word), "jq:") {
		return completeJQ(c, at)
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
			options = append(options, b.savedNames()...)
		}
		c.options = matching(options, word)
		return c
	}
	// Of a list the last value is meant.
	value = value[strings.LastIndexAny(value, `,|"`)+1:]
	c.from = at - len(value)
	c.title, c.options = k.values(strings.ToLower(key))
	c.options = matching(c.options, value)
	return c
}

// completeJQ offers jq's functions for the name at the cursor.
func completeJQ(c completion, at int) completion {
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

// values are what a key can be followed by, as far as it is known.
func (k Known) values(key string) (title string, options []string) {
	log := k.Data.Log
	seen := func(part func(*model.Record) string) []string {
		values := log.Seen(seenMost, part)
		slices.Sort(values)
		return quoted(values)
	}
	switch key {
	case "wf", "workflow":
		return "workflows", quoted(log.Seen(seenMost, func(r *model.Record) string { return r.Event.WorkflowID })) // newest first
	case "type":
		return "types", k.types()
	case "agent":
		return "agents", seen(func(r *model.Record) string { return r.Event.SourceAgent })
	case "stream":
		return "streams", quoted(k.Data.Readable())
	case "state":
		return "states", filter.StateNames()
	case "group":
		return "groups", quoted(k.groupNames())
	default:
		return "", nil
	}
}

// types are the types of the streams there are and those that every bus knows, with a wildcard for each family.
func (k Known) types() []string {
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
	for _, key := range k.Data.Readable() {
		add(model.TypeOf(key, k.Prefix))
	}
	return quoted(slices.Sorted(maps.Keys(known)))
}

// groupNames are the groups of all streams, each once.
func (k Known) groupNames() []string {
	known := map[string]bool{}
	if k.Data.Snapshot != nil {
		for i := range k.Data.Snapshot.Streams {
			for _, g := range k.Data.Snapshot.Streams[i].Groups {
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

func (b *Bar) savedNames() []string {
	names := slices.Sorted(maps.Keys(b.saved))
	for i := range names {
		names[i] = SavedMark + names[i]
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
