package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Filter says which entries a person wants to see. Its text is terms apart by white space, all of which have to hold:
//
//	wf:GLOB      the workflow id (also workflow:)
//	type:GLOB    the event type
//	agent:GLOB   the source agent
//	stream:GLOB  the stream's key
//	id:GLOB      the event's or the entry's ID
//	age<5m       younger than (age>5m: older than)
//	word         the text occurs in a field, upper and lower case alike
//
// A value may be a list (type:workflow.*,audit.*), any of which will do; "-" before a term turns it round; double
// quotes hold spaces together. The zero Filter lets everything through.
type Filter struct {
	text  string
	terms []term
}

type term struct {
	key    string   // canonical key; "" for plain text
	values []string // globs, or one lower-case text
	age    time.Duration
	older  bool
	negate bool
}

// FilterError says what is wrong with a filter's text, and where.
type FilterError struct {
	// Column is the byte, from 0, at which the faulty term starts.
	Column int
	// Problem says what is wrong and names the mend.
	Problem string
}

// Error is the problem with its place.
func (e *FilterError) Error() string {
	return fmt.Sprintf("filter, column %d: %s", e.Column+1, e.Problem)
}

// filterKeys are the keys of the filter language with what each is short for.
var filterKeys = map[string]string{
	"wf": "wf", "workflow": "wf", "type": "type", "agent": "agent", "stream": "stream", "id": "id",
}

// FilterKeys are the keys of the filter language, for completion.
func FilterKeys() []string {
	return []string{"wf:", "type:", "agent:", "stream:", "id:", "age<", "age>"}
}

// ParseFilter reads a filter. The error, if any, is a *[FilterError].
func ParseFilter(text string) (Filter, error) {
	f := Filter{text: strings.TrimSpace(text)}
	words, err := splitWords(text)
	if err != nil {
		return Filter{}, err
	}
	for _, w := range words {
		t, problem := w.term()
		if problem != "" {
			return Filter{}, &FilterError{Column: w.column, Problem: problem}
		}
		f.terms = append(f.terms, t)
	}
	return f, nil
}

// word is one term as it was typed, without its quotes and the "-" before it.
type word struct {
	text   string
	column int
	negate bool
	quoted bool // it starts with a quote, so it is plain text whatever it holds
}

func splitWords(text string) ([]word, error) {
	var words []word
	var b strings.Builder
	start, quote := -1, -1
	end := func() {
		if start >= 0 {
			words = append(words, newWord(text[start:], b.String(), start))
			b.Reset()
			start = -1
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r) && quote < 0:
			end()
			i += size
			continue
		case start < 0:
			start = i
		}
		switch {
		case r != '"':
			b.WriteString(text[i : i+size])
		case quote < 0:
			quote = i
		default:
			quote = -1
		}
		i += size
	}
	if quote >= 0 {
		return nil, &FilterError{Column: quote, Problem: `the quote isn't closed: add a " at the end`}
	}
	end()
	return words, nil
}

// newWord makes a word of its text without quotes; typed is what was typed, up to the end of the filter.
func newWord(typed, text string, column int) word {
	w := word{text: text, column: column, quoted: strings.HasPrefix(strings.TrimPrefix(typed, "-"), `"`)}
	// A dash within quotes, and one all alone, is text.
	if typed[0] == '-' && (text != "-" || w.quoted) {
		w.negate, w.text = true, text[1:]
	}
	return w
}

