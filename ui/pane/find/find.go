// Package find is the search among the rows of a pane: the text that is typed, which rows contain it, and the way from one to the
// next. It knows a pane by its [pane.Rows] alone. Start reading at [Search].
package find

import (
	"slices"
	"sort"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

const (
	// textMost is the max length of the text.
	textMost = 200
	// hitsMost is the max number of hits counted: nobody goes through more.
	hitsMost = 100_000
	// countEvery is how often hits are counted while rows come and go: more often, the log's rows would cost a part of every frame.
	countEvery = time.Second
)

// Search is the search in one pane. The zero Search looks for nothing.
type Search struct {
	input   widget.Line
	typing  bool
	needle  widget.Needle
	home    func()    // puts the cursor back where it was when the typing began
	from    int       // the row of the cursor then
	hits    []int     // the rows that contain the needle, in order
	counted time.Time // when hits was made
	at      int       // the row of the cursor
	turned  string    // how the last step went past an end
	why     string    // the pane's reason for not being searched
}

// On reports whether a text is searched for, or typed.
func (s *Search) On() bool { return s.typing || s.needle.String() != "" }

// Typing reports whether the text is being typed.
func (s *Search) Typing() bool { return s.typing }

// Begin starts the typing of a new text.
func (s *Search) Begin(rows *pane.Rows) {
	*s = Search{input: widget.Line{Most: textMost}, typing: true, home: rows.Home, from: rows.At, at: rows.At}
}

// goHome puts the cursor back where it was when the typing began, or on the last row when fewer are left by now.
func (s *Search) goHome(rows *pane.Rows) {
	switch {
	case s.home != nil:
		s.home()
	case s.from >= 0 && rows.Len > 0:
		rows.Go(min(s.from, rows.Len-1))
	}
}

// End stops the search and takes its marks away; it returns false when there is none.
func (s *Search) End() bool {
	was := s.On()
	*s = Search{}
	return was
}

// Type handles a key while the text is typed: the cursor goes to the nearest hit at once. Enter keeps the search, esc ends it and
// puts the cursor back; the arrows go from hit to hit.
func (s *Search) Type(key tea.KeyMsg, rows *pane.Rows, now time.Time) {
	switch key.String() {
	case "enter":
		s.typing = false
	case "esc":
		s.goHome(rows)
		s.End()
	case "down":
		s.Next(true, rows, now)
	case "up":
		s.Next(false, rows, now)
	default:
		if s.input.Key(key) {
			s.needle = widget.NewNeedle(s.input.Text())
			s.count(rows, now)
			s.goNearest(rows)
		}
	}
}

// goNearest goes to the first hit at or after the row where the typing began, or back there when there is no hit.
func (s *Search) goNearest(rows *pane.Rows) {
	if s.turned = ""; len(s.hits) == 0 {
		s.goHome(rows)
		return
	}
	s.put(sort.SearchInts(s.hits, s.from)%len(s.hits), rows)
}

// Next goes to the hit after the cursor, or before it. After the last hit comes the first.
func (s *Search) Next(later bool, rows *pane.Rows, now time.Time) {
	s.count(rows, now)
	if s.turned = ""; len(s.hits) == 0 {
		return
	}
	next := sort.SearchInts(s.hits, rows.At+1)
	if later {
		if next == len(s.hits) {
			next, s.turned = 0, "from the top again"
		}
	} else {
		if next = sort.SearchInts(s.hits, rows.At) - 1; next < 0 {
			next, s.turned = len(s.hits)-1, "from the bottom again"
		}
	}
	s.put(next, rows)
}

func (s *Search) put(hit int, rows *pane.Rows) {
	s.at = s.hits[hit]
	rows.Go(s.at)
}

// Fit counts the hits again when that is due: the rows may have changed.
func (s *Search) Fit(rows *pane.Rows, now time.Time) {
	if !s.On() {
		return
	}
	if s.at != rows.At {
		s.at, s.turned = rows.At, ""
	}
	since := now.Sub(s.counted)
	_, counted := s.place()
	if since < 0 || since >= countEvery || counted != s.in(rows, rows.At) {
		s.count(rows, now)
	}
}

// count finds the rows that contain the needle.
func (s *Search) count(rows *pane.Rows, now time.Time) {
	s.hits, s.counted, s.why = s.hits[:0], now, rows.Why
	switch {
	case s.needle.String() == "":
		return
	case rows.Hits != nil:
		s.hits = rows.Hits(s.needle, hitsMost)
		return
	}
	for i := 0; i < rows.Len && len(s.hits) < hitsMost; i++ {
		if s.in(rows, i) {
			s.hits = append(s.hits, i)
		}
	}
}

// in reports whether a row contains the needle.
func (s *Search) in(rows *pane.Rows, row int) bool {
	if rows.Hits != nil {
		_, found := slices.BinarySearch(s.hits, row)
		return found
	}
	return row >= 0 && row < rows.Len && s.needle.All(rows.Text(row), 1) != nil
}

// place returns which of the hits the cursor is on; ok is false when it is on none.
func (s *Search) place() (hit int, ok bool) {
	hit = sort.SearchInts(s.hits, s.at)
	return hit, hit < len(s.hits) && s.hits[hit] == s.at
}
