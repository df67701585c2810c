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

// completion is the possible completions of the word at the cursor, and the state of cycling through them with tab.
type completion struct {
	title   string
	options []string
	text    string // the typed text, and the range of bytes that an option replaces
	from    int
	to      int
	cycling bool
	place   int
}

const (
	// seenMost is the max number of workflows or agents that are offered: nobody reads more.
	seenMost = 200
	// offeredMost is the max length of the list, and popupMost the max number of visible rows.
	offeredMost = 100
	popupMost   = 8
)

// offer computes the completions of the word at the cursor.
func (b *Bar) offer(k Known) {
	text := b.input.Text()
	b.offered = b.completionOf(k, text, len(string([]rune(text)[:b.input.At()])))
}

// complete replaces the word by the next option.
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
	// There was only one option: the next tab completes what follows it.
	c.cycling = n > 1
}

// completionOf returns the completions of the word at a byte of the text.
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
	// In a list, the last value is completed.
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

// wordStart returns where the word before a byte of the text begins: after the last space outside quotes, or at the key
// of a jq term.
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

// values returns the known values for a key.
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
	case "trace":
		return "traces", quoted(log.Seen(seenMost, func(r *model.Record) string { return r.Trace }))
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

// types returns the types of the existing streams and the types that every bus knows, with a wildcard for each family.
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

// groupNames returns the groups of all streams, each once.
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

// matching returns the options for a text: those that begin with it, then those that contain it.
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
