package widget

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Needle is a text to search for. A needle with a capital letter is case-sensitive; any other ignores case. The zero Needle
// is found nowhere.
type Needle struct {
	text string
	fold bool
}

// NewNeedle returns the needle for a typed text.
func NewNeedle(typed string) Needle {
	return Needle{text: typed, fold: !strings.ContainsFunc(typed, unicode.IsUpper)}
}

// String returns the typed text.
func (n Needle) String() string { return n.text }

// All returns the places of the needle in a text, up to a max number, in order and without overlaps.
func (n Needle) All(text string, most int) []Span {
	if n.text == "" {
		return nil
	}
	var found []Span
	next := n.candidates(text)
	for at := next(0); at >= 0 && len(found) < most; {
		if size := n.at(text[at:]); size > 0 {
			found = append(found, Span{at, at + size})
			at += size - 1
		}
		at = next(at + 1)
	}
	return found
}

// candidates returns a function that returns the first byte at or after from where the needle can begin; -1 when there is none.
// Between two calls, from must not decrease.
func (n Needle) candidates(text string) func(from int) int {
	first, _ := utf8.DecodeRuneInString(n.text)
	switch {
	case !n.fold:
		return func(from int) int { return indexFrom(text, n.text, from) }
	case first < utf8.RuneSelf:
		small, capital := string(first), string(unicode.ToUpper(first))
		atSmall, atCapital := indexFrom(text, small, 0), indexFrom(text, capital, 0)
		return func(from int) int {
			if atSmall >= 0 && atSmall < from {
				atSmall = indexFrom(text, small, from)
			}
			if atCapital >= 0 && atCapital < from {
				atCapital = indexFrom(text, capital, from)
			}
			if atSmall < 0 || atCapital >= 0 && atCapital < atSmall {
				return atCapital
			}
			return atSmall
		}
	default:
		return func(from int) int {
			for i := from; i < len(text); i++ {
				if text[i] >= utf8.RuneSelf && utf8.RuneStart(text[i]) {
					return i
				}
			}
			return -1
		}
	}
}

// indexFrom returns the index of the first what in text at or after byte from; -1 when there is none.
func indexFrom(text, what string, from int) int {
	if i := strings.Index(text[from:], what); i >= 0 {
		return from + i
	}
	return -1
}

// at returns the number of bytes of the needle at the beginning of a text; 0 when the text doesn't begin with the needle.
func (n Needle) at(text string) int {
	if !n.fold {
		if strings.HasPrefix(text, n.text) {
			return len(n.text)
		}
		return 0
	}
	at := 0
	for _, want := range n.text {
		if at == len(text) {
			return 0
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if r != want && unicode.ToLower(r) != want {
			return 0
		}
		at += size
	}
	return at
}

// Found is the list of places where a needle was found.
type Found struct {
	// Places are in order and don't overlap.
	Places []Span
	// At is the index of the current place.
	At int
}

// within returns the places that overlap the bytes between from and to. Its At may be out of range.
func (f Found) within(from, to int) Found {
	first := sort.Search(len(f.Places), func(i int) bool { return f.Places[i].To > from })
	n := sort.Search(len(f.Places)-first, func(i int) bool { return f.Places[first+i].From >= to })
	return Found{f.Places[first : first+n], f.At - first}
}

// ink returns the ink of a byte: the ink of the current place, the ink of another place, or own.
func (f Found) ink(th *theme.Theme, at int, own theme.Ink) theme.Ink {
	for i, place := range f.Places {
		switch {
		case at < place.From || at >= place.To:
		case i == f.At:
			return th.Match
		default:
			return th.Mark
		}
	}
	return own
}

// Nearest returns the index of the first place at or after a byte; 0 when there is none.
func (f Found) Nearest(at int) int {
	i := sort.Search(len(f.Places), func(i int) bool { return f.Places[i].From >= at })
	if i == len(f.Places) {
		return 0
	}
	return i
}