func (w word) term() (t term, problem string) {
	text := w.text
	t.negate = w.negate
	if w.quoted {
		t.values = []string{strings.ToLower(text)}
		return t, ""
	}
	for _, op := range []string{"<", ">"} {
		if limit, ok := strings.CutPrefix(text, "age"+op); ok {
			d, err := ParseAge(limit)
			if err != nil {
				return t, fmt.Sprintf("age%s%s: %v", op, limit, err)
			}
			t.key, t.age, t.older = "age", d, op == ">"
			return t, ""
		}
	}
	key, value, isKeyed := strings.Cut(text, ":")
	if !isKeyed || !isWord(key) {
		t.values = []string{strings.ToLower(text)}
		return t, ""
	}
	canonical, known := filterKeys[strings.ToLower(key)]
	if !known {
		return t, fmt.Sprintf("unknown key %q: known are %s; for plain text put it in quotes",
			key+":", strings.Join(FilterKeys(), " "))
	}
	t.key = canonical
	t.values = slices.DeleteFunc(strings.Split(value, ","), func(v string) bool { return v == "" })
	if len(t.values) == 0 {
		return t, fmt.Sprintf("%s: wants a value, such as %s", key, map[string]string{
			"wf": "wf:wf-8f31", "type": "type:workflow.*", "agent": "agent:coordinator", "stream": "stream:events:audit.*", "id": "id:1700000000000-0",
		}[canonical])
	}
	return t, ""
}

func isWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' {
			return false
		}
	}
	return s != ""
}

// maxDays is as many whole days as a time.Duration can hold.
const maxDays = 106751

// ParseAge reads a length of time as people write it: Go's form, or a number of days such as 2d.
func ParseAge(text string) (time.Duration, error) {
	if number, ok := strings.CutSuffix(text, "d"); ok && strings.Trim(number, "0123456789.") == "" {
		if days, err := strconv.ParseFloat(number, 64); err == nil && days <= maxDays {
			return time.Duration(days * float64(24*time.Hour)), nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("not a length of time, such as 30s, 5m, 2h or 1d")
	}
	return d, nil
}

// String is the filter as it was written.
func (f Filter) String() string { return f.text }

// Empty says whether the filter lets everything through.
func (f Filter) Empty() bool { return len(f.terms) == 0 }

// Match says whether the record passes; now is the server's clock, for ages.
func (f Filter) Match(r *Record, now time.Time) bool {
	for i := range f.terms {
		if f.terms[i].match(r, now) == f.terms[i].negate {
			return false
		}
	}
	return true
}

func (t *term) match(r *Record, now time.Time) bool {
	switch t.key {
	case "wf":
		return t.matchGlob(r.Event.WorkflowID)
	case "type":
		return t.matchGlob(string(r.Event.Type))
	case "agent":
		return t.matchGlob(r.Event.SourceAgent)
	case "stream":
		return t.matchGlob(r.Stream)
	case "id":
		return t.matchGlob(r.Event.ID) || t.matchGlob(r.ID.String())
	case "age":
		return now.Sub(r.ID.Time()) > t.age == t.older
	default:
		return containsText(&r.Entry, t.values[0])
	}
}

func (t *term) matchGlob(s string) bool {
	return slices.ContainsFunc(t.values, func(glob string) bool { return MatchGlob(glob, s) })
}

// containsText says whether a lower-case text occurs in one of the entry's fields, or in the stream's key.
func containsText(e *Entry, lower string) bool {
	if containsFold(e.Stream, lower) {
		return true
	}
	for i := range e.Fields {
		if containsFold(e.Fields[i].Value, lower) || containsFold(e.Fields[i].Name, lower) {
			return true
		}
	}
	return false
}

// containsFold is strings.Contains for a lower-case needle that ignores the case of s. ASCII, which nearly all
// payloads are, is compared in place; anything else pays for a copy.
func containsFold(s, lower string) bool {
	if lower == "" {
		return true
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if asciiLower(s[i]) == lower[0] && equalFoldASCII(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return !isASCII(lower) && strings.Contains(strings.ToLower(s), lower)
}

func equalFoldASCII(s, lower string) bool {
	for i := range len(s) {
		if asciiLower(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func asciiLower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Workflow is the workflow id that the filter narrows to, when it names just one without a wildcard.
func (f Filter) Workflow() (string, bool) {
	for i := range f.terms {
		t := &f.terms[i]
		if t.key == "wf" && !t.negate && len(t.values) == 1 && !HasGlob(t.values[0]) {
			return t.values[0], true
		}
	}
	return "", false
}
