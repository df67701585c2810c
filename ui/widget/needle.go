package widget

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/ui/theme"
)

// Needle is a text that is searched for: as it is typed where that holds a capital letter, else in capitals and small letters
// alike. The zero Needle is found nowhere.
type Needle struct {
	text string
	fold bool
}

// NewNeedle makes a needle of what was typed.
func NewNeedle(typed string) Needle {
	return Needle{text: typed, fold: !strings.ContainsFunc(typed, unicode.IsUpper)}
}

// String is what was typed.
func (n Needle) String() string { return n.text }

// All are the places of the needle in a text, in order and apart from each other, at most so many.
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

// candidates tells the next byte from one on, never going back, at which the needle can stand; -1 when there is none.
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

// indexFrom is the first place of what at or after a byte of the text, -1 for none.
func indexFrom(text, what string, from int) int {
	if i := strings.Index(text[from:], what); i >= 0 {
		return from + i
	}
	return -1
}

// at is how many bytes of the beginning of a text are the needle; 0 when it begins otherwise.
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

// Found is where a needle was found.
type Found struct {
	// Places are in order and apart from each other.
	Places []Span
	// At is which of them is looked at.
	At int
}

// within are those that touch the bytes from one to another; At may be none of them.
func (f Found) within(from, to int) Found {
	first := sort.Search(len(f.Places), func(i int) bool { return f.Places[i].To > from })
	n := sort.Search(len(f.Places)-first, func(i int) bool { return f.Places[first+i].From >= to })
	return Found{f.Places[first : first+n], f.At - first}
}

// ink is the ink of a byte: that of a place, which differs for the one that is looked at, or its own.
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

// Nearest is the first place at or after a byte; the first of all when there is none.
func (f Found) Nearest(at int) int {
	i := sort.Search(len(f.Places), func(i int) bool { return f.Places[i].From >= at })
	if i == len(f.Places) {
		return 0
	}
	return i
}
