package filter

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/filter/jq"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
)

// Error says what is wrong with a filter's text, and where.
type Error struct {
	// Column is the byte, from 0, at which the faulty term starts, or within a jq expression the faulty part.
	Column int
	// Problem says what is wrong and how to fix it.
	Problem string
}

// Error is the problem with its place.
func (e *Error) Error() string {
	return fmt.Sprintf("filter, column %d: %s", e.Column+1, e.Problem)
}

// keys are those of the filter language that take globs or names, with what each is short for.
var keys = map[string]string{
	"wf": "wf", "workflow": "wf", "type": "type", "agent": "agent", "trace": "trace", "stream": "stream", "id": "id", keyState: keyState, keyGroup: keyGroup,
}

// Keys are the keys of the filter language, for completion.
func Keys() []string {
	return []string{"wf:", "type:", "agent:", "stream:", "id:", "age<", "age>", "state:", "group:", "trace:", "jq:"}
}

// Parse reads a filter. The error, if any, is a *[Error].
func Parse(text string) (Filter, error) {
	f := Filter{text: strings.TrimSpace(text)}
	typed, err := splitWords(text)
	if err != nil {
		return Filter{}, err
	}
	for _, w := range typed {
		t, problem := w.term()
		if problem != nil {
			return Filter{}, problem
		}
		f.terms = append(f.terms, t)
	}
	f.narrow()
	sorting.By(f.terms, func(t, u *term) int { return cmp.Compare(t.cost(), u.cost()) })
	return f, nil
}

// word is one term as it was typed, without its quotes and the "-" before it.
type word struct {
	text   string
	column int
	negate bool
	quoted bool // it starts with a quote, so it is plain text whatever it holds
	isJQ   bool // text is a jq expression, which starts at column
}

// quotedComma stands for a comma within quotes until lists are split. It can't occur in a filter.
const quotedComma = "\xff\x00"

func splitWords(text string) ([]word, error) {
	var found []word
	var b strings.Builder
	start, quote := -1, -1
	end := func() {
		if start >= 0 {
			found = append(found, newWord(text[start:], b.String(), start))
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
			if w, length, err := jqWord(text[i:], i); err != nil {
				return nil, err
			} else if length > 0 {
				found = append(found, w)
				i += length
				continue
			}
			start = i
		}
		switch {
		case r == ',' && quote >= 0:
			b.WriteString(quotedComma)
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
		return nil, &Error{Column: quote, Problem: `the quote isn't closed: add a " at the end`}
	}
	end()
	return found, nil
}

// jqWord reads a term of jq at the start of text, which stands at that column of the filter: up to the closing quote
// when it is in single quotes, which jq itself has no use for, or else all there is. The length is 0 when no such term
// starts here.
func jqWord(text string, column int) (w word, length int, err error) {
	rest := text
	w = word{isJQ: true}
	if after, ok := strings.CutPrefix(rest, "-"); ok {
		w.negate, rest = true, after
	}
	if len(rest) < len("jq:") || !strings.EqualFold(rest[:len("jq:")], "jq:") {
		return w, 0, nil
	}
	rest = rest[len("jq:"):]
	at := len(text) - len(rest)
	if after, ok := strings.CutPrefix(rest, "'"); ok {
		inside, behind, closed := strings.Cut(after, "'")
		if next, _ := utf8.DecodeRuneInString(behind); closed && (behind == "" || unicode.IsSpace(next)) {
			w.text, w.column = inside, column+at+1
			return w, at + len(inside) + 2, nil
		}
		problem := "the quote isn't closed: add a ' at the end"
		if closed {
			problem = "the expression ends at its second ': add a space after it"
		}
		return w, 0, &Error{Column: column + at, Problem: problem}
	}
	w.text, w.column = rest, column+at
	return w, len(text), nil
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

// term reads a word; the problem, if any, has its place.
func (w word) term() (term, *Error) {
	t := term{negate: w.negate}
	problem := ""
	switch {
	case w.isJQ:
		return w.jqTerm()
	case w.quoted:
		t.plain(w.text)
	default:
		problem = t.keyed(w.text)
	}
	if problem != "" {
		return t, &Error{Column: w.column, Problem: problem}
	}
	return t, nil
}

func (w word) jqTerm() (term, *Error) {
	expression, err := jq.Compile(w.text)
	if problem, ok := errors.AsType[*jq.Error](err); ok {
		return term{}, &Error{Column: w.column + problem.Column, Problem: "jq: " + problem.Problem}
	}
	return term{key: keyJQ, expression: expression, negate: w.negate}, nil
}

func (t *term) plain(text string) {
	t.values = []string{strings.ToLower(strings.ReplaceAll(text, quotedComma, ","))}
}

func (t *term) ofAge(text string) (problem string) {
	limit := text[len("age<"):]
	d, err := model.ParseAge(limit)
	if err != nil {
		return fmt.Sprintf("%s: %v", text, err)
	}
	t.key, t.age, t.older = keyAge, d, text[len("age")] == '>'
	return ""
}

// keyed parses key:value, age<5m or age>5m. Text that doesn't begin with a word and one of :, < and > is plain text.
// Text that does but isn't a term is an error, since it was most likely meant as one.
func (t *term) keyed(text string) (problem string) {
	at := strings.IndexAny(text, ":<>")
	if at < 0 || !isWord(text[:at]) {
		t.plain(text)
		return ""
	}
	key, value := strings.ToLower(text[:at]), text[at+1:]
	canonical, known := keys[key]
	switch {
	case key == keyAge && text[at] != ':':
		return t.ofAge(text)
	case !known || text[at] != ':':
		return unknownTerm(key, text[:at+1])
	}
	t.key = canonical
	t.values = slices.DeleteFunc(strings.Split(value, ","), func(v string) bool { return v == "" })
	for i := range t.values {
		t.values[i] = strings.ReplaceAll(t.values[i], quotedComma, ",")
	}
	if canonical == keyState {
		t.states, problem = parseStates(t.values)
		return problem
	}
	if len(t.values) == 0 {
		return fmt.Sprintf("%s: wants a value, such as %s", key, map[string]string{
			"wf": "wf:wf-8f31", "type": "type:workflow.*", "agent": "agent:coordinator", "trace": "trace:4bf92f3577b34da6a3ce929d0e0e4736", "stream": "stream:events:audit.*", "id": "id:1700000000000-0", keyGroup: "group:db_writers",
		}[canonical])
	}
	return ""
}

// unknownTerm returns the problem that no term begins with begun, whose word is key, and a suggestion.
func unknownTerm(key, begun string) string {
	known := append(slices.Sorted(maps.Keys(keys)), keyAge, keyJQ)
	meant := words.Nearest(key, known)
	if canonical, ok := keys[meant]; ok {
		meant = canonical
	}
	forms := slices.DeleteFunc(Keys(), func(form string) bool { return form[:len(form)-1] != meant })
	if len(forms) == 0 {
		return fmt.Sprintf("unknown term %q: known are %s; for plain text put it in quotes", begun, strings.Join(Keys(), " "))
	}
	return fmt.Sprintf("unknown term %q: did you mean %s? For plain text put it in quotes", begun, strings.Join(forms, " or "))
}

func isWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' {
			return false
		}
	}
	return s != ""
}
